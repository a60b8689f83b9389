"""The web application: Bot API, people, control, page."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from aiohttp import web

from simulator import rules
from simulator.bot_api.server import BotApi
from simulator.bot_api.updates import Updates
from simulator.control import Control
from simulator.errors import Refused
from simulator.faults import Faults
from simulator.limits import Limits
from simulator.mail import Mail
from simulator.people_api.routes import add_routes
from simulator.residents import Json
from simulator.story import StoryApi
from simulator.world import World

PAGE = Path(__file__).with_name("page")
_ROOM_FOR_FORM = 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    world: World, limits: Limits, guide: Json | None = None, mail: Mail | None = None
) -> web.Application:
    """The simulator around a world.

    Args:
        guide: what a newcomer reads beside the phones: {intro, things: [{who, title, text}]}; and
            who has a browser instead of Telegram: {browser: {name, about, address}}.
        mail: what that person has been sent.
    """
    updates = Updates(world)
    api = BotApi(world, updates, limits, Faults())
    app = web.Application(
        middlewares=[_refusals_as_json],
        client_max_size=2 * rules.FILE_BYTES + _ROOM_FOR_FORM,
    )
    app.router.add_route("*", "/bot{token}/{method}", api.call)
    app.router.add_get("/file/bot{token}/{path:.+}", api.file)
    add_routes(app, world)
    app.add_routes(Control(api).routes())
    app.add_routes(StoryApi(world).routes())
    app.add_routes((mail or Mail()).routes())
    app.router.add_get("/guide", partial(_guide, guide or {}))
    app.router.add_get("/", _page)
    if PAGE.is_dir():
        app.router.add_static("/page/", PAGE)

    async def close(_: web.Application) -> None:
        await updates.close()

    app.on_cleanup.append(close)
    return app


async def _guide(guide: Json, _: web.Request) -> web.StreamResponse:
    return web.json_response(guide)


async def _page(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-store"})


@web.middleware
async def _refusals_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return web.json_response({"description": refused.description}, status=refused.code)
