"""One channel of a broadcast: who is next in it, what is in hand, and what its refusals mean."""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from campaign.delivery.messenger import (
    BotRefused,
    Composer,
    DeliveryFault,
    FateUnknown,
    Messenger,
    NotDelivered,
    NotNow,
    Refused,
    Unreachable,
)
from storage import deliveries, delivery_claims
from storage.addresses import EMAIL, TELEGRAM
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.deliveries import Outcome
from storage.delivery_claims import Recipient
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

FEWEST_IN_HAND, MOST_IN_HAND = 8, 64
SECONDS_IN_HAND = 0.06
PAUSES_FROM_SECONDS = 300.0
HOLD_SECONDS = 300.0
REFUSED_IN_A_ROW, REFUSED_AFTER_SOME_ARRIVED = 5, 50
"""So many refusals one after the other, and the message is refused, not the people."""

LOOKS_BACK_AFTER = timedelta(seconds=30)
BOT_REFUSED, MESSAGE_REFUSED = "bot_refused", "message_refused"
"""What made a broadcast pause; the latter with the reason after a colon."""

ANY_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait between tries to reach one person, and how often to try.

    Attributes:
        first: seconds; each is twice the one before, up to `longest`.
        most_tries: then it has failed.
    """

    first: float
    longest: float
    most_tries: int

    def seconds(self, tries: int) -> float:
        """How long to wait when so many tries have failed before this one."""
        return float(min(self.first * 2.0 ** min(tries, 30), self.longest))


BACK_OFF = {
    TELEGRAM: BackOff(first=1.0, longest=300.0, most_tries=8),
    EMAIL: BackOff(first=60.0, longest=1800.0, most_tries=52),
}
"""An email is tried for a day: a server that knows no sender yet (greylisting) takes the letter
after five to fifteen minutes, and not sooner; a full mailbox is emptied some day."""


def seconds_to_wait(fault: DeliveryFault, channel: str, tries: int) -> float | None:
    """How long a message of one person's own waits that surely was not sent; None for a fault after
    which it is not sent again.

    Args:
        tries: how often it has been tried before.
    """
    match fault:
        case NotNow():
            return fault.seconds
        case BotRefused():
            return HOLD_SECONDS
        case NotDelivered():
            return BACK_OFF[channel].seconds(tries)
    return None


@dataclass(slots=True)
class Lane:
    """One channel on its own pace: a slow one holds up no other.

    Attributes:
        settle: told how each delivery has ended.
        clock: gives the time in UTC.
        pause_why: why the whole broadcast has to pause, once it has. Telegram's refusals do that;
            another channel waits alone, HOLD_SECONDS, and is tried again.
        waits_until: nobody in it is to be tried before (UTC).
        in_hand: what is on its way; writing: for how many a message is being written.
    """

    channel: str
    messenger: Messenger
    writer: Composer
    settle: Callable[[Outcome], None]
    clock: Callable[[], datetime]
    in_hand: set[asyncio.Task[None]] = field(default_factory=set)
    writing: dict[asyncio.Task[None], int] = field(default_factory=dict)
    pause_why: str | None = None
    waits_until: datetime = ANY_TIME
    _after: int = 0
    _looked_back: datetime = ANY_TIME
    _arrived: bool = False
    _refused_in_a_row: int = 0
    _held_until: datetime = ANY_TIME

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """All that is under way."""
        return [*self.writing, *self.in_hand]

    def look_again(self, now: datetime) -> None:
        """Forget who has to wait until when."""
        self._after, self._looked_back, self.waits_until = 0, now, ANY_TIME

    def clock_was_set(self, now: datetime) -> None:
        """Wait for no time that another clock has said."""
        self.look_again(now)
        self._held_until = ANY_TIME

    def room(self, now: datetime, *, unrecorded: int) -> int:
        """How many more may be in hand: few enough that they are soon on their way. What has come
        back counts until it is recorded: a kill would leave it unknown, too."""
        if now < max(self.waits_until, self._held_until):
            return 0
        most = math.ceil(self.messenger.rate * SECONDS_IN_HAND)
        under_way = len(self.in_hand) + sum(self.writing.values()) + unrecorded
        return min(max(most, FEWEST_IN_HAND), MOST_IN_HAND) - under_way

    async def claim(
        self, db: Connection, broadcast: Broadcast, limit: int, *, now: datetime, today: datetime
    ) -> list[Recipient]:
        """The next in the order of their ids, so that those who wait are not passed over each time;
        now and then from the beginning, for those who need not wait any more."""
        if now - self._looked_back > LOOKS_BACK_AFTER:
            self._after, self._looked_back = 0, now
        found = await delivery_claims.claim(
            db, broadcast, now, limit, after=self._after, today=today, channel=self.channel
        )
        if found:
            self._after = found[-1].supporter_id
        return found

    async def look_back(self, db: Connection, broadcast: Broadcast) -> None:
        """At the end: begin again with those who had to wait, as soon as one of them need not."""
        if self._after:
            self._after = 0
            return
        earliest = await deliveries.earliest(db, broadcast.id, self.channel)
        self.waits_until = earliest or ANY_TIME

    def start(self, broadcast: Broadcast, wanted: Sequence[Recipient], *, resend: bool) -> None:
        """Write to these people, and go on at once; `settle` hears how it ends.

        Args:
            resend: whether it may be sent again where it is unknown whether it has arrived.
        """
        if not wanted:
            return
        task = asyncio.create_task(self._write_to(broadcast, wanted, resend))
        self.writing[task] = len(wanted)
        task.add_done_callback(lambda done: self.writing.pop(done, None))

    async def _write_to(
        self, broadcast: Broadcast, wanted: Sequence[Recipient], resend: bool
    ) -> None:
        written = await self._written(broadcast, wanted)
        if (this := asyncio.current_task()) is not None:
            self.writing.pop(this, None)
        for recipient, message in written:
            task = asyncio.create_task(self._deliver(recipient, message, resend))
            self.in_hand.add(task)
            task.add_done_callback(self.in_hand.discard)

    def left_out(self, recipient: Recipient) -> None:
        """Settle that somebody does not get it."""
        self.settle(
            self._outcome(recipient, "left_out", reason="no longer wants or can be reached")
        )

    def put_off(self, recipient: Recipient, until: datetime) -> None:
        """Settle that somebody has to wait (UTC)."""
        self.settle(self._outcome(recipient, "pending", not_before=until, tried=False))

    async def _written(
        self, broadcast: Broadcast, wanted: Sequence[Recipient]
    ) -> list[tuple[Recipient, Any]]:
        """Each with their message. If that fails for some of them, they alone do not get it."""
        try:
            messages = await self.writer.write(broadcast, wanted)
            return list(zip(wanted, messages, strict=True))
        except DatabaseUnavailable:
            for one in wanted:
                self.settle(self._outcome(one, "pending", tried=False))
            return []
        except Exception:
            if len(wanted) > 1:
                return [pair for one in wanted for pair in await self._written(broadcast, [one])]
            log.exception("message not written", broadcast_id=broadcast.id)
        self.settle(self._refused(wanted[0], "could not be written"))
        return []

    async def _deliver(self, recipient: Recipient, message: Any, resend: bool) -> None:
        try:
            ids = await self.messenger.send(recipient, message)
        except DeliveryFault as fault:
            self.settle(self._of_fault(recipient, fault, resend=resend))
        except Exception:
            log.exception("delivery failed")
            self.settle(self._of_fault(recipient, FateUnknown(), resend=resend))
        else:
            self._arrived, self._refused_in_a_row = True, 0
            self.settle(self._outcome(recipient, "sent", message_ids=ids))

    def _outcome(self, recipient: Recipient, status: str, **more: Any) -> Outcome:
        return Outcome(
            recipient.supporter_id,
            status,
            channel=self.channel,
            address_id=recipient.address_id,
            **more,
        )

    def _of_fault(self, recipient: Recipient, fault: DeliveryFault, *, resend: bool) -> Outcome:
        reason, now = type(fault).__name__, self.clock()
        match fault:
            case Unreachable():
                return self._outcome(recipient, "unreachable")
            case Refused():
                return self._refused(recipient, fault.reason)
            case BotRefused():
                self._hold(BOT_REFUSED)
                return self._outcome(recipient, "pending", reason=reason, tried=False)
            case NotNow():
                if fault.seconds >= PAUSES_FROM_SECONDS and self.channel == TELEGRAM:
                    self.pause_why = f"telegram_asks_to_wait:{math.ceil(fault.seconds)}"
                later = now + timedelta(seconds=fault.seconds)
                return self._outcome(
                    recipient, "pending", not_before=later, reason=reason, tried=False
                )
            case FateUnknown() if not resend:
                return self._outcome(recipient, "unknown", reason=reason)
        back_off = BACK_OFF[self.channel]
        if recipient.tries + 1 >= back_off.most_tries:
            return self._outcome(recipient, "failed", reason=reason)
        later = now + timedelta(seconds=back_off.seconds(recipient.tries))
        return self._outcome(recipient, "pending", not_before=later, reason=reason)

    def _refused(self, recipient: Recipient, reason: str) -> Outcome:
        self._refused_in_a_row += 1
        most = REFUSED_AFTER_SOME_ARRIVED if self._arrived else REFUSED_IN_A_ROW
        if self._refused_in_a_row >= most:
            self._hold(f"{MESSAGE_REFUSED}:{reason}")
        return self._outcome(recipient, "failed", reason=reason)

    def _hold(self, why: str) -> None:
        """Telegram is most people's way: staff decide. Another channel is tried again later."""
        if self.channel == TELEGRAM:
            self.pause_why = why
            return
        self._refused_in_a_row = 0
        self._held_until = self.clock() + timedelta(seconds=HOLD_SECONDS)
        log.warning("channel held", channel=self.channel, why=why.partition(":")[0])
