"""Which pages are served on which port; what serves them is imported where there are any."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from bot.app_state import AppState
from bot.config import Settings
from handlers.services import Services

if TYPE_CHECKING:
    from starlette.types import ASGIApp

log = structlog.get_logger()


@asynccontextmanager
async def public_pages(services: Services, settings: Settings) -> "AsyncIterator[ASGIApp | None]":
    """Serve the public pages, if they are wanted, while the block runs.

    Returns:
        The pages, where they share the webhook's address and port: then they are served there.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    web = settings.web
    if not web.port:
        yield None
        return
    from bot.web.pages import public_app

    app = public_app(
        services,
        public_url=web.public_url,
        chat=settings.signs_on_site,
        behind_proxy=web.behind_proxy,
        people_of_network=settings.limits.site_people,
        framed_by=web.framed_by,
    )
    if settings.pages_beside_webhook:
        yield app
        return
    from channels.http_connection import share_at
    from channels.http_server import served

    share = share_at(web.listen, behind_proxy=web.behind_proxy)
    floods = None if web.behind_proxy else app.floods
    async with served(
        app, host=web.listen, port=web.port, per_address=share, floods=floods
    ) as port:
        log.info("public pages", listen=web.listen, port=port)
        yield None


@asynccontextmanager
async def internal_pages(app_state: AppState, settings: Settings) -> AsyncIterator[None]:
    """Serve what operators watch, if it is wanted, while the block runs.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    web = settings.web
    if not web.internal_port:
        yield
        return
    from bot.health import internal_app
    from channels.http_connection import share_at
    from channels.http_server import served

    app = internal_app(app_state)
    share = share_at(web.internal_listen, behind_proxy=web.behind_proxy)
    async with served(app, host=web.internal_listen, port=web.internal_port, per_address=share):
        yield
