"""Make an update for each milestone that has been reached."""

import asyncio
import contextlib
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.jobs.loops import run_on_event
from bot.jobs.notifications import Told, tell_now
from campaign import milestones, staff
from campaign.broadcasts import states
from campaign.broadcasts.content import Content, Media, Version
from campaign.petition import Petition
from handlers import drafted_updates
from handlers.broadcast_messages import BroadcastComposer
from handlers.screens import Button, Rows, Screen, Text
from handlers.services import Services
from handlers.staff.broadcasts.buttons import to
from handlers.staff.broadcasts.controls import Act, Steer
from pictures.growth import Labels, growth_picture
from storage import broadcasts, campaigns, daily_counts
from storage import milestones as kept
from storage.broadcasts import Broadcast
from storage.milestones import Milestone
from storage.staff import Member

log = structlog.get_logger()

PAUSE_SECONDS = 1.0
_UNSENT = ("draft", "scheduled")


async def run_milestones(services: Services, bot: ExtBot[Any]) -> None:
    """Look whenever somebody has signed, or the schedule says so; never returns."""

    async def work() -> None:
        await check(services)
        await tell_staff(services, bot)

    await run_on_event(services.counted, "milestones", work, pause_after=PAUSE_SECONDS)


async def check(services: Services) -> None:
    """Make the update about whatever has been reached."""
    for petition in await services.catalogue.petitions():
        async with services.database.reading() as db:
            if not await milestones.is_due(db, petition):
                continue
        async with services.database.transaction() as db:
            totals = await campaigns.totals(db, petition.id)
            write = partial(drafted_updates.milestone, services, petition, totals=totals)
            made = await milestones.check(db, petition, write, now=services.clock())
        if made is not None:
            log.info("milestone reached", campaign_id=petition.id, broadcast_id=made.id)


async def tell_staff(services: Services, bot: ExtBot[Any]) -> None:
    """Give staff the updates that they have not seen. Killed in between, they see one again."""
    async with services.database.transaction() as db:
        untold = await kept.claim_untold(db, services.clock())
    petitions = await services.catalogue.by_id()
    for milestone in untold:
        if petition := petitions.get(milestone.campaign_id):
            await _tell(services, bot, petition, milestone)
        async with services.database.transaction() as db:
            await kept.told(db, milestone)


async def _tell(
    services: Services, bot: ExtBot[Any], petition: Petition, milestone: Milestone
) -> None:
    async with services.database.reading() as db:
        broadcast = await broadcasts.of(db, milestone.broadcast_id or 0)
        editors = await staff.working(db, petition.id, "editor")
    if broadcast is None or broadcast.status not in _UNSENT:
        return
    for member in await _draw_into(services, bot, petition, broadcast, editors):
        async with services.database.reading() as db:
            current = await broadcasts.of(db, broadcast.id) or broadcast
            total = (await campaigns.totals(db, petition.id)).total
        language = services.renderer.match(member.language, member.telegram_language)
        letters = BroadcastComposer(services).preview(
            current, petition, language, member.first_name or "", total
        )
        screen = _screen(petition, milestone, current, language)
        screen = replace(screen, letters=letters)
        told = await tell_now(
            services, bot, member.telegram_id, screen, language, about="milestone"
        )
        if told is not None and current.status == "scheduled":
            await _show_progress_at(services, current, told)


async def _draw_into(
    services: Services,
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
    async with services.database.reading() as db:
        days = await daily_counts.by_day(db, petition.id)
    if not days:
        return editors
    drawn: dict[str, Version] = {}
    while editors and len(drawn) < len(content.versions):
        try:
            for language, version in content.versions.items():
                words = _words(services, petition, language, list(days))
                picture = await asyncio.to_thread(growth_picture, days, words)
                file_id = await _uploaded(bot, editors[0].telegram_id, picture)
                drawn[language] = replace(version, media=(Media("photo", file_id),))
        except TelegramError as error:
            log.warning("picture not sent", reason=type(error).__name__)
            editors = editors[1:]
    if len(drawn) == len(content.versions):
        pictured = replace(content, versions=drawn).to_dict()
        async with services.database.transaction() as db:
            await broadcasts.illustrate(db, broadcast.id, broadcast.version, pictured)
    return editors


async def _uploaded(bot: ExtBot[Any], chat_id: int, picture: bytes) -> str:
    """Telegram's id of a picture; the message that it was sent in is taken away again."""
    sent = await bot.send_photo(chat_id, picture, disable_notification=True)
    with contextlib.suppress(TelegramError):
        await bot.delete_message(chat_id, sent.message_id)
    return sent.photo[-1].file_id


def _words(services: Services, petition: Petition, language: str, days: list[Any]) -> Labels:
    first, last = (services.renderer.label("day", language, day=day) for day in (days[0], days[-1]))
    return Labels(petition.texts(language).title, first, last)


async def _show_progress_at(services: Services, broadcast: Broadcast, told: Told) -> None:
    async with services.database.transaction() as db:
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
        acts: tuple[Act, ...] = ("edit", "cancel")
        return [[Button(f"update_{act}", Steer(broadcast.id, act)) for act in acts]]
    send = [[to(broadcast, "update_yes", "yes", count=count)]] if count else []
    return [
        *send,
        [to(broadcast, "update_look", "look")],
        [to(broadcast, "update_throw", "throw")],
    ]
