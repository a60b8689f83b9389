"""Start broadcasts that are due, and resume interrupted ones, in the process that leads."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from campaign.delivery.sender import Sender, TakenOver
from campaign.delivery.wait import pause
from storage import broadcasts
from storage.broadcasts import Broadcast
from storage.database import Connection, Database
from storage.errors import DatabaseUnavailable
from storage.leadership import leading

log = structlog.get_logger()

LEADERSHIP = 7_205_759_403_792
TICK_SECONDS = 0.5
LAST_WORK_SECONDS = 5.0


class Dispatch:
    """The one who sends, in a process that may be one of several."""

    def __init__(
        self,
        database: Database,
        *,
        new_sender: Callable[[], Sender],
        begin: Callable[[Connection, Broadcast, datetime], Awaitable[None]],
        clock: Callable[[], datetime],
        woken: asyncio.Event,
    ) -> None:
        """
        Args:
            begin: brings a broadcast whose time has come (UTC) from scheduled to what is next.
            clock: gives the time in UTC.
            woken: set when a broadcast has changed, so that it is looked at at once.
        """
        self._woken = woken
        self._database = database
        self._new_sender = new_sender
        self._begin = begin
        self._clock = clock
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._senders: dict[int, Sender] = {}
        self._lost = asyncio.Event()
        self.leads = False

    async def run(self) -> None:
        """Lead whenever nobody else does, and send; never returns."""
        while True:
            async with leading(self._database, LEADERSHIP) as self._lost:
                log.info("sends broadcasts")
                self.leads = True
                try:
                    await self._lead(self._lost)
                finally:
                    self.leads = False
                    await self._stop(another_goes_on=self._lost.is_set())
            log.warning("sends no broadcasts: another process may")

    async def _lead(self, lost: asyncio.Event) -> None:
        while not lost.is_set():
            self._woken.clear()
            try:
                await self._start_what_is_due()
                await self._send_what_is_started()
            except DatabaseUnavailable:
                log.warning("broadcasts wait: database away")
            await pause(TICK_SECONDS, sooner=self._woken)

    async def _start_what_is_due(self) -> None:
        now = self._clock()
        async with self._database.reading() as db:
            scheduled = await broadcasts.in_state(db, "scheduled")
        for broadcast in scheduled:
            if broadcast.due_at is None or broadcast.due_at > now:
                continue
            async with self._database.transaction() as db:
                await self._begin(db, broadcast, now)

    async def _send_what_is_started(self) -> None:
        async with self._database.reading() as db:
            started = await broadcasts.in_state(db, "sending")
        for broadcast in started:
            if broadcast.id in self._sending or broadcast.follows in self._sending:
                continue  # one that follows another waits until that has nothing in hand
            if broadcast.follows is not None:
                await self._new_sender().recover(broadcast.follows)
            self._sending[broadcast.id] = asyncio.create_task(self._send(broadcast))

    async def _send(self, broadcast: Broadcast) -> None:
        try:
            sender = self._senders[broadcast.id] = self._new_sender()
            await sender.recover(broadcast.id)
            await sender.send(broadcast.id)
        except DatabaseUnavailable:
            log.warning("broadcast waits: database away", broadcast_id=broadcast.id)
        except TakenOver:
            log.warning("broadcast sent by another process now", broadcast_id=broadcast.id)
            self._lost.set()
        except Exception:
            log.exception("broadcast failed", broadcast_id=broadcast.id)
            await asyncio.sleep(TICK_SECONDS)
        finally:
            self._sending.pop(broadcast.id, None)
            self._senders.pop(broadcast.id, None)

    async def _stop(self, *, another_goes_on: bool) -> None:
        """Let what is in hand come to its end, unless another process may have settled it."""
        tasks = list(self._sending.values())
        if tasks and not another_goes_on:
            for sender in self._senders.values():
                sender.end()
            await asyncio.wait(tasks, timeout=LAST_WORK_SECONDS)
        for task in self._sending.values():
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._sending.clear()
