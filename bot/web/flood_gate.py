"""The first thing that a request of the public pages meets: whether its network floods us."""

from starlette.types import ASGIApp, Receive, Scope, Send

from channels.floods import Floods, caller


class FloodGate:
    """Wraps the public pages. What is refused costs no body, no database, and no template.

    Attributes:
        floods: also for the connections, where they are the callers' own.
    """

    def __init__(self, app: ASGIApp, floods: Floods, *, behind_proxy: bool) -> None:
        self._app, self.floods, self._behind_proxy = app, floods, behind_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            name = self.floods.name(caller(scope, behind_proxy=self._behind_proxy))
            if not self.floods.ask(name):
                start = {"type": "http.response.start", "status": 429}
                await send({**start, "headers": list(self.floods.headers)})
                await send({"type": "http.response.body", "body": self.floods.page})
                return
        await self._app(scope, receive, send)
