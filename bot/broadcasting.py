"""Broadcasts on their way: the one who sends them, and what staff see of it."""

import asyncio
from typing import Any

import structlog
import telegram
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.messenger import TelegramMessenger
from bot.pacing import TwoLanePacer
from campaign.broadcasts import audience, life
from campaign.delivery.dispatch import Dispatch
from campaign.delivery.sender import Sender
from handlers.house import House
from handlers.letters import Letters
from handlers.show import markup_of, text_of
from handlers.staff.updates.steering import progress
from storage import broadcasts, supporters
from storage.broadcasts import Broadcast
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

PROGRESS_SECONDS = 3.0


def dispatch(house: House, bot: ExtBot[Any], pacer: TwoLanePacer) -> Dispatch:
    """The one who sends what is due, by this bot."""
    messenger, letters = TelegramMessenger(bot, pacer), Letters(house)
    return Dispatch(
        house.database,
        new_sender=lambda: Sender(
            house.database,
            messenger,
            letters,
            audience_of=lambda broadcast: audience.from_dict(broadcast.audience),
            resends_unknown=life.resends_unknown,
            quiet_until=life.quiet_until,
            waits_until=life.waits_until,
            day_began=life.day_began,
            clock=house.clock,
        ),
        begin=lambda db, broadcast, now: life.begin(db, broadcast, now=now),
        clock=house.clock,
        woken=house.dispatch_woken,
    )


async def show_progress(house: House, bot: ExtBot[Any]) -> None:
    """Keep the message under which staff have sent a broadcast up to date; never returns."""
    shown: dict[int, str] = {}
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        try:
            async with house.database.reading() as db:
                going_on = await broadcasts.in_state(db, "scheduled", "sending", "paused")
                ended = [
                    one
                    for known in house.watched_broadcasts - {one.id for one in going_on}
                    if (one := await broadcasts.of(db, known)) is not None
                ]
        except DatabaseUnavailable:
            continue
        for broadcast in (*going_on, *ended):
            await _show(house, bot, broadcast, shown)
        for broadcast in ended:
            shown.pop(broadcast.id, None)
            house.watched_broadcasts.discard(broadcast.id)
        house.watched_broadcasts.update(broadcast.id for broadcast in going_on)


async def _show(
    house: House, bot: ExtBot[Any], broadcast: Broadcast, shown: dict[int, str]
) -> None:
    place = broadcast.options.get("progress")
    petitions = {petition.id: petition for petition in await house.catalogue.petitions()}
    if place is None or broadcast.campaign_id not in petitions:
        return
    async with house.database.reading() as db:
        author = await supporters.by_id(db, broadcast.author_id or 0)
    language = house.renderer.match(author.language, author.telegram_language) if author else "en"
    screen = progress(broadcast, petitions[broadcast.campaign_id], language, house.clock())
    text = text_of(house, screen, language)
    if shown.get(broadcast.id) == text:
        return
    shown[broadcast.id] = text
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
