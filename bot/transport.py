"""How requests reach Telegram: aiohttp, for its speed, in python-telegram-bot's own form."""

import asyncio
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 256
READ_SECONDS = 20.0
CONNECT_SECONDS = 5.0
UPLOAD_SECONDS = 120.0


class NotSent(NetworkError):
    """The request surely did not reach Telegram: sending it again doubles nothing."""


class FateUnknown(TimedOut):
    """The request went out and no answer came: Telegram may have done it or not."""


class AiohttpRequest(BaseRequest):
    """Requests over a pool of kept connections.

    Addresses hold the bot's token and are never logged nor put into an error.
    """

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer unless the call says otherwise."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Make the pool; once more is harmless."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                headers={"User-Agent": self.USER_AGENT},
                auto_decompress=False,
                skip_auto_headers=("Accept-Encoding",),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close the pool; once more is harmless."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request.

        Returns:
            The HTTP status and the body.

        Raises:
            NotSent: Telegram could not be connected to.
            FateUnknown: the connection broke, or no answer came in time.
        """
        if self._session is None or self._session.closed:
            raise RuntimeError("not initialized")
        uploads = request_data is not None and request_data.contains_files
        read = _seconds(read_timeout, UPLOAD_SECONDS if uploads else READ_SECONDS)
        try:
            async with (
                asyncio.timeout(read + CONNECT_SECONDS if read is not None else None),
                self._session.request(
                    method, url, data=_body(request_data), timeout=_PATIENCE
                ) as answer,
            ):
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise FateUnknown(type(error).__name__) from None


_PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)


def _seconds(given: Any, default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _body(request_data: RequestData | None) -> Any:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form
