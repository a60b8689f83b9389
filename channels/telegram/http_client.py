"""How requests reach Telegram: aiohttp, for its speed, in python-telegram-bot's own form.

    NetworkError
    ├── NotSent          surely not sent: sending it again doubles nothing
    └── TimedOut
        └── FateUnknown  sent, and no answer of Telegram's came: it may have been done or not

Addresses hold the bot's token: they are never logged nor put into an error.
"""

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from channels.telegram.connections import LivingConnections, NoWayThrough

CONNECTIONS = 256
POOL_SECONDS = 5.0
CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
UPLOAD_SECONDS = 120.0
KEEP_ALIVE_SECONDS = 50.0
ADDRESSES_KEPT_SECONDS = 300
LONGEST_RETRY_AFTER_SECONDS = 366 * 86_400
TOO_LARGE = 413

BAD_REQUEST = 400
UNKNOWN_TIMES = b'Unsupported start tag \\"tg-time\\"'
TIME_TAG = re.compile(r"</?tg-time\b[^>]*>")

JSON = {"Content-Type": "application/json"}
NO_BODY = ("Content-Type",)


class NotSent(NetworkError):
    """The request surely did not reach Telegram: sending it again doubles nothing."""


class FateUnknown(TimedOut):
    """The request went out and no answer of the Bot API came: it may have been done or not."""


class AiohttpRequest(BaseRequest):
    """Requests over a pool of kept connections.

    Parameters go as JSON, which the Bot API takes for every call without files
    (https://core.telegram.org/bots/api#making-requests) and which costs a third of a form.
    """

    __slots__ = ("_proxy", "_session")

    def __init__(self, proxy: str = "") -> None:
        """Args:
        proxy: through which Telegram is reached, as channels.telegram.proxy gives it; "" for none.
        """
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer unless the call says otherwise."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Make the pool; once more is harmless."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_connections(self._proxy),
                headers={"User-Agent": self.USER_AGENT},
                auto_decompress=False,
                skip_auto_headers=("Accept-Encoding",),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close the pool; once more is harmless."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request.

        Args:
            read_timeout: seconds without a byte of the answer; READ_SECONDS by default.
            write_timeout: seconds for sending files; UPLOAD_SECONDS by default.
            connect_timeout: seconds for a new connection; CONNECT_SECONDS by default.
            pool_timeout: seconds for a place among CONNECTIONS; POOL_SECONDS by default.

        Returns:
            The HTTP status and the body.

        Raises:
            NotSent: Telegram could not be connected to.
            FateUnknown: the connection broke, no answer came in time, or none of the Bot API's.
            telegram.error.BadRequest: the request is too large (413).
        """
        uploads = request_data is not None and request_data.contains_files
        patience = _patience(
            _seconds(read_timeout, READ_SECONDS),
            _seconds(write_timeout, UPLOAD_SECONDS) if uploads else None,
            _seconds(connect_timeout, CONNECT_SECONDS),
            _seconds(pool_timeout, POOL_SECONDS),
        )
        status, answer = await self._exchange(method, url, patience, _body(request_data, uploads))
        if status == BAD_REQUEST and UNKNOWN_TIMES in answer:
            plain = _body(request_data, uploads, change=without_times)
            status, answer = await self._exchange(method, url, patience, plain)
        if method == "POST":  # what is fetched with GET is a file
            return status, _checked(status, answer)
        return status, answer

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """What an answer says, which has been read already when it was checked."""
        if isinstance(payload, _Answer):
            return payload.read
        return BaseRequest.parse_json_payload(payload)

    async def post_json(
        self, url: str, parameters: Mapping[str, Any], *, read_timeout: float
    ) -> tuple[int, bytes]:
        """Make a call without python-telegram-bot's objects; see do_request."""
        patience = _patience(read_timeout, None, CONNECT_SECONDS, POOL_SECONDS)
        return await self._exchange("POST", url, patience, _json(parameters))

    async def _exchange(
        self,
        method: str,
        url: str,
        patience: aiohttp.ClientTimeout,
        body: bytes | aiohttp.FormData | None = None,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("not initialized")
        with _faults_by_name():
            async with self._session.request(
                method,
                url,
                data=body,
                headers=JSON if isinstance(body, bytes) else None,
                skip_auto_headers=NO_BODY if body is None else None,
                allow_redirects=False,
                timeout=patience,
            ) as answer:
                return answer.status, await answer.read()


def _connections(proxy: str) -> aiohttp.TCPConnector:
    pool: dict[str, Any] = {"limit": CONNECTIONS, "keepalive_timeout": KEEP_ALIVE_SECONDS}
    if proxy:
        from channels.telegram.proxied_connections import ProxiedConnections

        return ProxiedConnections.from_url(proxy, **pool)
    return LivingConnections(ttl_dns_cache=ADDRESSES_KEPT_SECONDS, **pool)


class _Answer(bytes):
    """The body of an answer of the Bot API's.

    Attributes:
        read: the object that it is.
    """

    read: dict[str, Any]


@contextmanager
def _faults_by_name() -> Iterator[None]:
    """Turn aiohttp's faults into ours, which name the kind alone: theirs tell the address."""
    try:
        yield
    except (
        aiohttp.ClientConnectorError,
        aiohttp.ConnectionTimeoutError,
        aiohttp.InvalidURL,
        aiohttp.NonHttpUrlClientError,
    ) as fault:
        raise NotSent(type(fault).__name__) from None
    except NoWayThrough as fault:
        raise NotSent(str(fault)) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        raise FateUnknown(type(fault).__name__) from None


def _checked(status: int, body: bytes) -> _Answer:
    """Let through only what the Bot API says itself.

    Something in between, such as a proxy or a captive portal, answers with any status and body;
    and Telegram's own 5xx may come for a message that it had handed on already
    (https://github.com/tdlib/telegram-bot-api, Client::get_closing_error).

    Raises:
        FateUnknown: nothing can be said of what became of the request.
        telegram.error.BadRequest: it is too large, which another try would not change.
    """
    if status == TOO_LARGE:
        raise BadRequest("Request Entity Too Large")
    answer = _Answer(body)
    try:
        answer.read = json.loads(body)
    except (ValueError, RecursionError):
        raise FateUnknown(f"HTTP {status}") from None
    if not _is_answer(status, answer.read):
        raise FateUnknown(f"HTTP {status}")
    return answer


def _is_answer(status: int, answer: object) -> bool:
    """https://core.telegram.org/bots/api#making-requests"""
    if not isinstance(answer, dict):
        return False
    if answer.get("ok") is True:
        return 200 <= status < 300 and "result" in answer
    refused = answer.get("ok") is False and isinstance(answer.get("description"), str)
    return refused and 400 <= status < 500 and _are_parameters(answer.get("parameters"))


def _are_parameters(parameters: object) -> bool:
    """https://core.telegram.org/bots/api#responseparameters"""
    if parameters is None:
        return True
    if not isinstance(parameters, dict):
        return False
    seconds, moved_to = parameters.get("retry_after", 1), parameters.get("migrate_to_chat_id", 1)
    waits = type(seconds) is int and 0 < seconds <= LONGEST_RETRY_AFTER_SECONDS
    return waits and type(moved_to) is int


@lru_cache(maxsize=64)
def _patience(
    read: float | None, write: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    """Only an upload has an end as a whole; else every byte received prolongs the waiting."""
    connected = None if connect is None or pool is None else connect + pool
    uploaded = None if connected is None or write is None else connected + write + (read or 0)
    return aiohttp.ClientTimeout(
        total=uploaded, connect=connected, sock_connect=connect, sock_read=read
    )


def _seconds(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def without_times(text: str) -> str:
    """A text without the tags of times, for a Bot API server older than 9.5."""
    return TIME_TAG.sub("", text)


def _body(
    request_data: RequestData | None, uploads: bool, *, change: Callable[[str], str] | None = None
) -> bytes | aiohttp.FormData | None:
    """What a request sends.

    Args:
        change: for the texts in it.
    """
    if request_data is None:
        return None
    if uploads:
        return _form(request_data, change or str)
    parameters = request_data.parameters
    if change is not None:
        parameters = {
            name: change(value) if isinstance(value, str) else value
            for name, value in parameters.items()
        }
    return _json(parameters)


def _json(parameters: Mapping[str, Any]) -> bytes | None:
    return json.dumps(parameters).encode() if parameters else None


def _form(request_data: RequestData, change: Callable[[str], str]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # Telegram shows a quoted file name as it came
    for name, value in request_data.json_parameters.items():
        form.add_field(name, change(value).encode(errors="replace").decode())
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(
            name,
            io.BytesIO(content) if isinstance(content, bytes) else content,
            filename=" ".join(filename.splitlines()).encode(errors="replace").decode(),
            content_type=mime_type,
        )
    return form
