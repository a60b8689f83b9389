"""Apply and undo what staff decided about doubtful signatures."""

from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.loops import run_on_event
from bot.jobs.notifications import tell_now
from campaign import staff
from campaign.invalidation import apply
from campaign.petition import Petition
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from handlers.staff.invalidation_buttons import Show
from storage import invalidations, set_aside
from storage.invalidations import Invalidation

log = structlog.get_logger()

PAUSE_SECONDS = 1.0


async def run_invalidations(services: Services, bot: ExtBot[Any]) -> None:
    """Work off what there is whenever somebody has decided, or the schedule says so; never
    returns."""

    async def work() -> None:
        await work_off(services)
        await tell_owners(services, bot)

    await run_on_event(services.held_back, "quarantine", work, pause_after=PAUSE_SECONDS)


async def work_off(services: Services) -> None:
    """Hold and release what has been decided; killed in between, it goes on the next time."""
    petitions = await services.catalogue.by_id()
    async with services.database.reading() as db:
        in_hand = [
            made
            for made in await invalidations.in_hand(db)
            if not await set_aside.rests(db, set_aside.invalidation(made.id), services.clock())
        ]
    for made in in_hand:
        if petition := petitions.get(made.campaign_id):
            done = await apply.work_off(services.database, petition, made, now=services.clock())
            log.info("quarantine worked off", invalidation_id=made.id, state=made.state, done=done)
            services.has_signed()


async def tell_owners(services: Services, bot: ExtBot[Any]) -> None:
    """Say what has been done, to each owner once."""
    async with services.database.transaction() as db:
        untold = await invalidations.claim_untold(db)
    petitions = await services.catalogue.by_id()
    for made in untold:
        if petition := petitions.get(made.campaign_id):
            await _tell(services, bot, petition, made)


async def _tell(
    services: Services, bot: ExtBot[Any], petition: Petition, made: Invalidation
) -> None:
    async with services.database.reading() as db:
        owners = await staff.owners(db, petition.id)
    for one in owners:
        language = services.renderer.match(one.language, one.telegram_language)
        variables = {
            "campaign": petition.view(language),
            "state": made.state,
            "count": made.held,
        }
        rows = [[Button("look_at_it", Show(made.id))]]
        screen = Screen(Text("staff/quarantine_done", variables), rows)
        await tell_now(services, bot, one.telegram_id, screen, language, about="quarantine")
