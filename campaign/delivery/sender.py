"""Send one broadcast: claim people, hand their messages on, record the outcomes."""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from campaign.delivery.messenger import (
    BotRefused,
    Composer,
    DeliveryFault,
    FateUnknown,
    Messenger,
    NotNow,
    Refused,
    Unreachable,
)
from campaign.delivery.wait import pause
from storage import audiences, broadcasts, deliveries, supporters
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection, Database
from storage.deliveries import Outcome, Recipient
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

PAGE = 500
FEWEST_IN_HAND, MOST_IN_HAND = 8, 64
SECONDS_IN_HAND = 0.06
TOGETHER_SECONDS = 0.02
REST_SECONDS = 0.5
MOST_TRIES = 8
LONGEST_BACKOFF_SECONDS = 300.0
PAUSES_FROM_SECONDS = 300.0
REFUSED_IN_A_ROW, REFUSED_AFTER_SOME_ARRIVED = 5, 50
"""So many refusals one after the other, and the message is refused, not the people."""
LOOKS_BACK_AFTER = timedelta(seconds=30)
STEP_BACK = timedelta(seconds=2)
"""A clock that goes back so far has been set, not only been kept right."""

BOT_REFUSED, MESSAGE_REFUSED = "bot_refused", "message_refused"
"""What made a broadcast pause; the latter with the reason after a colon."""

ANY_TIME = datetime.min.replace(tzinfo=UTC)


class TakenOver(Exception):
    """Another process sends the broadcast now: this one has lost the lead and did not notice."""


class Sender:
    """One broadcast's sender. Only the one that has recovered it last may work for a broadcast:
    each step looks whether it still is that one, holding the broadcast's row.

    Whatever it holds is claimed in the database first and recorded there after; it never holds more
    than it can send in a moment, so that stopping is quick and a crash leaves little unknown.
    """

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        writer: Composer,
        *,
        audience_of: Callable[[Broadcast], Audience],
        resends_unknown: Callable[[Broadcast], bool],
        quiet_until: Callable[[Broadcast, datetime], datetime | None],
        waits_until: Callable[[Broadcast, Recipient, datetime], datetime | None],
        day_began: Callable[[Broadcast, datetime], datetime],
        admit: Callable[[Connection, Broadcast, Sequence[int]], Awaitable[Collection[int]]],
        hold_up: Callable[[Connection, Broadcast, datetime], Awaitable[None]],
        clock: Callable[[], datetime],
        rest: Callable[[float, asyncio.Event], Awaitable[bool]] = pause,
    ) -> None:
        """
        Args:
            quiet_until: when it is quiet at that time (UTC), gives until when; nothing is sent.
            waits_until: until when (UTC) one person's message waits, if it does.
            day_began: when the day (UTC) began that it is then for this broadcast.
            admit: which of these supporters may be sent it, as long as nobody has agreed to it.
            hold_up: lets it wait for agreement, because there are more than may be sent it.
            clock: gives the time in UTC.
            rest: waits so many seconds, or until the event, when there is nothing to do yet.
        """
        self._database = database
        self._messenger = messenger
        self._writer = writer
        self._audience_of = audience_of
        self._resends_unknown = resends_unknown
        self._quiet_until = quiet_until
        self._waits_until = waits_until
        self._day_began = day_began
        self._admit = admit
        self._hold_up = hold_up
        self._clock = clock
        self._rest = rest
        self._turn = 0
        self._in_hand: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._news = asyncio.Event()
        self._pause_why: str | None = None
        self._arrived = False
        self._refused_in_a_row = 0
        self._after = 0
        self._looked_back = self._read_at = clock()
        self._all_wait_until = ANY_TIME
        self._ending = False

    def end(self) -> None:
        """Take nobody more in hand; `send` ends when what is in hand has been recorded, so that
        another process can go on and of nobody it is unknown whether it has arrived."""
        self._ending = True
        self._news.set()

    async def recover(self, broadcast_id: int) -> None:
        """Settle what an earlier sender had in hand when it died: it may have arrived or not."""
        async with self._database.transaction() as db:
            broadcast = await broadcasts.of(db, broadcast_id)
            if broadcast is None:
                return
            self._turn = await broadcasts.take_in_hand(db, broadcast_id)
            status = "pending" if self._resends_unknown(broadcast) else "unknown"
            settled = await deliveries.settle_claimed(db, broadcast_id, status, self._clock())
            if status == "unknown":
                await broadcasts.count(db, broadcast_id, {"unknown": settled})

    async def send(self, broadcast_id: int) -> None:
        """Send until everybody has been dealt with, or the broadcast is paused or cancelled.

        While the database is away nothing new is sent, and what has come back is kept in mind.

        Raises:
            TakenOver: another sender has recovered it meanwhile. What was in hand has been settled
                by that one.
        """
        try:
            going_on = True
            while going_on:
                recorded, self._outcomes = self._outcomes, []
                try:
                    going_on = await self._step(broadcast_id, recorded)
                except DatabaseUnavailable:
                    self._outcomes = recorded + self._outcomes
                    log.warning("broadcast waits: database away", broadcast_id=broadcast_id)
                    await asyncio.sleep(REST_SECONDS)
        finally:
            await self._let_go()

    async def _step(self, broadcast_id: int, recorded: Sequence[Outcome]) -> bool:
        """Record what has come back, take more in hand, wait for news; False when all is over."""
        self._news.clear()
        async with self._database.transaction() as db:
            now = self._clock()
            broadcast = await broadcasts.of(db, broadcast_id, lock=True)
            if broadcast is None:
                return False
            if broadcast.sender != self._turn:
                raise TakenOver
            await self._record(db, broadcast, recorded, now)
            await self._notice_step_back(db, broadcast, now)
            if self._pause_why is not None and broadcast.status == "sending":
                await broadcasts.move(
                    db, broadcast.id, ["sending"], "paused", paused_why=self._pause_why
                )
                claimed: list[Recipient] = []
            elif self._may_claim(broadcast, now):
                claimed = await self._claim(db, broadcast, now)
            else:
                claimed = []
            idle = not claimed and not self._in_hand and not self._outcomes
            if idle and self._ending:
                return False
            if idle and await self._is_over(db, broadcast, now):
                return False
        await self._start(broadcast, claimed)
        await self._wait(idle=idle)
        return True

    async def _notice_step_back(self, db: Connection, broadcast: Broadcast, now: datetime) -> None:
        """Decide again about those who wait, if the clock has been set back: until it had caught
        up with itself, nobody would be written to."""
        stepped = self._read_at - now > STEP_BACK
        self._read_at = now
        if stepped:
            self._after, self._looked_back, self._all_wait_until = 0, now, ANY_TIME
            await deliveries.wait_no_longer(db, broadcast.id)

    def _may_claim(self, broadcast: Broadcast, now: datetime) -> bool:
        goes_on = broadcast.status == "sending" and self._quiet_until(broadcast, now) is None
        return goes_on and not self._ending

    async def _claim(self, db: Connection, broadcast: Broadcast, now: datetime) -> list[Recipient]:
        room = self._room()
        if room <= 0 or now < self._all_wait_until:
            return []
        claimed = await self._next(db, broadcast, now, room)
        if len(claimed) < room and not broadcast.walked:
            await self._walk(db, broadcast)
            claimed += await self._next(db, broadcast, now, room - len(claimed))
        if not claimed:
            await self._look_back(db, broadcast)
        return await self._admitted(db, broadcast, claimed, now)

    async def _admitted(
        self, db: Connection, broadcast: Broadcast, claimed: list[Recipient], now: datetime
    ) -> list[Recipient]:
        """Those of the claimed who may read these words; for the others it stops here."""
        wanted = [one.supporter_id for one in claimed if self._wants(broadcast, one)]
        admitted = await self._admit(db, broadcast, wanted)
        too_many = [supporter_id for supporter_id in wanted if supporter_id not in admitted]
        if not too_many:
            return claimed
        await deliveries.put_back(db, broadcast.id, too_many)
        await self._hold_up(db, broadcast, now)
        return [one for one in claimed if one.supporter_id not in too_many]

    @staticmethod
    def _wants(broadcast: Broadcast, recipient: Recipient) -> bool:
        """What changes a message reaches everybody who has it, whatever they want to hear now."""
        return recipient.wants or broadcast.follows is not None

    async def _next(
        self, db: Connection, broadcast: Broadcast, now: datetime, limit: int
    ) -> list[Recipient]:
        """The next in the order of their ids, so that those who wait are not passed over each time;
        now and then from the beginning, for those who need not wait any more."""
        if now - self._looked_back > LOOKS_BACK_AFTER:
            self._after, self._looked_back = 0, now
        today = self._day_began(broadcast, now)
        found = await deliveries.claim(db, broadcast, now, limit, after=self._after, today=today)
        if found:
            self._after = found[-1].supporter_id
        return found

    async def _look_back(self, db: Connection, broadcast: Broadcast) -> None:
        """At the end: begin again with those who had to wait, as soon as one of them need not."""
        if self._after:
            self._after = 0
            return
        _, earliest = await deliveries.waiting(db, broadcast.id)
        self._all_wait_until = earliest or ANY_TIME

    async def _walk(self, db: Connection, broadcast: Broadcast) -> None:
        if broadcast.follows is None:
            page = await audiences.page(
                db,
                broadcast.campaign_id,
                broadcast.kind,
                self._audience_of(broadcast),
                after=broadcast.cursor,
                limit=PAGE,
            )
        else:
            page = await deliveries.page_of_sent(
                db, broadcast.follows, after=broadcast.cursor, limit=PAGE
            )
        await deliveries.add(db, broadcast.id, page)
        await broadcasts.count(db, broadcast.id, {"total": len(page)})
        last = page[-1] if page else broadcast.cursor
        await broadcasts.walk_to(db, broadcast.id, last, walked=len(page) < PAGE)

    async def _record(
        self, db: Connection, broadcast: Broadcast, outcomes: Sequence[Outcome], now: datetime
    ) -> None:
        await deliveries.record(db, broadcast.id, outcomes, now)
        if any(one.status == "pending" for one in outcomes):
            self._all_wait_until = ANY_TIME
        ended = Counter(one.status for one in outcomes if one.status != "pending")
        await broadcasts.count(db, broadcast.id, ended)
        gone = [one.supporter_id for one in outcomes if one.status == "unreachable"]
        await supporters.lose(db, gone)

    async def _is_over(self, db: Connection, broadcast: Broadcast, now: datetime) -> bool:
        current = await broadcasts.of(db, broadcast.id)
        if current is None or current.status != "sending":
            return True
        if now < self._all_wait_until:
            return False
        pending, _ = await deliveries.waiting(db, broadcast.id)
        if pending or not current.walked:
            return False
        await broadcasts.move(db, broadcast.id, ["sending"], "done", ended_at=now)
        return True

    def _room(self) -> int:
        """How many more may be in hand: few enough that they are soon on their way. What has come
        back counts until it is recorded: a kill would leave it unknown, too."""
        most = math.ceil(self._messenger.rate * SECONDS_IN_HAND)
        unrecorded = len(self._in_hand) + len(self._outcomes)
        return min(max(most, FEWEST_IN_HAND), MOST_IN_HAND) - unrecorded

    async def _start(self, broadcast: Broadcast, claimed: Sequence[Recipient]) -> None:
        written = await self._write(broadcast, self._sort_out(broadcast, claimed))
        resend = self._resends_unknown(broadcast)
        for recipient, message in written:
            task = asyncio.create_task(self._deliver(recipient, message, resend))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def _write(
        self, broadcast: Broadcast, wanted: Sequence[Recipient]
    ) -> list[tuple[Recipient, Any]]:
        """Each with their message. If that fails for some of them, they alone do not get it."""
        if not wanted:
            return []
        try:
            messages = await self._writer.write(broadcast, wanted)
            return list(zip(wanted, messages, strict=True))
        except DatabaseUnavailable:
            self._outcomes += [Outcome(one.supporter_id, "pending") for one in wanted]
            return []
        except Exception:
            if len(wanted) > 1:
                return [pair for one in wanted for pair in await self._write(broadcast, [one])]
            log.exception("message not written", broadcast_id=broadcast.id)
        self._outcomes.append(self._refused(wanted[0], "could not be written"))
        return []

    def _sort_out(self, broadcast: Broadcast, claimed: Sequence[Recipient]) -> list[Recipient]:
        """Who gets it now; the others are left out, or wait."""
        now, wanted = self._clock(), []
        for one in claimed:
            if not self._wants(broadcast, one):
                why = "no longer wants or can be reached"
                self._outcomes.append(Outcome(one.supporter_id, "left_out", reason=why))
            elif until := self._waits_until(broadcast, one, now):
                waits = Outcome(one.supporter_id, "pending", not_before=until, tried=False)
                self._outcomes.append(waits)
            else:
                wanted.append(one)
        return wanted

    async def _deliver(self, recipient: Recipient, message: Any, resend: bool) -> None:
        try:
            ids = await self._messenger.send(recipient, message)
        except DeliveryFault as fault:
            self._outcomes.append(self._of_fault(recipient, fault, resend=resend))
        except Exception:
            log.exception("delivery failed")
            self._outcomes.append(self._of_fault(recipient, FateUnknown(), resend=resend))
        else:
            self._arrived, self._refused_in_a_row = True, 0
            self._outcomes.append(Outcome(recipient.supporter_id, "sent", ids))
        self._news.set()

    def _of_fault(self, recipient: Recipient, fault: DeliveryFault, *, resend: bool) -> Outcome:
        who, reason = recipient.supporter_id, type(fault).__name__
        match fault:
            case Unreachable():
                return Outcome(who, "unreachable")
            case Refused():
                return self._refused(recipient, fault.reason)
            case BotRefused():
                self._pause_why = BOT_REFUSED
                return Outcome(who, "pending", reason=reason, tried=False)
            case NotNow():
                if fault.seconds >= PAUSES_FROM_SECONDS:
                    self._pause_why = f"telegram_asks_to_wait:{math.ceil(fault.seconds)}"
                later = self._clock() + timedelta(seconds=fault.seconds)
                return Outcome(who, "pending", not_before=later, reason=reason)
            case FateUnknown() if not resend:
                return Outcome(who, "unknown", reason=reason)
        if recipient.tries + 1 >= MOST_TRIES:
            return Outcome(who, "failed", reason=reason)
        seconds = min(2.0**recipient.tries, LONGEST_BACKOFF_SECONDS)
        later = self._clock() + timedelta(seconds=seconds)
        return Outcome(who, "pending", not_before=later, reason=reason)

    def _refused(self, recipient: Recipient, reason: str) -> Outcome:
        self._refused_in_a_row += 1
        most = REFUSED_AFTER_SOME_ARRIVED if self._arrived else REFUSED_IN_A_ROW
        if self._refused_in_a_row >= most:
            self._pause_why = f"{MESSAGE_REFUSED}:{reason}"
        return Outcome(recipient.supporter_id, "failed", reason=reason)

    async def _wait(self, *, idle: bool) -> None:
        """For news, and a moment longer, so that several are recorded together."""
        if idle:
            await self._rest(REST_SECONDS, self._news)
            return
        if not self._outcomes:
            await pause(REST_SECONDS, sooner=self._news)
        if self._in_hand:
            await asyncio.sleep(TOGETHER_SECONDS)

    async def _let_go(self) -> None:
        for task in self._in_hand:
            task.cancel()
        await asyncio.gather(*self._in_hand, return_exceptions=True)
