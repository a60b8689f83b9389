"""Answers that Telegram holds back (429): kept in the outbox, and shown once it takes them.

What an update has done is done then, so nobody waits behind it. The rows are those of
`storage.notifications`: they survive a kill, and whoever does the jobs sends them.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import telegram
from telegram.error import RetryAfter

from handlers.screens import Outgoing
from handlers.services import Services
from storage import notifications
from storage.notifications import ANSWER, QUESTION

KEY_DIGITS = 32


class HeldBack(Exception):
    """Telegram takes nothing for this chat now: the rest of a screen is owed.

    Attributes:
        seconds: for so long.
        shown: how many of its messages have been shown.
    """

    def __init__(self, seconds: float = 0.0, shown: int = 0) -> None:
        super().__init__(seconds, shown)
        self.seconds = seconds
        self.shown = shown


def seconds_to_wait(refused: RetryAfter) -> float:
    """How long Telegram asks to wait. The library tells it in either of two types."""
    told = refused.retry_after
    return told if isinstance(told, int | float) else told.total_seconds()


async def owe(
    services: Services,
    chat_id: int,
    messages: Sequence[Outgoing],
    held: HeldBack,
    *,
    number: int = 0,
    is_question: bool = False,
) -> None:
    """Keep what is left of an answer, to be sent behind what this chat is owed already.

    Args:
        messages: all of it, one by one.
        number: of the update that it answers, as `Services.number_of` gives it.
        is_question: whether nobody needs it any more once something newer is answered.

    Raises:
        storage.errors.DatabaseUnavailable: it is not kept.
    """
    kept = [_encode(message) for message in messages[held.shown :]]
    if not kept:
        return
    now = services.clock()
    async with services.database.transaction() as db:
        await notifications.owe(
            db,
            chat_id,
            QUESTION if is_question else ANSWER,
            {_key(services, one): one for one in kept},
            number=number,
            not_before=now + timedelta(seconds=held.seconds),
            now=now,
        )
    services.notified.set()


def kept_message(kept: Mapping[str, Any]) -> Outgoing:
    """The message that the outbox has kept."""
    parameters = {name: _decode(value) for name, value in kept["parameters"].items()}
    return Outgoing(kept["method"], parameters)


def _encode(message: Outgoing) -> Mapping[str, Any]:
    given = {name: _as_json(value) for name, value in message.parameters.items()}
    return {"method": message.method, "parameters": given}


def _as_json(value: Any) -> Any:
    match value:
        case telegram.InputFile():
            content = value.input_file_content
            assert isinstance(content, bytes)  # noqa: S101 - screens hold what they send
            return {"file": value.filename, "content": base64.b85encode(content).decode()}
        case telegram.TelegramObject():
            return value.to_dict()
        case list() | tuple():
            return [_as_json(one) for one in value]
    return value


def _decode(value: Any) -> Any:
    match value:
        case {"file": str(name), "content": str(content)}:
            return telegram.InputFile(base64.b85decode(content), filename=name)
    return value


def _key(services: Services, message: Mapping[str, Any]) -> str:
    """The same for equal messages; keyed, as it says what they say."""
    written = json.dumps(message, sort_keys=True).encode()
    return hmac.new(services.identity_key, written, hashlib.sha256).hexdigest()[:KEY_DIGITS]
