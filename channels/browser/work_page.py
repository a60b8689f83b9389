"""Between an act and its doing while very many sign: the browser works, or the person waits.

The form carries the act as it was done, so nothing is lost. With scripts it is sent on by itself.
"""

import math
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from channels.browser import numbers, proof_of_work
from channels.browser.acts import Act
from channels.browser.crowds import Crowds
from channels.browser.forms import Form
from channels.browser.kept import Conversation
from channels.browser.sessions import Token
from handlers.services import Services

HTML = "text/html; charset=utf-8"
PRIVATE = {"Cache-Control": "no-store"}
NEXT_TURN = timedelta(seconds=10)
"""After so long somebody who has waited is heard again where too many of one network have."""


class WorkPage:
    """The page, and what comes back from it."""

    def __init__(self, services: Services, crowds: Crowds) -> None:
        self._services, self._crowds = services, crowds

    def is_proved(self, request: Request, found: Conversation, form: Form, act: Act) -> bool:
        """Whether a form shows that the browser has worked for the act, or the person waited."""
        name, key, now = act.by(found.value), self._services.identity_key, self._services.clock()
        if proof_of_work.is_solved(form.altcha, name, key=key, now=now):
            return True
        left = proof_of_work.still_to_wait(form.waited, name, key=key, now=now)
        return left == timedelta(0) and self._crowds.may_go_on(request)

    def page(
        self, token: Token, found: Conversation, form: Form, act: Act, *, language: str, slug: str
    ) -> Response:
        """Ask for it, with a challenge of its own; who waits already goes on waiting."""
        name, key, now = act.by(found.value), self._services.identity_key, self._services.clock()
        left = proof_of_work.still_to_wait(form.waited, name, key=key, now=now)
        brought = form.waited or form.altcha
        why = "early" if left is not None else "again" if brought else "asked"
        wait = proof_of_work.WAIT if left is None else left or NEXT_TURN
        html = self._services.renderer.page(
            "web/chat_work",
            language,
            root="",
            csrf=token.form_key(key),
            n=numbers.base_of(act.number),
            seen=form.seen,
            done=act.done,
            challenge=proof_of_work.challenge(name, key=key, now=now),
            ticket=(proof_of_work.ticket(name, key=key, now=now) if left is None else form.waited),
            why=why,
            seconds=math.ceil(wait / timedelta(seconds=1)),
            slug=slug,
        )
        return Response(html, 200, {**PRIVATE, "Content-Language": language}, HTML)
