"""Working off what staff have decided about doubtful signatures, and telling them of the end."""

from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.loops import do_whenever
from bot.jobs.notifications import tell_now
from campaign import staff
from campaign.invalidation import apply
from campaign.petition import Petition
from handlers.screens import Button, Screen, Text
from handlers.services import House
from storage import invalidations, set_aside
from storage.invalidations import Invalidation

log = structlog.get_logger()

PAUSE_SECONDS = 1.0


async def keep_quarantine(house: House, bot: ExtBot[Any]) -> None:
    """Work off what there is whenever somebody has decided, or the schedule says so; never
    returns."""

    async def work() -> None:
        await work_off(house)
        await tell_owners(house, bot)

    await do_whenever(house.held_back, "quarantine", work, pause_after=PAUSE_SECONDS)


async def work_off(house: House) -> None:
    """Hold and release what has been decided; killed in between, it goes on the next time."""
    petitions = await house.catalogue.by_id()
    async with house.database.reading() as db:
        in_hand = [
            made
            for made in await invalidations.in_hand(db)
            if not await set_aside.rests(db, set_aside.invalidation(made.id), house.clock())
        ]
    for made in in_hand:
        if petition := petitions.get(made.campaign_id):
            done = await apply.work_off(house.database, petition, made, now=house.clock())
            log.info("quarantine worked off", invalidation_id=made.id, state=made.state, done=done)
            house.has_signed()


async def tell_owners(house: House, bot: ExtBot[Any]) -> None:
    """Say what has been done, to each owner once."""
    async with house.database.transaction() as db:
        untold = await invalidations.claim_untold(db)
    petitions = await house.catalogue.by_id()
    for made in untold:
        if petition := petitions.get(made.campaign_id):
            await _tell(house, bot, petition, made)


async def _tell(house: House, bot: ExtBot[Any], petition: Petition, made: Invalidation) -> None:
    async with house.database.reading() as db:
        owners = await staff.owners(db, petition.id)
    for one in owners:
        language = house.renderer.match(one.language, one.telegram_language)
        variables = {
            "campaign": petition.view(language),
            "state": made.state,
            "count": made.held,
        }
        rows = [[Button("look_at_it", f"quar:show:{made.id}")]]
        screen = Screen(Text("staff/quarantine_done", variables), rows)
        await tell_now(house, bot, one.telegram_id, screen, language, about="quarantine")
