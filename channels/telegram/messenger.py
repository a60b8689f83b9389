"""Broadcast messages on their way to Telegram, in the bulk lane, and what its refusals mean."""

import asyncio
from collections.abc import Sequence
from typing import Any

from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from campaign.delivery.messenger import (
    BotRefused,
    DeliveryFault,
    FateUnknown,
    NotDelivered,
    NotNow,
    Refused,
    Unreachable,
)
from channels.log_exceptions import said_by_telegram
from channels.telegram.owed import seconds_to_wait
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from handlers.screens import Outgoing
from storage.delivery_claims import Recipient

TRIES, RETRY_SECONDS = 10, 2.0
LONGEST_WAIT_SECONDS = 60.0
NOT_MODIFIED = "message is not modified"
"""Telegram's answer to a correction that has arrived already."""

LOGGED_OUT = "logged out"
"""Its answer to a bot that has been moved to another Bot API server
(https://core.telegram.org/bots/api#logout)."""


class TelegramMessenger:
    """Sends parcels; see campaign.delivery.messenger.Messenger."""

    def __init__(
        self, bot: ExtBot[Any], rate_limiter: TwoLaneRateLimiter, *, may_pay: bool = False
    ) -> None:
        """
        Args:
            may_pay: whether messages above Telegram's free limit may be paid for with the bot's
                Stars (https://core.telegram.org/bots/api#paid-broadcasts).
        """
        self._bot = bot
        self._rate_limiter = rate_limiter
        self._may_pay = may_pay

    @property
    def rate(self) -> float:
        """Messages a second that the bulk lane lets through now."""
        return self._rate_limiter.bulk_rate

    async def send(self, recipient: Recipient, message: Outgoing) -> Sequence[int]:
        """Make the call for one person; the Message that comes back is not parsed. A call that
        sends nothing new, but changes or deletes, gives no ids.

        Of an album, the message with its words and buttons follows. Once the album has arrived, it
        is that message which is tried again, lest the album be sent twice.

        Raises:
            DeliveryFault: by what is known of whether it arrived
                (https://core.telegram.org/bots/api#making-requests).
        """
        sent = await self._send(recipient, message)
        if message.then is not None:
            sent += await self._send_rest(recipient, message.then)
        return sent

    async def _send_rest(self, recipient: Recipient, message: Outgoing) -> list[int]:
        for _ in range(TRIES):
            try:
                return await self._send(recipient, message)
            except (NotDelivered, NotNow) as fault:
                seconds = fault.seconds if isinstance(fault, NotNow) else RETRY_SECONDS
                if seconds > LONGEST_WAIT_SECONDS:
                    break
                await asyncio.sleep(seconds)
        raise FateUnknown

    async def _send(self, recipient: Recipient, message: Outgoing) -> list[int]:
        given = {"chat_id": recipient.telegram_id, **message.parameters}
        if self._may_pay and message.method.startswith("send"):
            given["allow_paid_broadcast"] = True
        lane = ExtBot._merge_api_rl_kwargs(None, "bulk")
        try:
            answer: Any = await self._bot._post(message.method, given, api_kwargs=lane)
        except TelegramError as error:
            if isinstance(error, BadRequest) and NOT_MODIFIED in error.message.lower():
                return []
            raise _fault(error) from None
        return _message_ids(answer)


def _message_ids(answer: Any) -> list[int]:
    """Of what was sent: a Message, several of an album, or True for what changes or deletes.

    Raises:
        FateUnknown: it is none of these.
    """
    if answer is True:
        return []
    made = answer if isinstance(answer, list) else [answer]
    ids = [one.get("message_id") for one in made if isinstance(one, dict)]
    known = [number for number in ids if type(number) is int]
    if len(known) < len(made):
        raise FateUnknown
    return known


def _fault(error: TelegramError) -> DeliveryFault:
    """What an error says of the message. BadRequest and TimedOut are NetworkErrors, too."""
    match error:
        case Forbidden():
            return Unreachable()
        case RetryAfter():
            return NotNow(seconds_to_wait(error))
        case InvalidToken():
            return BotRefused()
        case BadRequest() if LOGGED_OUT in error.message.lower():
            return BotRefused()
        case BadRequest():
            return Refused(_reason(error))
        case TimedOut():
            return FateUnknown()
        case NetworkError():  # NotSent among them
            return NotDelivered()
    return Refused(_reason(error))


def _reason(refused: TelegramError) -> str:
    """Why, in words that hold nobody's: a refusal may quote what it refuses."""
    return said_by_telegram(refused) or type(refused).__name__
