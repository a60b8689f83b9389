"""What is answered where on the people's side."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from simulator.people_api import arriving, asking, events, looking, tapping, writing
from simulator.world import World

Handler = Callable[[World, web.Request], Awaitable[web.StreamResponse]]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/people", arriving.everybody),
    ("POST", "/people", arriving.arrive),
    ("POST", "/groups", arriving.gather),
    ("POST", "/people/{id}/messages", writing.write),
    ("PATCH", "/people/{id}/messages/{message_id}", writing.edit),
    ("POST", "/people/{id}/open", writing.open_link),
    ("POST", "/people/{id}/taps", tapping.tap),
    ("POST", "/people/{id}/block", tapping.block),
    ("POST", "/people/{id}/unblock", tapping.unblock),
    ("POST", "/people/{id}/inline", asking.ask),
    ("POST", "/people/{id}/inline/choose", asking.choose),
    ("GET", "/people/{id}/chats", looking.chats),
    ("GET", "/people/{id}/chats/{chat}", looking.chat),
    ("GET", "/people/{id}/commands", looking.commands),
    ("GET", "/people/{id}/files/{file_id}", looking.file),
    ("GET", "/people/{id}/events", events.events),
    ("GET", "/people/{id}/stream", events.stream),
    ("GET", "/stream", events.streams),
)


def add_routes(app: web.Application, world: World) -> None:
    """Let people into an application."""

    def bound(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await handler(world, request)

        return handle

    for method, path, handler in ROUTES:
        app.router.add_route(method, path, bound(handler))
