"""/healthz, /readyz and /metrics, on a port that the world cannot reach."""

import asyncio

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app_state import AppState
from bot.web.pages import alive
from storage import broadcasts, campaigns
from storage.database import Database
from storage.errors import StorageError

PATIENCE_SECONDS = 2.0


def internal_app(app_state: AppState) -> Starlette:
    """The operators' pages. They tell no more than figures and names of campaigns."""

    async def ready(request: Request) -> Response:
        parts = {
            "database": await _answers(app_state.services.database),
            "telegram": bool(app_state.services.bot_username),
            "working": app_state.has_begun and not app_state.stop.is_set(),
        }
        told = {"role": app_state.role.name, **parts, "duties": app_state.duties}
        return JSONResponse(told, 200 if all(parts.values()) else 503)

    async def metrics(request: Request) -> Response:
        await _look(app_state)
        return Response(app_state.metrics.exposed(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Starlette(
        routes=[Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]
    )


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.reading() as db:
            await campaigns.changes_token(db)
    except (StorageError, TimeoutError):
        return False
    return True


async def _look(app_state: AppState) -> None:
    """Bring the figures that the database holds up to date; with it away they stay."""
    figures, now = app_state.metrics, app_state.services.clock()
    figures.sends.set(app_state.leads)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), app_state.services.database.reading() as db:
            scheduled = await broadcasts.in_state(db, "scheduled")
            due = [one.due_at for one in scheduled if one.due_at and one.due_at <= now]
            figures.due.set((now - min(due)).total_seconds() if due else 0)
            figures.sending.set(len(await broadcasts.in_state(db, "sending")))
            for campaign in await campaigns.all(db):
                total = (await campaigns.totals(db, campaign.id)).total
                figures.signatures.labels(campaign.slug).set(total)
    except (StorageError, TimeoutError):
        return
