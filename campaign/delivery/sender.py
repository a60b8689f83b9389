"""Send one broadcast: claim people, hand their messages on, record the outcomes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from campaign.delivery.audience_walk import AudienceWalk
from campaign.delivery.lane import ANY_TIME, Lane
from campaign.delivery.messenger import Composer, Messenger
from campaign.delivery.wait import pause
from storage import addresses, broadcasts, deliveries, delivery_claims, supporters
from storage.addresses import EMAIL, TELEGRAM
from storage.audiences import CHANNELS, Audience
from storage.broadcasts import Broadcast
from storage.database import Connection, Database
from storage.deliveries import Outcome
from storage.delivery_claims import Recipient
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

TOGETHER_SECONDS = 0.02
REST_SECONDS = 0.5
STEP_BACK = timedelta(seconds=2)
"""A clock that goes back so far has been set, not only been kept right."""


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
        resends_unknown: Callable[[Broadcast, str], bool],
        quiet_until: Callable[[Broadcast, datetime], datetime | None],
        waits_until: Callable[[Broadcast, Recipient, datetime], datetime | None],
        day_began: Callable[[Broadcast, datetime], datetime],
        admit: Callable[[Connection, Broadcast, Sequence[int]], Awaitable[Collection[int]]],
        hold_up: Callable[[Connection, Broadcast, datetime], Awaitable[None]],
        clock: Callable[[], datetime],
        rest: Callable[[float, asyncio.Event], Awaitable[bool]] = pause,
        others: Mapping[str, tuple[Messenger, Composer]] | None = None,
    ) -> None:
        """
        Args:
            messenger, writer: Telegram's.
            quiet_until: when it is quiet at that time (UTC), gives until when; nothing is sent.
            waits_until: until when (UTC) one person's message waits, if it does.
            day_began: when the day (UTC) began that it is then for this broadcast.
            admit: which of these supporters may be sent it, as long as nobody has agreed to it.
            hold_up: lets it wait for agreement, because there are more than may be sent it.
            clock: gives the time in UTC.
            rest: waits so many seconds, or until the event, when there is nothing to do yet.
            others: what sends by other channels.
        """
        self._database = database
        self._resends_unknown = resends_unknown
        self._quiet_until = quiet_until
        self._waits_until = waits_until
        self._day_began = day_began
        self._admit = admit
        self._hold_up = hold_up
        self._clock = clock
        self._rest = rest
        self._turn = 0
        self._outcomes: list[Outcome] = []
        self._news = asyncio.Event()
        self._read_at = clock()
        self._ending = False
        through = {TELEGRAM: (messenger, writer), **(others or {})}
        self._lanes = {
            channel: Lane(channel, *parts, settle=self._settle, clock=clock)
            for channel, parts in through.items()
        }
        self._walk = AudienceWalk(self._lanes, audience_of)
        for lane in self._lanes.values():
            lane.look_again(self._read_at)

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
            for channel in CHANNELS:
                status = "pending" if self._resends_unknown(broadcast, channel) else "unknown"
                settled = await deliveries.settle_claimed(
                    db, broadcast_id, status, self._clock(), channel=channel
                )
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
            why = next((one.pause_why for one in self._lanes.values() if one.pause_why), None)
            claimed: dict[str, list[Recipient]] = {}
            if why is not None and broadcast.status == "sending":
                await broadcasts.move(db, broadcast.id, ["sending"], "paused", paused_why=why)
            elif self._may_claim(broadcast, now):
                claimed = await self._claim(db, broadcast, now)
            in_hand = any(lane.tasks for lane in self._lanes.values())
            idle = not any(claimed.values()) and not in_hand and not self._outcomes
            if idle and self._ending:
                return False
            if idle and await self._is_over(db, broadcast, now):
                return False
        for channel, theirs in claimed.items():
            lane = self._lanes[channel]
            wanted = self._sort_out(broadcast, lane, theirs)
            lane.start(broadcast, wanted, resend=self._resends_unknown(broadcast, channel))
        await self._wait(idle=idle)
        return True

    async def _notice_step_back(self, db: Connection, broadcast: Broadcast, now: datetime) -> None:
        """Decide again about those who wait, if the clock has been set back: until it had caught
        up with itself, nobody would be written to."""
        stepped = self._read_at - now > STEP_BACK
        self._read_at = now
        if stepped:
            for lane in self._lanes.values():
                lane.clock_was_set(now)
            await deliveries.wait_no_longer(db, broadcast.id)

    def _may_claim(self, broadcast: Broadcast, now: datetime) -> bool:
        goes_on = broadcast.status == "sending" and self._quiet_until(broadcast, now) is None
        return goes_on and not self._ending

    async def _claim(
        self, db: Connection, broadcast: Broadcast, now: datetime
    ) -> dict[str, list[Recipient]]:
        """The next of each channel. All of them walk the audience together, so the next page is
        looked up when one has nobody left."""
        today = self._day_began(broadcast, now)
        claimed: dict[str, list[Recipient]] = {}
        for channel, lane in self._lanes.items():
            unrecorded = sum(one.channel == channel for one in self._outcomes)
            room = lane.room(now, unrecorded=unrecorded)
            if room <= 0:
                continue
            found = await lane.claim(db, broadcast, room, now=now, today=today)
            if len(found) < room and await self._walk.may_go_on(db, broadcast, channel):
                broadcast = await self._walk.go_on(db, broadcast)
                more = room - len(found)
                found += await lane.claim(db, broadcast, more, now=now, today=today)
            if not found:
                await lane.look_back(db, broadcast)
            claimed[channel] = await self._admitted(db, broadcast, channel, found, now)
        return claimed

    async def _admitted(
        self,
        db: Connection,
        broadcast: Broadcast,
        channel: str,
        claimed: list[Recipient],
        now: datetime,
    ) -> list[Recipient]:
        """Those of the claimed who may read these words; for the others it stops here."""
        wanted = [one.supporter_id for one in claimed if self._wants(broadcast, channel, one)]
        admitted = await self._admit(db, broadcast, wanted)
        too_many = [supporter_id for supporter_id in wanted if supporter_id not in admitted]
        if not too_many:
            return claimed
        await delivery_claims.put_back(db, broadcast.id, too_many)
        await self._hold_up(db, broadcast, now)
        return [one for one in claimed if one.supporter_id not in too_many]

    @staticmethod
    def _wants(broadcast: Broadcast, channel: str, recipient: Recipient) -> bool:
        """What changes a message in a chat reaches everybody who has it, whatever they want to hear
        now. A correction by email is another letter, and who has ended those gets none."""
        return recipient.wants or (broadcast.follows is not None and channel == TELEGRAM)

    async def _record(
        self, db: Connection, broadcast: Broadcast, outcomes: Sequence[Outcome], now: datetime
    ) -> None:
        gone = [one for one in outcomes if one.status == "unreachable"]
        await supporters.lose(db, [one.supporter_id for one in gone if one.channel == TELEGRAM])
        for one in gone:
            if one.address_id is not None:
                await addresses.lose_one(db, one.address_id)
        instead = await self._by_email_instead(db, broadcast, outcomes)
        outcomes = [one for one in outcomes if one.supporter_id not in instead]
        await deliveries.record(db, broadcast.id, outcomes, now)
        for lane in self._lanes.values():
            if any(one.status == "pending" and one.channel == lane.channel for one in outcomes):
                lane.waits_until = ANY_TIME
        if instead:
            self._lanes[EMAIL].look_again(now)
        ended = Counter(one.status for one in outcomes if one.status != "pending")
        await broadcasts.count(db, broadcast.id, ended)

    async def _by_email_instead(
        self, db: Connection, broadcast: Broadcast, outcomes: Sequence[Outcome]
    ) -> Collection[int]:
        """Who cannot be written to in their chat, or at one of their addresses, and gets it by
        email at another."""
        if EMAIL not in self._lanes or broadcast.follows is not None:
            return ()
        lost = [
            one.supporter_id
            for one in outcomes
            if one.status == "unreachable" or (one.status == "left_out" and one.channel == TELEGRAM)
        ]
        return await delivery_claims.send_by_email(db, broadcast, lost)

    async def _is_over(self, db: Connection, broadcast: Broadcast, now: datetime) -> bool:
        current = await broadcasts.of(db, broadcast.id)
        if current is None or current.status != "sending":
            return True
        if any(now < lane.waits_until for lane in self._lanes.values()):
            return False
        if not current.walked or await deliveries.pending(db, broadcast.id):
            return False
        await broadcasts.move(db, broadcast.id, ["sending"], "done", ended_at=now)
        return True

    def _sort_out(
        self, broadcast: Broadcast, lane: Lane, claimed: Sequence[Recipient]
    ) -> list[Recipient]:
        """Who gets it now; the others are left out, or wait."""
        now, wanted = self._clock(), []
        for one in claimed:
            if not self._wants(broadcast, lane.channel, one):
                lane.left_out(one)
            elif until := self._waits_until(broadcast, one, now):
                lane.put_off(one, until)
            else:
                wanted.append(one)
        return wanted

    def _settle(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._news.set()

    async def _wait(self, *, idle: bool) -> None:
        """For news, and a moment longer, so that several are recorded together."""
        if idle:
            await self._rest(REST_SECONDS, self._news)
            return
        if not self._outcomes:
            await pause(REST_SECONDS, sooner=self._news)
        if any(lane.tasks for lane in self._lanes.values()):
            await asyncio.sleep(TOGETHER_SECONDS)

    async def _let_go(self) -> None:
        tasks = [task for lane in self._lanes.values() for task in lane.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
