"""Apply and undo what staff decided about doubtful signatures."""

from functools import partial

import structlog

from bot.jobs.loops import run_on_event
from campaign.invalidation import apply
from handlers.services import Services
from storage import invalidations, set_aside

log = structlog.get_logger()

PAUSE_SECONDS = 1.0


async def run_invalidations(services: Services) -> None:
    """Work off what there is whenever somebody has decided, or the schedule says so; never
    returns."""
    work = partial(work_off, services)
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
            services.notified.set()
