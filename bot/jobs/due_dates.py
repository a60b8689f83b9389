"""Do what is due on a campaign's dates: the end of signing, reminders, the final count.

What is due stands in the database and is claimed in the transaction that does it, so that nothing
is done twice, whichever process is killed when.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from bot.jobs.loops import run_on_event
from campaign import catalogue, decisions, due_deadlines
from campaign.broadcasts import agreement, drafts
from campaign.broadcasts.content import Content
from campaign.handin import plan
from campaign.petition import Petition
from handlers.drafted_updates import closing, milestone, written
from handlers.services import Services
from handlers.staff.timeline.announce import variables_of
from storage import broadcasts, handins
from storage import decisions as kept_decisions
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

PAUSE_SECONDS = 1.0

Petitions = Mapping[int, Petition]


async def run_due_dates(services: Services) -> None:
    """Do what is due whenever the schedule says so, or a date has changed; never returns."""
    work = partial(do_due, services)
    await run_on_event(services.dates_due, "dates", work, pause_after=PAUSE_SECONDS)


async def do_due(services: Services) -> None:
    """Do all that is due now; what is done already is not done again.

    Raises:
        DatabaseUnavailable: what has not been claimed is due still.
    """
    petitions = await services.catalogue.by_id()
    for step in (_close, _tell_of_the_end, _remind, _ask, _freeze):
        try:
            async with services.database.transaction() as db:
                await step(services, db, petitions, services.clock())
        except DatabaseUnavailable:
            raise
        except Exception:  # the others are due all the same
            log.exception("dates failed", step=step.__name__)
    services.dispatch_woken.set()
    services.notified.set()


async def _close(services: Services, db: Connection, _: Petitions, now: datetime) -> None:
    """End signing where its time has come. What is not sent yet asks nobody to sign any more."""
    for campaign_id in await due_deadlines.close_due(db, now=now):
        petition = await catalogue.current(db, campaign_id)
        if petition is None:
            continue
        for number, unsent in await due_deadlines.unsent_milestones(db, campaign_id):
            fresh = milestone(services, petition, number)
            before = Content.from_dict(unsent.content)
            versions = {
                language: replace(version, media=before.version_for(language).media)
                for language, version in fresh.versions.items()
            }
            content = replace(fresh, versions=versions).to_dict()
            await broadcasts.illustrate(db, unsent.id, unsent.version, content)


async def _tell_of_the_end(
    services: Services, db: Connection, petitions: Petitions, now: datetime
) -> None:
    """Have the update lie ready that tells of the end of signing."""
    await due_deadlines.drop_outdated(db, now=now)
    for petition in petitions.values():
        write = partial(closing, services, petition)
        await due_deadlines.draft_due(db, petition, write, now=now)


async def _remind(services: Services, db: Connection, petitions: Petitions, now: datetime) -> None:
    """Start broadcasts to those who wished to be reminded."""
    for decision in await decisions.claim_reminders(db, petitions, now=now):
        petition = petitions[decision.campaign_id]
        if not await kept_decisions.use_wishes(db, decision.id, now):
            continue
        whom = Audience(reminder_of=decision.id)
        told = (decision.event_id, "decision", "reminder")
        made = await _written(services, db, petition, *told, audience=whom, now=now)
        await agreement.start(db, made.id, now=now)


async def _ask(_: Services, db: Connection, petitions: Petitions, now: datetime) -> None:
    await decisions.ask_staff(db, petitions, now=now)


async def _freeze(services: Services, db: Connection, petitions: Petitions, now: datetime) -> None:
    """Hold the hand-ins, and write the thank-you to every signer; staff send it."""
    for held in await plan.freeze_due(db, petitions, now=now):
        petition = petitions[held.campaign_id]
        whom = Audience(who="signers")
        told = (held.event_id, "thanks", "handin_held")
        made = await _written(services, db, petition, *told, audience=whom, now=now)
        await handins.thanked_by(db, held.id, made.id)


async def _written(
    services: Services,
    db: Connection,
    petition: Petition,
    event_id: int,
    kind: str,
    template: str,
    *,
    audience: Audience,
    now: datetime,
) -> Broadcast:
    """An update about something in the story that nobody of the staff has asked for."""
    variables = await variables_of(db, petition, event_id)
    content = written(services, petition, template, variables)
    made = await drafts.make(
        db, petition, kind, content, author_id=None, now=now, audience=audience
    )
    await agreement.quotes_event(db, made.id, event_id, now=now)
    return made
