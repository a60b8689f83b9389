"""/chat/join: go on in this browser with what was begun in an app, by a link that works once.

A look at the link changes nothing, as link previews and mail filters look at links: there is a
button, and only its form uses the token.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from campaign import joining
from channels.browser import numbers, sessions
from channels.browser.acts import Act
from channels.browser.conversations import Conversations
from channels.browser.crowds import Crowds
from channels.browser.forms import BadForm, Form
from channels.browser.kept import Conversation
from channels.browser.language import of_page
from channels.browser.sessions import Token
from handlers.services import Services
from handlers.supporter.joined import WHY

PATH = "/chat/join"
ROOT = "../"
HTML = "text/html; charset=utf-8"
PRIVATE = {"Cache-Control": "no-store"}

Problem = Callable[..., Awaitable[Response]]


class JoinPage:
    """The page and its form."""

    def __init__(
        self,
        services: Services,
        conversations: Conversations,
        crowds: Crowds,
        *,
        public_url: str,
        known: Callable[[Request], Awaitable[tuple[Token | None, Conversation | None]]],
        is_heard: Callable[[Conversation], bool],
        read: Callable[[Request], Awaitable[Form]],
        problem: Problem,
    ) -> None:
        """
        Args:
            known: the token that a browser brings, and its conversation.
            is_heard: whether it is not too fast.
            read: the form of a request.
            problem: a page with a kind word.
        """
        self._services, self._conversations, self._crowds = services, conversations, crowds
        self._known, self._is_heard = known, is_heard
        self._public_url, self._read, self._problem = public_url, read, problem

    async def page(self, request: Request) -> Response:
        """What the link does, and a button to do it."""
        if not self._crowds.may_ask(request):
            return await self._problem(request, "slow", 429, root=ROOT)
        shown = request.query_params.get("t", "")
        token, found = await self._known(request)
        try:
            await self._conversations.may_join(shown, found)
        except joining.SamePerson:
            return RedirectResponse("../chat#now", 303, headers=PRIVATE)
        except joining.JoiningError as error:
            return await self._not_joined(request, error, found)
        language = of_page(request, self._services.renderer)
        html = self._services.renderer.page(
            "web/chat_join",
            language,
            root=ROOT,
            code=shown,
            csrf=token.form_key(self._services.identity_key) if token and found else "",
            known=found is not None,
        )
        return Response(html, 200, {**PRIVATE, "Content-Language": language}, HTML)

    async def join(self, request: Request) -> Response:
        """The button has been tapped."""
        try:
            form = await self._read(request)
        except BadForm as bad:
            return await self._problem(request, bad.why, bad.status, root=ROOT)
        token, found = await self._known(request)
        if not self._is_ours(request, form, token, found):
            return await self._problem(request, "stale", 403, root=ROOT)
        if found is None and not self._crowds.may_begin(request):
            return await self._problem(request, "crowd", 429, root=ROOT)
        if found is not None and not self._is_heard(found):
            return await self._problem(request, "slow", 429, root=ROOT, goes_on=True)
        token = token if token and found else Token.new()
        try:
            done = await self._conversations.join(form.code, token, found)
        except joining.SamePerson:
            return RedirectResponse("../chat#now", 303, headers=PRIVATE)
        except joining.JoiningError as error:
            return await self._not_joined(request, error, found)
        await self._go_on(token, done.wish)
        response = RedirectResponse("../chat?begun=1#now", 303, headers=PRIVATE)
        sessions.remember(response, token, public_url=self._public_url)
        return response

    async def _go_on(self, token: Token, wish: str) -> None:
        """Let the petition be in the conversation that it is gone on with."""
        now = await self._conversations.find(token)
        if now is not None:
            carried = str(numbers.base(self._services.clock(), now.last_number))
            start = Act.say(f"/start {wish}".strip(), carried, self._services.clock())
            await self._conversations.do(now, start, quietly=True)

    def _is_ours(
        self, request: Request, form: Form, token: Token | None, found: Conversation | None
    ) -> bool:
        """Whether a page of ours has sent the form, and this browser's, if it has a conversation:
        another site must not join it with somebody else's."""
        if not sessions.is_from_here(request, self._public_url):
            return False
        if token is None or found is None:
            return True
        return sessions.carries(form.csrf, token, self._services.identity_key)

    async def _not_joined(
        self, request: Request, error: joining.JoiningError, found: Conversation | None
    ) -> Response:
        why = f"join_{WHY[type(error)]}"
        return await self._problem(request, why, 410, root=ROOT, goes_on=found is not None)
