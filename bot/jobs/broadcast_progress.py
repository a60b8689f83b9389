"""Show staff the progress of their broadcasts in one message each, edited in place."""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from campaign.broadcasts.states import BY_STAFF
from campaign.petition import Petition
from channels.telegram.outgoing import edited_message, markup_of, text_of
from channels.telegram.show import deliver, deliver_or_owe
from handlers.notifications import to_data
from handlers.screens import Button, Screen
from handlers.services import Services
from handlers.staff.broadcasts.controls import Act, Steer, progress
from handlers.staff.broadcasts.report import ENDED, report
from storage import broadcasts, notifications, supporters
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.delivery_stats import Emails, emails_of

log = structlog.get_logger()

PROGRESS_SECONDS = 3.0
OF_LATE = timedelta(minutes=1)
LOOKS = 10
"""Over how many looks the rate is taken."""
SECONDS_FOR_EACH_EMAIL = 2e-4
"""So that counting them, at a microsecond each, takes a two-hundredth of the time."""


class BroadcastProgress:
    """The messages under which staff have sent broadcasts."""

    def __init__(self, services: Services, bot: ExtBot[Any]) -> None:
        self._services, self._bot = services, bot
        self._messages: dict[int, ProgressMessage] = {}
        self._shown_to_the_end: dict[int, datetime | None] = {}

    async def refresh(self) -> None:
        """Bring them up to date.

        Raises:
            DatabaseUnavailable: what has not been shown is shown the next time.
        """
        services = self._services
        going_on, ended = await self._to_show()
        petitions = await services.catalogue.by_id()
        for broadcast in (*going_on, *ended):
            message = self._messages.setdefault(broadcast.id, ProgressMessage())
            if petition := petitions.get(broadcast.campaign_id):
                await message.refresh(services, self._bot, broadcast, petition)
        for broadcast in ended:
            if self._messages[broadcast.id].failed:
                continue
            self._messages.pop(broadcast.id, None)
            self._shown_to_the_end[broadcast.id] = broadcast.ended_at
            services.watched_broadcasts.discard(broadcast.id)
        services.watched_broadcasts.update(broadcast.id for broadcast in going_on)

    async def _to_show(self) -> tuple[list[Broadcast], list[Broadcast]]:
        """What goes on, and what has ended and was not shown to its end. One that has begun in
        another process, and is over soon, may never be seen going on here."""
        services = self._services
        async with services.database.reading() as db:
            going_on = await broadcasts.in_state(
                db, "awaiting_approval", "scheduled", "sending", "paused"
            )
            known = services.watched_broadcasts - {one.id for one in going_on}
            ended = {seen: one for seen in known if (one := await broadcasts.of(db, seen))}
            of_late = await broadcasts.ended_since(db, services.clock() - OF_LATE)
        shown = self._shown_to_the_end  # until then: it may have gone on for those who failed
        ended |= {one.id: one for one in of_late if shown.get(one.id) != one.ended_at}
        return going_on, list(ended.values())


@dataclass(slots=True)
class ProgressMessage:
    """One broadcast as it was last shown, and how fast it has gone of late.

    Attributes:
        failed: whether it could not be shown as it is; it is tried again.
        emails: as they were last counted; emails_again: when to count them again.
    """

    text: str = ""
    failed: bool = False
    counted: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=LOOKS))
    emails: Emails = field(default_factory=Emails)
    emails_again: float = -math.inf

    async def refresh(
        self, services: Services, bot: ExtBot[Any], broadcast: Broadcast, petition: Petition
    ) -> None:
        """Show what has changed; say aloud that it has paused by itself."""
        place = broadcast.options.get("progress")
        if place is None or place.get("stays_while") == broadcast.status:
            return
        now, ended = services.clock(), broadcast.status in ENDED
        self.counted.append((now, broadcast.ended))
        async with services.database.reading() as db:
            reader = await supporters.by_telegram_id(db, place["chat"])
            tags = (reader.language, reader.telegram_language) if reader else ()
            language = services.renderer.match(*tags)
            if ended:
                screen = await report(db, broadcast, petition, language, now)
            else:
                emails = await self._count_emails(db, broadcast, services.monotonic())
                screen = await progress(
                    db, broadcast, petition, language, now, rate=self._rate(), emails=emails
                )
        await self._show(services, bot, place, screen, language, is_last=ended)
        by_itself = broadcast.status == "paused" and broadcast.paused_why != BY_STAFF
        if not by_itself or broadcast.pause_told:
            return
        async with services.database.transaction() as db:
            if await broadcasts.tell_pause(db, broadcast.id):
                await _notify_of_pause(db, place["chat"], broadcast, now)
        services.notified.set()

    async def _count_emails(self, db: Connection, broadcast: Broadcast, now: float) -> Emails:
        """Those that go by email. To count many takes long, so it is not done at each look."""
        if now >= self.emails_again:
            self.emails = await emails_of(db, broadcast.id)
            self.emails_again = now + self.emails.total * SECONDS_FOR_EACH_EMAIL
        return self.emails

    def _rate(self) -> float:
        """Messages a second over the last looks."""
        (begun, before), (ended, after) = self.counted[0], self.counted[-1]
        seconds = (ended - begun).total_seconds()
        return max(0, after - before) / seconds if seconds else 0.0

    async def _show(
        self,
        services: Services,
        bot: ExtBot[Any],
        place: dict[str, int],
        screen: Screen,
        language: str,
        *,
        is_last: bool,
    ) -> None:
        text = text_of(services, screen, language)
        if text == self.text and not self.failed:
            return
        self.text, self.failed = text, False
        change = edited_message(place["message"], text, markup_of(services, screen, language))
        try:
            if is_last:
                await deliver_or_owe(services, bot, place["chat"], [change])
            else:
                await deliver(bot, place["chat"], [change])
        except (BadRequest, Forbidden):
            pass  # the same already, or taken away
        except TelegramError as error:
            self.failed = True
            log.warning("progress not shown", reason=type(error).__name__)


async def _notify_of_pause(
    db: Connection, telegram_id: int, broadcast: Broadcast, now: datetime
) -> None:
    """A message of its own: nobody sees a change in one that has scrolled away."""
    acts: tuple[Act, ...] = ("resume", "cancel")
    rows = [[Button(f"update_{act}", Steer(broadcast.id, act)) for act in acts]]
    await notifications.add(
        db,
        [telegram_id],
        "broadcasts/paused_itself",
        campaign_id=broadcast.campaign_id,
        variables={
            "kind": broadcast.kind,
            "stale": broadcast.paused_why == "stale",
            "why": broadcast.paused_why or "",
        },
        buttons=to_data(rows),
        least_role="editor",
        now=now,
    )
