"""What delivery needs from outside: a composer and a messenger.

DeliveryFault
├── Unreachable    the person has blocked the bot, or their account is gone
├── Refused        Telegram will never take this message for this person
├── BotRefused     Telegram takes nothing from this bot, for whomever
├── NotNow         Telegram asks to wait for longer than the messenger itself would
├── NotDelivered   it surely did not arrive; it can be tried again
└── FateUnknown    it went out and no answer came: it may have arrived
"""

from collections.abc import Sequence
from typing import Any, Protocol

from storage.broadcasts import Broadcast
from storage.delivery_claims import Recipient


class DeliveryFault(Exception):
    """A message has not surely been delivered."""


class Unreachable(DeliveryFault):
    """The person cannot be written to until they come back."""


class Refused(DeliveryFault):
    """It will never be taken.

    Attributes:
        reason: in Telegram's words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BotRefused(DeliveryFault):
    """Nothing was sent, and nobody else's message would be: Telegram refuses the bot itself."""


class NotNow(DeliveryFault):
    """Nothing was sent; it may be tried again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


class NotDelivered(DeliveryFault):
    """Nothing was sent; Telegram or the way to it is in trouble."""


class FateUnknown(DeliveryFault):
    """It may have been sent or not."""


class Composer(Protocol):
    """Writes a broadcast for the people who get it."""

    async def write(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> Sequence[Any]:
        """One message for each, as the messenger takes it."""


class Messenger(Protocol):
    """Sends messages, at the pace that Telegram bears."""

    @property
    def rate(self) -> float:
        """Messages a second that it can send now."""

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        """Send, and give the ids of what arrived (an album has several).

        Raises:
            DeliveryFault: as above.
        """
