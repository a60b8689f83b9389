"""Showing staff how their updates go: one message each, changed in place, until it has ended."""

import asyncio
from collections import deque
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
import telegram
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.jobs.notifications import tell_now
from campaign.broadcasts.states import BY_STAFF
from campaign.petition import Petition
from handlers.screens import Button, Screen, Text
from handlers.services import House
from handlers.show import markup_of, text_of
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.report import ENDED, report
from storage import broadcasts, supporters
from storage.broadcasts import Broadcast
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

SECONDS = 3.0
OF_LATE = timedelta(minutes=1)
LOOKS = 10
"""Over how many looks the rate is taken."""


async def show_progress(house: House, bot: ExtBot[Any]) -> None:
    """Keep the message under which staff have sent a broadcast up to date; never returns."""
    watching: dict[int, _Watched] = {}
    shown_to_the_end: set[int] = set()
    while True:
        await asyncio.sleep(SECONDS)
        try:
            going_on, ended = await _to_show(house, shown_to_the_end)
            petitions = await house.catalogue.by_id()
            for broadcast in (*going_on, *ended):
                watched = watching.setdefault(broadcast.id, _Watched())
                if petition := petitions.get(broadcast.campaign_id):
                    await watched.look(house, bot, broadcast, petition)
        except DatabaseUnavailable:
            continue
        for broadcast in ended:
            watching.pop(broadcast.id, None)
            shown_to_the_end.add(broadcast.id)
            house.watched_broadcasts.discard(broadcast.id)
        house.watched_broadcasts.update(broadcast.id for broadcast in going_on)


async def _to_show(
    house: House, shown_to_the_end: Set[int]
) -> tuple[list[Broadcast], list[Broadcast]]:
    """What goes on, and what has ended and was not shown to its end. One that has begun in another
    process, and is over soon, may never be seen going on here."""
    async with house.database.reading() as db:
        going_on = await broadcasts.in_state(
            db, "awaiting_approval", "scheduled", "sending", "paused"
        )
        known = house.watched_broadcasts - {one.id for one in going_on}
        ended = {seen: one for seen in known if (one := await broadcasts.of(db, seen)) is not None}
        of_late = await broadcasts.ended_since(db, house.clock() - OF_LATE)
    ended |= {one.id: one for one in of_late if one.id not in shown_to_the_end}
    return going_on, list(ended.values())


@dataclass(slots=True)
class _Watched:
    """One broadcast as it was last shown, and how fast it has gone of late."""

    text: str = ""
    counted: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=LOOKS))

    async def look(
        self, house: House, bot: ExtBot[Any], broadcast: Broadcast, petition: Petition
    ) -> None:
        """Show what has changed; say aloud that it has paused by itself."""
        place = broadcast.options.get("progress")
        if place is None or place.get("stays_while") == broadcast.status:
            return
        now = house.clock()
        self.counted.append((now, broadcast.ended))
        async with house.database.reading() as db:
            author = await supporters.by_id(db, broadcast.author_id or 0)
            tags = (author.language, author.telegram_language) if author else ()
            language = house.renderer.match(*tags)
            if broadcast.status in ENDED:
                screen = await report(db, broadcast, petition, language, now)
            else:
                screen = progress(broadcast, petition, language, now, rate=self._rate())
        await self._show(house, bot, place, screen, language)
        by_itself = broadcast.status == "paused" and broadcast.paused_why != BY_STAFF
        if not by_itself or broadcast.pause_told:
            return
        async with house.database.transaction() as db:
            tells = await broadcasts.tell_pause(db, broadcast.id)
        if tells:
            await _tell(house, bot, place["chat"], broadcast, petition, language)

    def _rate(self) -> float:
        """Messages a second over the last looks."""
        (begun, before), (ended, after) = self.counted[0], self.counted[-1]
        seconds = (ended - begun).total_seconds()
        return max(0, after - before) / seconds if seconds else 0.0

    async def _show(
        self, house: House, bot: ExtBot[Any], place: dict[str, int], screen: Screen, language: str
    ) -> None:
        text = text_of(house, screen, language)
        if text == self.text:
            return
        self.text = text
        markup = markup_of(house, screen, language)
        try:
            await bot.edit_message_text(
                text,
                chat_id=place["chat"],
                message_id=place["message"],
                reply_markup=telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None,
            )
        except BadRequest:
            pass  # the same already, or taken away
        except TelegramError as error:
            log.warning("progress not shown", reason=type(error).__name__)


async def _tell(
    house: House,
    bot: ExtBot[Any],
    chat_id: int,
    broadcast: Broadcast,
    petition: Petition,
    language: str,
) -> None:
    """A message of its own: nobody sees a change in one that has scrolled away."""
    variables = {
        "campaign": petition.view(language),
        "kind": broadcast.kind,
        "stale": broadcast.paused_why == "stale",
    }
    buttons = [
        [Button(f"update_{act}", f"steer:{broadcast.id}:{act}") for act in ("resume", "cancel")]
    ]
    screen = Screen(Text("update/paused_itself", variables), buttons)
    await tell_now(house, bot, chat_id, screen, language, about="pause")
