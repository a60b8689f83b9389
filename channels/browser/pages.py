"""/chat: the conversation as pages and forms, with scripts or without."""

from collections.abc import Sequence
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from campaign.petition import Petition
from campaign.rate_limits import Verdict
from campaign.referrals import links
from channels.browser import forms, join_page, numbers, sessions
from channels.browser.acts import Act
from channels.browser.attachments import Attachments
from channels.browser.bubbles import Bubble
from channels.browser.conversations import Answered, Conversations
from channels.browser.crowds import Crowds
from channels.browser.fields import field_for
from channels.browser.forms import BadForm, Form
from channels.browser.join_page import JoinPage
from channels.browser.kept import Conversation
from channels.browser.language import of_page
from channels.browser.sessions import Token
from channels.browser.view import MOST_SHOWN, shown
from channels.browser.work_page import WorkPage
from handlers.context import WorkWanted
from handlers.router import commands
from handlers.services import Services
from handlers.supporter.buttons import Sign
from handlers.supporter.joined import PREFIX
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

HTML = "text/html; charset=utf-8"
FRAGMENT = "text/vnd.clamour+html"
PRIVATE = {"Cache-Control": "no-store"}
FORMS = ("/chat", "/chat/begin", join_page.PATH)
"""Paths that may be posted to."""

CLEAR = {"Clear-Site-Data": '"cache"'}
"""Lets a browser forget pictures (https://www.w3.org/TR/clear-site-data/)."""

WAIT = {"Retry-After": "10"}


class Chat:
    """The pages of conversations."""

    def __init__(self, services: Services, crowds: Crowds, *, public_url: str) -> None:
        self._services, self._public_url = services, public_url
        self._conversations = Conversations(services)
        self._crowds = crowds
        self._work = WorkPage(services, crowds)
        self._commands = frozenset(
            name for name, command in commands().items() if command.least is None
        )

    @property
    def routes(self) -> list[Route]:
        """Where the pages are."""
        joins = JoinPage(
            self._services,
            self._conversations,
            self._crowds,
            public_url=self._public_url,
            known=self._known,
            is_heard=self._is_heard,
            read=self._read,
            problem=self._problem,
        )
        beside = Attachments(
            self._conversations,
            self._crowds,
            known=self._known,
            is_heard=self._is_heard,
            problem=self._problem,
        )
        return [
            Route(join_page.PATH, joins.page, methods=["GET"]),
            Route(join_page.PATH, joins.join, methods=["POST"]),
            Route("/chat", self.page, methods=["GET"]),
            Route("/chat", self.act, methods=["POST"]),
            Route("/chat/begin", self.go_on, methods=["GET"]),
            Route("/chat/begin", self.begin, methods=["POST"]),
            Route("/chat/telegram", self.to_telegram, methods=["GET"]),
            Route("/chat/picture/{bubble}", beside.picture, methods=["GET"]),
            Route("/chat/file/{bubble}/{place:int}", beside.file, methods=["GET"]),
        ]

    async def go_on(self, request: Request) -> Response:
        """Somebody has reloaded what was a form."""
        return RedirectResponse("../chat", 303, headers=PRIVATE)

    async def begin(self, request: Request) -> Response:
        """*Sign here*: the first tap, which makes the conversation."""
        try:
            form = await self._read(request)
        except BadForm as bad:
            return await self._problem(request, bad.why, bad.status, root="../")
        if not sessions.is_from_here(request, self._public_url):
            return await self._problem(request, "stale", 403, root="../")
        petition = await self._petition(form.code)
        if petition is None:
            return await self._problem(request, "lost", 404, root="../")
        token, found = await self._known(request)
        if found is not None and not self._is_heard(found):
            return await self._problem(request, "slow", 429, root="../", goes_on=True)
        if token is None or found is None:
            if not self._crowds.may_begin(request):
                return await self._problem(request, "crowd", 429, root="../")
            token = Token.new()
            renderer = self._services.renderer
            is_ours = form.lang in [one.code for one in renderer.languages]
            language = form.lang if is_ours else of_page(request, renderer)
            found = await self._conversations.begin(token, language)
        now = self._services.clock()
        carried = numbers.base(now, found.last_number)
        start = Act.say(f"/start {form.code}", str(carried), now)
        done = await self._conversations.do(found, start, quietly=True)
        if petition.is_open and done.now is not None:
            sign = Act.tap(str(Sign(petition.id)), str(carried + 1), now)
            await self._conversations.do(done.now, sign)
        response = RedirectResponse("../chat?begun=1#now", 303, headers=PRIVATE)
        sessions.remember(response, token, public_url=self._public_url)
        return response

    async def page(self, request: Request) -> Response:
        """The conversation as it stands."""
        if not self._crowds.may_ask(request):
            return await self._problem(request, "slow", 429)
        token = sessions.token_of(request, self._public_url)
        found = await self._conversations.recover(token) if token else None
        if token is None or found is None:
            begun = "begun" in request.query_params and token is None
            return await self._problem(request, "no_cookies" if begun else "lost", 403)
        return await self._conversation(request, token, found)

    async def act(self, request: Request) -> Response:
        """A tap, or words: done, and then the page is asked for (post/redirect/get)."""
        try:
            form = await self._read(request)
        except BadForm as bad:
            return await self._problem(request, bad.why, bad.status)
        token, found = await self._known(request)
        if token is None or found is None:
            return await self._problem(request, "lost", 403)
        key = self._services.identity_key
        is_ours = sessions.is_from_here(request, self._public_url)
        if not is_ours or not sessions.carries(form.csrf, token, key):
            return await self._problem(request, "stale", 403, goes_on=True)
        if not self._is_heard(found):
            return await self._problem(request, "slow", 429, goes_on=True)
        act = None if form.is_trapped else self._act(form)
        try:
            answered = await self._done(request, found, form, act)
        except WorkWanted:
            assert act is not None  # noqa: S101 - nothing else is done
            language, about = await self._about(found)
            return self._work.page(token, found, form, act, language=language, slug=about["slug"])
        except DatabaseUnavailable:
            raise
        except Exception:
            log.exception("chat not answered")
            return await self._problem(request, "failed", 500, goes_on=True)
        if answered.now is None:
            return await self._gone(request, found, answered)
        if FRAGMENT in request.headers.get("accept", ""):
            return await self._more(token, answered.now, form.seen)
        return RedirectResponse("chat#now", 303, headers=PRIVATE)

    async def to_telegram(self, request: Request) -> Response:
        """Go on in Telegram: with a token, by which the conversation there is joined to this one;
        who has no conversation comes as anybody does."""
        wanted = request.query_params.get("to", "")
        petitions = await self._services.catalogue.petitions()
        slug = next((p.campaign.slug for p in petitions if p.campaign.slug == wanted), "")
        payload = slug
        if request.method == "GET" and self._crowds.may_ask(request):
            _, found = await self._known(request)
            if found is not None and self._is_heard(found):
                payload = PREFIX + await self._conversations.join_token(found, slug)
        return RedirectResponse(self._services.link(payload), 303, headers=PRIVATE)

    async def _known(self, request: Request) -> tuple[Token | None, Conversation | None]:
        """The token that a browser brings, and its conversation."""
        token = sessions.token_of(request, self._public_url)
        return token, await self._conversations.find(token) if token else None

    async def _read(self, request: Request) -> Form:
        if not self._crowds.may_ask(request):
            raise BadForm("slow", 429)
        return await forms.read(request)

    async def _petition(self, code: str) -> Petition | None:
        """The published campaign that a code names or leads to."""
        petitions = await self._services.catalogue.petitions()
        for petition in petitions:
            if petition.campaign.slug == code:
                return petition
        async with self._services.database.reading() as db:
            link = await links.find(db, code)
        return next((one for one in petitions if link and one.id == link.campaign_id), None)

    def _is_heard(self, found: Conversation) -> bool:
        now = self._services.monotonic()
        account = found.supporter.telegram_id
        return self._services.rate_limiter.ask(account, now=now) is Verdict.ALLOW

    async def _done(
        self, request: Request, found: Conversation, form: Form, act: Act | None
    ) -> Answered:
        if act is None:
            return Answered((), found)
        is_proved = self._work.is_proved(request, found, form, act)
        return await self._conversations.do(found, act, has_worked=is_proved)

    def _act(self, form: Form) -> Act | None:
        """What somebody did; None if nothing."""
        now = self._services.clock()
        if form.data is not None:
            return Act.tap(form.data[:64], form.n, now)
        text = (form.text or "").strip()
        return Act.say(text, form.n, now) if text else None

    async def _conversation(self, request: Request, token: Token, found: Conversation) -> Response:
        bubbles = list(found.bubbles)
        is_long = len(bubbles) > MOST_SHOWN and "all" not in request.query_params
        language, about = await self._about(found)
        html = self._services.renderer.page(
            "web/chat",
            language,
            bubbles=shown(bubbles, self._commands)[-MOST_SHOWN if is_long else 0 :],
            earlier=is_long,
            root="",
            **about,
            **self._forms(token, found),
        )
        return Response(html, 200, {**PRIVATE, "Content-Language": language}, HTML)

    async def _more(self, token: Token, found: Conversation, seen: str) -> Response:
        language, _ = await self._about(found)
        html = self._services.renderer.page(
            "web/chat_more",
            language,
            bubbles=shown(found.bubbles, self._commands, after=seen),
            root="",
            **self._forms(token, found),
        )
        headers = {**PRIVATE, "Content-Language": language}
        return Response(html, 200, headers, f"{FRAGMENT}; charset=utf-8")

    async def _gone(self, request: Request, before: Conversation, answered: Answered) -> Response:
        """Somebody has been erased: what was said last is said here, and nothing is left of it."""
        self._conversations.forget(before)
        if not answered.bubbles:
            return await self._problem(request, "lost", 403)
        return await self._last_words(request, before, answered.bubbles)

    async def _last_words(
        self, request: Request, found: Conversation, answered: Sequence[Bubble]
    ) -> Response:
        language, about = await self._about(found)
        bubbles = shown(answered, ())
        for bubble in bubbles:
            bubble["rows"] = []
        is_fragment = FRAGMENT in request.headers.get("accept", "")
        name = "web/chat_more" if is_fragment else "web/chat"
        given = {} if is_fragment else {"earlier": False, **about}
        html = self._services.renderer.page(
            name, language, bubbles=bubbles, root="", csrf="", **given
        )
        kind = f"{FRAGMENT}; charset=utf-8" if is_fragment else HTML
        headers = {**PRIVATE, **CLEAR, "Content-Language": language}
        response = Response(html, 200, headers, kind)
        sessions.forget(response, public_url=self._public_url)
        return response

    def _forms(self, token: Token, found: Conversation) -> dict[str, Any]:
        return {
            "csrf": token.form_key(self._services.identity_key),
            "n": numbers.base(self._services.clock(), found.last_number),
            "seen": found.bubbles[-1]["id"] if found.bubbles else "",
            "field": field_for(found.dialog, waits_for_code=found.waits_for_code),
        }

    async def _about(self, found: Conversation) -> tuple[str, dict[str, Any]]:
        """The person's language, and which petition the conversation is about."""
        renderer, who = self._services.renderer, found.supporter
        language = renderer.match(who.language, who.telegram_language)
        petitions = await self._services.catalogue.petitions()
        wanted = found.dialog.campaign_id if found.dialog else None
        petition = next((one for one in petitions if one.id == wanted), None)
        if petition is None:
            return language, {"slug": "", "title": "", "organiser": ""}
        view = petition.view(language)
        return language, {
            "slug": petition.campaign.slug,
            "title": view.title,
            "organiser": view.organiser,
        }

    async def _problem(
        self, request: Request, why: str, status: int, *, root: str = "", goes_on: bool = False
    ) -> Response:
        language = of_page(request, self._services.renderer)
        # Who asks too often costs the database nothing.
        petitions = await self._services.catalogue.petitions() if status != 429 else ()
        html = self._services.renderer.page(
            "web/chat_problem",
            language,
            why=why,
            goes_on=goes_on or why in ("slow", "too_large", "odd"),
            campaigns=[one.view(language) for one in petitions if one.is_open],
            root=root,
        )
        headers = {**PRIVATE, **(WAIT if status == 429 else {})}
        return Response(html, status, headers, HTML)
