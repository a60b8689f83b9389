"""Retry start-up calls until Telegram answers."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat

import structlog
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from campaign.delivery.wait import pause
from channels.telegram.owed import seconds_to_wait

log = structlog.get_logger()

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds; the last again and again."""


def _tell_nobody(waits: bool) -> None:
    pass


async def retry_until_reachable(
    call: Callable[[], Awaitable[object]],
    stop: asyncio.Event,
    *,
    waits: Callable[[bool], None] = _tell_nobody,
) -> bool:
    """Call again and again while Telegram cannot be reached, or asks to wait, which it does of any
    call, for minutes; False if told to stop meanwhile.

    Args:
        waits: told whether Telegram is waited for.

    Raises:
        telegram.error.TelegramError: it has been reached, and refuses for good.
    """
    for seconds in chain(PAUSES, repeat(PAUSES[-1])):
        try:
            await call()
            waits(False)
            return True
        except (InvalidToken, BadRequest):  # a BadRequest is a NetworkError for the library
            raise
        except NetworkError as away:
            log.warning("Telegram not reached", reason=type(away).__name__, again_in=seconds)
        except RetryAfter as held:
            seconds = max(seconds, seconds_to_wait(held))
            log.warning("Telegram asks to wait before the start", again_in=seconds)
        waits(True)
        if await pause(seconds, sooner=stop):
            break
    return False
