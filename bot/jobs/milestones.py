"""Make an update for each milestone that has been reached."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.jobs.loops import run_on_event
from campaign import milestones, notifications, staff
from campaign.broadcasts.content import Content, Media, Version
from campaign.petition import Petition
from campaign.stats.times import times
from handlers import drafted_updates
from handlers.services import Services
from handlers.staff.milestones import UNSENT
from handlers.staff.stats.view import wording
from pictures import curves
from pictures.canvas import writable
from storage import broadcasts
from storage import milestones as kept

log = structlog.get_logger()

PAUSE_SECONDS = 1.0


async def run_milestones(services: Services, bot: ExtBot[Any]) -> None:
    """Look whenever somebody has signed, or the schedule says so; never returns."""

    async def work() -> None:
        await check(services)
        await notify_staff(services, bot)

    await run_on_event(services.counted, "milestones", work, pause_after=PAUSE_SECONDS)


async def check(services: Services) -> None:
    """Make the update about whatever has been reached."""
    for petition in await services.catalogue.petitions():
        async with services.database.reading() as db:
            if not await milestones.is_due(db, petition):
                continue
        async with services.database.transaction() as db:
            write = partial(drafted_updates.milestone, services, petition)
            made = await milestones.check(db, petition, write, now=services.clock())
        if made is not None:
            log.info("milestone reached", campaign_id=petition.id, broadcast_id=made.id)


async def notify_staff(services: Services, bot: ExtBot[Any]) -> None:
    """Notify staff of each milestone once, with a picture of the growth in its update."""
    async with services.database.reading() as db:
        untold = await kept.untold(db)
    petitions = await services.catalogue.by_id()
    for milestone in untold:
        petition = petitions.get(milestone.campaign_id)
        if petition is not None:
            await _draw_into(services, bot, petition, milestone.broadcast_id or 0)
        async with services.database.transaction() as db:
            if await kept.told(db, milestone) and petition is not None:
                await notifications.notify_staff(
                    db,
                    petition.id,
                    "editor",
                    "staff/milestone",
                    subject_id=milestone.broadcast_id,
                    variables={"number": milestone.number},
                    dedupe_key=f"milestone:{petition.id}:{milestone.number}",
                    now=services.clock(),
                )
        services.notified.set()


async def _draw_into(
    services: Services, bot: ExtBot[Any], petition: Petition, broadcast_id: int
) -> None:
    """Put a picture of the growth into the update. Telegram gives its id when it is sent: to the
    first of the staff who can be written to."""
    async with services.database.reading() as db:
        broadcast = await broadcasts.of(db, broadcast_id)
        editors = await staff.working(db, petition.id, "editor")
        counted = await times(db, petition, now=services.clock())
    if broadcast is None or broadcast.status not in UNSENT or not counted.by_day:
        return
    content = Content.from_dict(broadcast.content)
    if any(version.media for version in content.versions.values()):
        return
    for editor in editors:
        try:
            drawn: dict[str, Version] = {}
            for language, version in content.versions.items():
                picture = await asyncio.to_thread(
                    _growth, services, petition, counted.totals(), language
                )
                file_id = await _uploaded(bot, editor.telegram_id, picture)
                drawn[language] = replace(version, media=(Media("photo", file_id),))
        except TelegramError as error:
            log.warning("picture not sent", reason=type(error).__name__)
            continue
        async with services.database.transaction() as db:
            pictured = replace(content, versions=drawn).to_dict()
            await broadcasts.illustrate(db, broadcast.id, broadcast.version, pictured)
        return


async def _uploaded(bot: ExtBot[Any], chat_id: int, picture: bytes) -> str:
    """Telegram's id of a picture; the message that it was sent in is taken away again."""
    sent = await bot.send_photo(chat_id, picture, disable_notification=True)
    with contextlib.suppress(TelegramError):
        await bot.delete_message(chat_id, sent.message_id)
    return sent.photo[-1].file_id


def _growth(
    services: Services, petition: Petition, totals: Sequence[tuple[date, int]], language: str
) -> bytes:
    words = wording(services.renderer, language)
    goal = petition.goal(totals[-1][1])
    labels = curves.Labels(
        heading=writable(petition.texts(language).title, ""),
        figure=words.number(totals[-1][1]),
        beside="",
        goal=words.say("chart_goal", goal=goal),
    )
    return curves.growth(totals, goal, labels, words.speech)
