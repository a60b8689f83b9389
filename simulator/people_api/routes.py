"""What is answered where on the people's side."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from simulator.people_api import arrivals, events, inline_queries, messages, taps, views
from simulator.world import World

Handler = Callable[[World, web.Request], Awaitable[web.StreamResponse]]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/people", arrivals.everybody),
    ("POST", "/people", arrivals.arrive),
    ("POST", "/groups", arrivals.gather),
    ("POST", "/people/{id}/messages", messages.write),
    ("PATCH", "/people/{id}/messages/{message_id}", messages.edit),
    ("POST", "/people/{id}/open", messages.open_link),
    ("POST", "/people/{id}/taps", taps.tap),
    ("POST", "/people/{id}/block", taps.block),
    ("POST", "/people/{id}/unblock", taps.unblock),
    ("POST", "/people/{id}/inline", inline_queries.ask),
    ("POST", "/people/{id}/inline/choose", inline_queries.choose),
    ("GET", "/people/{id}/chats", views.chats),
    ("GET", "/people/{id}/chats/{chat}", views.chat),
    ("GET", "/people/{id}/commands", views.commands),
    ("GET", "/people/{id}/files/{file_id}", views.file),
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
