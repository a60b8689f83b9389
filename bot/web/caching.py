"""Cacheable answers, revalidated by ETag."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""For what other websites may read (https://fetch.spec.whatwg.org/#http-cors-protocol)."""


@dataclass(frozen=True, slots=True)
class Content:
    """A body with its strong ETag: two that differ in a byte have two
    (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)."""

    body: bytes
    media_type: str
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(self.body).hexdigest()[:32]
        object.__setattr__(self, "etag", f'"{digest}"')


def answered(
    request: Request, content: Content, *, seconds: int, more: Mapping[str, str] | None = None
) -> Response:
    """200 with the content, or 304 if the asker has it already.

    Args:
        seconds: for how long it may be shown without asking again.
        more: headers.
    """
    headers = {
        "ETag": content.etag,
        "Cache-Control": f"public, max-age={seconds}",
        **(more or {}),
    }
    if _has_it(request, content.etag):
        return Response(status_code=304, headers=headers)
    return Response(content.body, media_type=content.media_type, headers=headers)


def _has_it(request: Request, etag: str) -> bool:
    known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
    return "*" in known or any(tag.removeprefix("W/") == etag for tag in known)
