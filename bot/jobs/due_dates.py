"""Do what is due on a campaign's dates: reminders, questions to staff, the final count.

What is due stands in the database and is claimed in the transaction that does it, so that nothing
is done twice, whichever process is killed when. What is sent to staff is a row for each message.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.jobs import agreement_requests
from bot.jobs.loops import run_on_event
from bot.jobs.notifications import send
from campaign import decisions, timeline
from campaign.broadcasts import agreement, drafts
from campaign.handin import plan
from campaign.petition import Petition
from channels.telegram.http_client import NotSent
from handlers.drafted_updates import written
from handlers.screens import Screen
from handlers.services import Services
from handlers.staff.timeline import decisions as timeline_decisions
from handlers.staff.timeline.announce import variables_of
from storage import decisions as kept_decisions
from storage import events, handins, staff_notices, supporters
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.decisions import Decision
from storage.errors import DatabaseUnavailable
from storage.staff_notices import StaffNotice

log = structlog.get_logger()

TOGETHER = 20
LOST_AFTER = timedelta(minutes=5)
PAUSE_SECONDS = 1.0

Petitions = Mapping[int, Petition]


async def run_due_dates(services: Services, bot: ExtBot[Any]) -> None:
    """Do what is due whenever the schedule says so, or a date has changed; never returns."""
    work = partial(do_due, services, bot)
    await run_on_event(services.dates_due, "dates", work, pause_after=PAUSE_SECONDS)


async def do_due(services: Services, bot: ExtBot[Any]) -> None:
    """Do all that is due now; what is done already is not done again.

    Raises:
        DatabaseUnavailable: what has not been claimed is due still.
    """
    petitions = await services.catalogue.by_id()
    for step in (_remind, _ask, _freeze):
        try:
            async with services.database.transaction() as db:
                await step(services, db, petitions, services.clock())
        except DatabaseUnavailable:
            raise
        except Exception:  # the others are due all the same
            log.exception("dates failed", step=step.__name__)
    services.dispatch_woken.set()
    while await _tell_staff(services, bot, petitions):
        pass
    await agreement_requests.send_all(services, bot)


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


async def _tell_staff(services: Services, bot: ExtBot[Any], petitions: Petitions) -> bool:
    """Send what staff are to be told; whether there may be more that can be sent at once."""
    now = services.clock()
    async with services.database.transaction() as db:
        claimed = await staff_notices.claim(
            db, now=now, lost_before=now - LOST_AFTER, limit=TOGETHER
        )
    sent = [await _send(services, bot, one, petitions) for one in claimed]
    return len(claimed) == TOGETHER and all(sent)


async def _send(
    services: Services, bot: ExtBot[Any], one: StaffNotice, petitions: Petitions
) -> bool:
    """Whether it is out of our hands; if not, it is to be sent still."""
    language = services.renderer.match(one.language, one.telegram_language)
    petition = petitions.get(one.campaign_id)
    async with services.database.reading() as db:
        screen = await _screen(db, petition, one, language) if petition else None
    try:
        if screen is not None:
            await send(services, bot, one.telegram_id, screen, language)
    except (NotSent, RetryAfter):
        async with services.database.transaction() as db:
            await staff_notices.give_back(db, one.id)
        return False
    except Forbidden:
        async with services.database.transaction() as db:
            await supporters.set_reachable(db, one.telegram_id, False)
    except BadRequest as refused:
        log.warning("staff cannot be told", notice_id=one.id, reason=type(refused).__name__)
    except TelegramError as error:  # it may have arrived or not: stays claimed, and comes again
        log.warning("staff may not know", notice_id=one.id, reason=type(error).__name__)
        return False
    async with services.database.transaction() as db:
        await staff_notices.done(db, one.id, services.clock())
    return True


async def _screen(
    db: Connection, petition: Petition, one: StaffNotice, language: str
) -> Screen | None:
    """What is told; None if there is nothing to tell any more."""
    if one.about == "handin":
        held = await handins.of(db, one.subject_id)
        return timeline_decisions.counted(petition, held, language) if held else None
    decision: Decision | None = await kept_decisions.of(db, one.subject_id)
    event = await events.of(db, decision.event_id) if decision else None
    if decision is None or event is None or decision.state != "asked":
        return None
    entry = await timeline.one(db, petition, event.id, language)
    return timeline_decisions.question(petition, entry, language) if entry else None
