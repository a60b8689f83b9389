"""The simulator without a socket: what is asked of it is answered in the same process.

`Session` has the face of aiohttp.ClientSession, as far as people and the bot use it, so that both
are those of every day. The simulator's own routes answer.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from multidict import CIMultiDict, MultiDict
from yarl import URL

from channels.telegram.http_client import AiohttpRequest

ADDRESS = "http://telegram.invalid"


class _Line:
    """The connection of one request."""

    def __init__(self) -> None:
        self.is_cut = False

    def abort(self) -> None:
        self.is_cut = True


@dataclass
class _Request:
    """What the simulator looks at of a request."""

    method: str
    rel_url: URL
    headers: CIMultiDict[str]
    body: bytes
    transport: _Line = field(default_factory=_Line)
    match_info: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> Mapping[str, str]:
        return self.rel_url.query

    @property
    def path(self) -> str:
        return self.rel_url.path

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "application/octet-stream").partition(";")[0]

    @property
    def can_read_body(self) -> bool:
        return bool(self.body)

    async def read(self) -> bytes:
        return self.body

    async def post(self) -> MultiDict[Any]:
        """The fields of a form that holds files."""
        found: MultiDict[Any] = MultiDict()
        reader = aiohttp.MultipartReader(self.headers, _content(self.body))
        while (part := await reader.next()) is not None:
            assert isinstance(part, aiohttp.BodyPartReader)
            content = bytes(await part.read())
            if part.filename is None:
                found.add(part.name or "", content.decode())
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                file = io.BytesIO(content)
                found.add(
                    part.name or "",
                    web.FileField(part.name or "", part.filename, file, kind, part.headers),  # type: ignore[arg-type]
                )
        return found


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    async def read(self) -> bytes:
        return self.body

    async def text(self) -> str:
        return self.body.decode()

    async def json(self) -> Any:
        return json.loads(self.body)


class Session:
    """Asks an application, as aiohttp.ClientSession asks a server.

    Attributes:
        polled: set when a bot asks for updates.
    """

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self.polled = asyncio.Event()
        app.freeze()

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        data: bytes | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> AsyncIterator[Answer]:
        address = URL(url.removeprefix(ADDRESS))
        body, kind = await _body(json, data)
        given = CIMultiDict(headers or {})
        if kind:
            given.setdefault("Content-Type", kind)
        request = _Request(method, address.update_query(params or {}), given, body)
        if request.path.endswith("/getUpdates"):
            self.polled.set()
        yield await self._answer(request)

    async def _answer(self, request: Any) -> Answer:
        found = await self._app.router.resolve(request)
        request.match_info = dict(found)
        handler: Any = found.handler
        for middleware in self._app.middlewares:
            handler = partial(middleware, handler=handler)
        try:
            answer = await handler(request)
        except web.HTTPException as refused:
            answer = refused
        except BaseException:
            if request.transport.is_cut:
                raise aiohttp.ServerDisconnectedError from None
            raise
        assert isinstance(answer, web.Response)
        body = answer.body
        return Answer(answer.status, body if isinstance(body, bytes) else b"", answer.headers)

    def get(self, url: str, **more: Any) -> Any:
        return self.request("GET", url, **more)

    def post(self, url: str, **more: Any) -> Any:
        return self.request("POST", url, **more)

    def patch(self, url: str, **more: Any) -> Any:
        return self.request("PATCH", url, **more)

    def delete(self, url: str, **more: Any) -> Any:
        return self.request("DELETE", url, **more)

    async def close(self) -> None:
        """Nothing is open."""


class InMemoryRequest(AiohttpRequest):
    """The bot's own requests, over such a session."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session  # type: ignore[assignment]


async def _body(given: Any, data: bytes | aiohttp.FormData | None) -> tuple[bytes, str]:
    """The body, and its type."""
    if given is not None:
        return json.dumps(given).encode(), "application/json"
    if isinstance(data, aiohttp.FormData):
        form = data()
        return await form.as_bytes(), form.headers["Content-Type"]
    return data or b"", ""


def _content(body: bytes) -> aiohttp.StreamReader:
    loop = asyncio.get_running_loop()
    reader = aiohttp.StreamReader(BaseProtocol(loop), limit=2 * len(body) + 1, loop=loop)
    reader.feed_data(body)
    reader.feed_eof()
    return reader
