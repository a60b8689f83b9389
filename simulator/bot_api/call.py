"""One call of a method, and its parameters however they came."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from simulator.errors import bad_request
from simulator.residents import Bot, Json

_INTEGER = re.compile(r"\s*-?\d{1,19}")
_TRUE = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        method: its name in lower case.
        bot: who calls.
        given: parameters: text from forms, any JSON value from JSON bodies, or an Upload.
    """

    method: str
    bot: Bot
    given: Json

    def text(self, name: str) -> str:
        """A parameter as text; "" if it is not given.

        Raises:
            Refused: it is no Unicode.
        """
        value = self.given.get(name)
        return "" if value is None else unicode_text(str(value))

    def integer(self, name: str, default: int = 0) -> int:
        """A parameter as a number; what cannot be read as one counts as not given."""
        value = self.given.get(name)
        if isinstance(value, int):
            return int(value)
        found = _INTEGER.match(value) if isinstance(value, str) else None
        return int(found.group()) if found else default

    def flag(self, name: str) -> bool:
        value = self.given.get(name)
        return value is True or (value is not None and str(value).lower() in _TRUE)

    def json(self, name: str, what: str) -> Any:
        """A parameter that is a JSON value, or text that holds one; None if it is not given.

        Raises:
            Refused: the text is no JSON; `what` says what it should be.
        """
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {what} JSON object") from None


def unicode_text(text: str) -> str:
    """The text itself.

    Raises:
        Refused: half a surrogate pair stands in it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return text


async def read_parameters(request: web.Request) -> Json:
    """The parameters of a request: query, then body.

    Raises:
        Refused: the body is not what it says it is.
    """
    given: Json = dict(request.query)
    if not request.can_read_body:
        return given
    kind = request.content_type
    try:
        if kind == "application/json":
            body = json.loads(await request.read() or b"{}")
            return given | (body if isinstance(body, dict) else {})
        if kind == "multipart/form-data":
            return given | await _read_multipart(request)
        form = (await request.read()).decode()
    except (ValueError, RecursionError):
        raise bad_request("can't parse the request's body") from None
    given.update(parse_qsl(form, keep_blank_values=True))
    return given


async def _read_multipart(request: web.Request) -> Json:
    given: Json = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            given[name] = Upload(value.file.read(), value.filename)
            value.file.close()
        else:
            given[name] = value
    return given
