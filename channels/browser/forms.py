"""What a browser sends, read within bounds."""

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from channels.safe_json import storable

MOST_BYTES = 16 * 1024
MOST_FIELDS = 20
READ_SECONDS = 15.0
KIND = "application/x-www-form-urlencoded"
TRAP = "website"
"""A field that nobody sees: what fills it in is a program."""


@dataclass(frozen=True, slots=True)
class BadForm(Exception):
    """What was sent cannot be taken.

    Attributes:
        why: names the words that say so (`web/chat_problem`).
        status: of the answer.
    """

    why: str
    status: int


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form; what is not known is passed over.

    Attributes:
        text: what was typed; None where a button was tapped.
        data: callback data of a button; None where something was typed.
        n: the number that the page carried.
        seen: the newest bubble that the page shows.
        altcha: a solved challenge, under the name that altcha gives it.
        waited: a ticket of who waits instead; see channels.browser.proof_of_work.
    """

    csrf: str = ""
    n: str = ""
    text: str | None = None
    data: str | None = None
    seen: str = ""
    code: str = ""
    lang: str = ""
    altcha: str = ""
    waited: str = ""
    is_trapped: bool = False


async def read(request: Request) -> Form:
    """The form that a request carries.

    Raises:
        BadForm: it carries none, too much, or cannot be read.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise BadForm("odd", 415)
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await _body(request)
    except TimeoutError:
        raise BadForm("odd", 408) from None
    except ClientDisconnect:
        raise BadForm("odd", 400) from None
    return parse(body)


def parse(body: bytes) -> Form:
    """The form that a body of at most MOST_BYTES is.

    Raises:
        BadForm: it has too many fields.
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise BadForm("odd", 400) from None
    fields = {name: storable(value).replace("\r\n", "\n") for name, value in reversed(pairs)}
    return Form(
        csrf=fields.get("csrf", ""),
        n=fields.get("n", ""),
        text=fields.get("text"),
        data=fields.get("data"),
        seen=fields.get("seen", ""),
        code=fields.get("code", ""),
        lang=fields.get("lang", ""),
        altcha=fields.get("altcha", ""),
        waited=fields.get("waited", ""),
        is_trapped=bool(fields.get(TRAP)),
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BadForm("too_large", 413)
    return bytes(body)
