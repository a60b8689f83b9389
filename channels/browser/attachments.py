"""Pictures and files of a conversation: made again, or remembered, when they are fetched."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from channels.browser.bubbles import Bubble
from channels.browser.conversations import Conversations
from channels.browser.crowds import Crowds
from channels.browser.kept import Conversation
from channels.browser.sessions import Token
from handlers.screens import Screen

PRIVATE = {"Cache-Control": "no-store"}
PICTURE_SECONDS = 3600


class Attachments:
    """What stands in bubbles beside words."""

    def __init__(
        self,
        conversations: Conversations,
        crowds: Crowds,
        *,
        known: Callable[[Request], Awaitable[tuple[Token | None, Conversation | None]]],
        is_heard: Callable[[Conversation], bool],
        problem: Callable[..., Awaitable[Response]],
    ) -> None:
        """
        Args:
            known: the token that a browser brings, and its conversation.
            is_heard: whether it is not too fast.
            problem: a page with a kind word.
        """
        self._conversations, self._crowds = conversations, crowds
        self._known, self._is_heard, self._problem = known, is_heard, problem

    async def picture(self, request: Request) -> Response:
        """The picture of a bubble."""
        shown = await self._shown(request)
        if shown is None or not (picture := await self._conversations.picture_of(*shown)):
            return Response(status_code=404, headers=PRIVATE)
        kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
        headers = {**PRIVATE, "Cache-Control": f"private, max-age={PICTURE_SECONDS}"}
        return Response(picture, media_type=kind, headers=headers)

    async def file(self, request: Request) -> Response:
        """A file of a bubble, to be kept."""
        shown, place = await self._shown(request), request.path_params["place"]
        if shown is None or place >= len(shown[2].files):
            return await self._problem(request, "stale", 404, root="../../../", goes_on=True)
        file = shown[2].files[place]
        name = file.name.encode("ascii", "ignore").decode().replace('"', "")
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return Response(file.content, media_type="application/octet-stream", headers=headers)

    async def _shown(self, request: Request) -> tuple[Conversation, Bubble, Screen] | None:
        """A bubble of the person's, by its name, and its screen; making that again is counted as
        something that they do."""
        if not self._crowds.may_ask(request):
            return None
        _, found = await self._known(request)
        if found is None:
            return None
        wanted = request.path_params["bubble"]
        bubble = next((one for one in found.bubbles if one["id"] == wanted), None)
        if bubble is None or "after" not in bubble:
            return None
        screen = self._conversations.remembered(found, bubble)
        if screen is None and self._is_heard(found):
            screen = await self._conversations.made_again(found, bubble)
        return (found, bubble, screen) if screen is not None else None
