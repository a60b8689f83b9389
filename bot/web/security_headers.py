"""Checks and headers of every public request: bounded, safe headers, read-only but for the chat.

https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""

from collections.abc import Collection

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

LONGEST_PATH, LONGEST_QUERY = 200, 200
READ = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=(), browsing-topics=()",
}


class SecurityHeaders:
    """Wraps the public pages. A header that an answer sets itself stays as it is."""

    def __init__(
        self, app: ASGIApp, *, takes_forms: Collection[str] = (), framed_by: str = ""
    ) -> None:
        """
        Args:
            takes_forms: paths that may be posted to; one with a slash at its end stands for all
                below it.
            framed_by: a site that may show the pages in a frame; "" for none.
        """
        self._app, self._takes_forms = app, frozenset(takes_forms)
        self._headers = dict(HEADERS)
        policy = POLICY
        if takes_forms:
            policy = policy.replace("form-action 'none'", "form-action 'self'")
            # With "no-referrer", browsers would not say whose form it is (Origin: null).
            self._headers["Referrer-Policy"] = "same-origin"
        if framed_by:
            policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {framed_by}")
        self._headers["Content-Security-Policy"] = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._refusal(scope) or self._app
        try:
            await answer(scope, receive, send_with_headers)
        except Exception:  # Starlette has answered it with 500
            log.exception("page failed")

    def _takes_form(self, path: str) -> bool:
        begins = any(one.endswith("/") and path.startswith(one) for one in self._takes_forms)
        return begins or path in self._takes_forms

    def _refusal(self, scope: Scope) -> Response | None:
        allowed = (*READ, "POST") if self._takes_form(scope["path"]) else READ
        if scope["method"] not in allowed:
            return Response(status_code=405, headers={"Allow": ", ".join(allowed)})
        if len(scope["path"]) > LONGEST_PATH or len(scope["query_string"]) > LONGEST_QUERY:
            return Response(status_code=414)
        return None
