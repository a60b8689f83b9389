"""One getUpdates call: what Telegram has, or why it gave nothing."""

from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from channels.safe_json import NotJson, read
from channels.telegram import ALLOWED_UPDATES
from channels.telegram.http_client import AiohttpRequest

log = structlog.get_logger()

BATCH = 100  # the most that Telegram gives
ANSWER_SECONDS = 15.0


async def fetch(
    request: AiohttpRequest, url: str, *, offset: int, long_poll: int, limit: int = BATCH
) -> list[dict[str, Any]]:
    """Confirm the updates below `offset` and give those from there on, the oldest first.

    https://core.telegram.org/bots/api#getupdates

    Args:
        url: of the method, with the token.
        long_poll: seconds that Telegram may wait for the first one.

    Raises:
        telegram.error.InvalidToken: Telegram does not know the token.
        telegram.error.Conflict: somebody else fetches, or a webhook is set.
        telegram.error.RetryAfter: asked too often.
        telegram.error.NetworkError: no answer, or none of the Bot API's.
    """
    status, body = await request.post_json(
        url,
        {
            "offset": offset,
            "limit": limit,
            "timeout": long_poll,
            "allowed_updates": ALLOWED_UPDATES,
        },
        read_timeout=long_poll + ANSWER_SECONDS,
    )
    answer = _object(body)
    if answer is None:
        raise NetworkError(f"HTTP {status}")
    if answer.get("ok") is not True or not isinstance(answer.get("result"), list):
        raise _refusal(status, answer)
    updates = [update for update in answer["result"] if is_update(update)]
    if len(updates) < len(answer["result"]):
        log.error("not an update", count=len(answer["result"]) - len(updates))
    return updates


def is_update(update: object) -> bool:
    """Whether it can be one: the number is all that intake itself needs."""
    return isinstance(update, dict) and type(update.get("update_id")) is int


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = read(body)
    except NotJson:
        return None
    return answer if isinstance(answer, dict) else None


def _refusal(status: int, answer: dict[str, Any]) -> Exception:
    description = str(answer.get("description", ""))
    match status:
        case 401 | 404:
            return InvalidToken(description)
        case 409:
            return Conflict(description)
        case 429:
            parameters = answer.get("parameters")
            seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
            return RetryAfter(seconds if isinstance(seconds, int) and seconds > 0 else 1)
        case _:
            return NetworkError(f"HTTP {status}")
