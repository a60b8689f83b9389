"""Whose conversation a browser shows: a cookie with a token, of which only the hash is kept."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "clamour"
HOST = "__Host-"
"""What a cookie begins with that no neighbouring host can set, where there is HTTPS: else somebody
at another name of the same domain could let people talk in a conversation of theirs.
https://www.rfc-editor.org/rfc/rfc6265#section-8.6"""
KEPT_SECONDS = 90 * 24 * 3600
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Token:
    """A browser's secret, 256 random bits."""

    secret: str

    @classmethod
    def new(cls) -> "Token":
        return cls(secrets.token_urlsafe(TOKEN_BYTES))

    @property
    def value(self) -> str:
        """What is kept of it: the address's value."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def form_key(self, key: bytes) -> str:
        """What every form of this browser's pages carries (CSRF), and no other page can know.

        Args:
            key: the installation's own.
        """
        return hmac.new(self.secret.encode(), b"form\0" + key, hashlib.sha256).hexdigest()[:32]


def cookie_at(public_url: str) -> str:
    """What the cookie of a site is called."""
    return HOST + COOKIE if public_url.startswith("https:") else COOKIE


def token_of(request: Request, public_url: str) -> Token | None:
    """The token that a browser brings; None if it brings none that can be one."""
    secret = request.cookies.get(cookie_at(public_url), "")
    return Token(secret) if _TOKEN.fullmatch(secret) else None


def remember(response: Response, token: Token, *, public_url: str) -> None:
    """Let the browser bring the token for ninety days; scripts and other sites never see it."""
    response.set_cookie(
        cookie_at(public_url),
        token.secret,
        max_age=KEPT_SECONDS,
        path="/",
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, *, public_url: str) -> None:
    """Let the browser bring it no more."""
    response.delete_cookie(
        cookie_at(public_url),
        path="/",
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def is_from_here(request: Request, public_url: str) -> bool:
    """Whether a form was sent from a page of this site, as far as the browser says.

    https://www.w3.org/TR/fetch-metadata/: every current browser does; an older one names the
    origin, and what says neither has no other site's page to send it from.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None:
        return True
    here = urlsplit(public_url)
    return origin == f"{here.scheme}://{here.netloc}"


def carries(given: str, token: Token, key: bytes) -> bool:
    """Whether a form carries this browser's key."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.form_key(key).encode())
