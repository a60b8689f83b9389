"""Milestones as they are reached: an update about each is made, and staff get it to send."""

import asyncio
import contextlib
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.jobs.loops import do_whenever
from bot.jobs.notifications import Told, tell_now
from campaign import milestones, staff
from campaign.broadcasts import states
from campaign.broadcasts.content import Content, Media, Version
from campaign.petition import Petition
from handlers import drafted_updates
from handlers.broadcast_messages import Letters
from handlers.screens import Button, Rows, Screen, Text
from handlers.services import House
from pictures.growth import Words, growth_picture
from storage import broadcasts, campaigns, daily_counts
from storage import milestones as kept
from storage.broadcasts import Broadcast
from storage.milestones import Milestone
from storage.staff import Member

log = structlog.get_logger()

PAUSE_SECONDS = 1.0
_UNSENT = ("draft", "scheduled")


async def keep_milestones(house: House, bot: ExtBot[Any]) -> None:
    """Look whenever somebody has signed, or the schedule says so; never returns."""

    async def work() -> None:
        await look(house)
        await tell_staff(house, bot)

    await do_whenever(house.counted, "milestones", work, pause_after=PAUSE_SECONDS)


async def look(house: House) -> None:
    """Make the update about whatever has been reached."""
    for petition in await house.catalogue.petitions():
        async with house.database.reading() as db:
            if not await milestones.is_due(db, petition):
                continue
        async with house.database.transaction() as db:
            totals = await campaigns.totals(db, petition.id)
            write = partial(drafted_updates.milestone, house, petition, totals=totals)
            made = await milestones.look(db, petition, write, now=house.clock())
        if made is not None:
            log.info("milestone reached", campaign_id=petition.id, broadcast_id=made.id)


async def tell_staff(house: House, bot: ExtBot[Any]) -> None:
    """Give staff the updates that they have not seen. Killed in between, they see one again."""
    async with house.database.transaction() as db:
        untold = await kept.claim_untold(db, house.clock())
    petitions = await house.catalogue.by_id()
    for milestone in untold:
        if petition := petitions.get(milestone.campaign_id):
            await _tell(house, bot, petition, milestone)
        async with house.database.transaction() as db:
            await kept.told(db, milestone)


async def _tell(house: House, bot: ExtBot[Any], petition: Petition, milestone: Milestone) -> None:
    async with house.database.reading() as db:
        broadcast = await broadcasts.of(db, milestone.broadcast_id or 0)
        editors = await staff.working(db, petition.id, "editor")
    if broadcast is None or broadcast.status not in _UNSENT:
        return
    for member in await _draw_into(house, bot, petition, broadcast, editors):
        async with house.database.reading() as db:
            current = await broadcasts.of(db, broadcast.id) or broadcast
            total = (await campaigns.totals(db, petition.id)).total
        language = house.renderer.match(member.language, member.telegram_language)
        letters = Letters(house).preview(
            current, petition, language, member.first_name or "", total
        )
        screen = _screen(petition, milestone, current, language)
        screen = replace(screen, letters=letters)
        told = await tell_now(house, bot, member.telegram_id, screen, language, about="milestone")
        if told is not None and current.status == "scheduled":
            await _show_progress_at(house, current, told)


async def _draw_into(
    house: House,
    bot: ExtBot[Any],
    petition: Petition,
    broadcast: Broadcast,
    editors: list[Member],
) -> list[Member]:
    """Put a picture of the growth into the update. Telegram gives its id when it is sent: to the
    first of the staff who can be written to; who cannot is left out from here on."""
    content = Content.from_dict(broadcast.content)
    if any(version.media for version in content.versions.values()):
        return editors
    async with house.database.reading() as db:
        days = await daily_counts.by_day(db, petition.id)
    if not days:
        return editors
    drawn: dict[str, Version] = {}
    while editors and len(drawn) < len(content.versions):
        try:
            for language, version in content.versions.items():
                words = _words(house, petition, language, list(days))
                picture = await asyncio.to_thread(growth_picture, days, words)
                file_id = await _uploaded(bot, editors[0].telegram_id, picture)
                drawn[language] = replace(version, media=(Media("photo", file_id),))
        except TelegramError as error:
            log.warning("picture not sent", reason=type(error).__name__)
            editors = editors[1:]
    if len(drawn) == len(content.versions):
        pictured = replace(content, versions=drawn).to_dict()
        async with house.database.transaction() as db:
            await broadcasts.illustrate(db, broadcast.id, broadcast.version, pictured)
    return editors


async def _uploaded(bot: ExtBot[Any], chat_id: int, picture: bytes) -> str:
    """Telegram's id of a picture; the message that it was sent in is taken away again."""
    sent = await bot.send_photo(chat_id, picture, disable_notification=True)
    with contextlib.suppress(TelegramError):
        await bot.delete_message(chat_id, sent.message_id)
    return sent.photo[-1].file_id


def _words(house: House, petition: Petition, language: str, days: list[Any]) -> Words:
    first, last = (house.renderer.label("day", language, day=day) for day in (days[0], days[-1]))
    return Words(petition.texts(language).title, first, last)


async def _show_progress_at(house: House, broadcast: Broadcast, told: Told) -> None:
    async with house.database.transaction() as db:
        place = {**asdict(told), "stays_while": broadcast.status}
        await broadcasts.show_at(db, broadcast.id, place)


def _screen(
    petition: Petition, milestone: Milestone, broadcast: Broadcast, language: str
) -> Screen:
    count = states.Options.from_dict(broadcast.options).expected
    variables = {
        "campaign": petition.view(language),
        "number": milestone.number,
        "status": broadcast.status,
        "count": count,
        "at": broadcast.due_at,
        "zone": petition.definition.timezone,
    }
    return Screen(Text("staff/milestone", variables), _rows(broadcast, count))


def _rows(broadcast: Broadcast, count: int) -> Rows:
    if broadcast.status == "scheduled":
        return [
            [Button(f"update_{act}", f"steer:{broadcast.id}:{act}") for act in ("edit", "cancel")]
        ]
    data = f"upd:{broadcast.id}:{broadcast.version}"
    send = [[Button("update_yes", f"{data}:yes", variables={"count": count})]] if count else []
    return [
        *send,
        [Button("update_look", f"{data}:look")],
        [Button("update_throw", f"{data}:throw")],
    ]
