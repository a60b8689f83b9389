"""Which pages are served on which port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.types import ASGIApp

from bot.config import Settings
from bot.health import AppState, internal_app
from bot.web.pages import public_app
from channels.http_connection import share_at
from channels.http_server import served
from handlers.services import Services

log = structlog.get_logger()


@asynccontextmanager
async def public_pages(services: Services, settings: Settings) -> AsyncIterator[ASGIApp | None]:
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
    app = public_app(services, public_url=web.public_url)
    if settings.pages_beside_webhook:
        yield app
        return
    share = share_at(web.listen, behind_proxy=web.behind_proxy)
    async with served(app, host=web.listen, port=web.port, per_address=share) as port:
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
    app = internal_app(app_state)
    share = share_at(web.internal_listen, behind_proxy=web.behind_proxy)
    async with served(app, host=web.internal_listen, port=web.internal_port, per_address=share):
        yield
