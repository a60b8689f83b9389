"""People's data goes some months after a campaign has closed; totals stay (GDPR Art. 5(1)(e)).

Staff are told a fortnight before. Owners may put it off once, by three months at most, with a
reason that stands in the audit log.

RetentionError
├── NotClosed          there is nothing to put off
├── PutOffAlready      once is all there is
└── TooLate            it has begun
"""

import calendar
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from campaign import erased_signers, inbox, subscriptions
from campaign.catalogue import every_petition
from campaign.errors import CampaignError
from campaign.isolation import isolated
from campaign.petition import Petition
from storage import audit, blocks, locks, personal_data, retention, set_aside
from storage.database import Connection, Database
from storage.errors import DatabaseUnavailable
from storage.retention import Retention
from storage.supporters import Supporter

log = structlog.get_logger()

TOLD_BEFORE = timedelta(days=14)
MOST_MONTHS = 3
REASONS = ("handin", "decision", "claim")
BATCH = 50
_THE_REST = 0
"""What is put aside where it is no single person's."""


class RetentionError(CampaignError):
    """All stays as it was."""


class NotClosed(RetentionError):
    """The campaign is open."""


class PutOffAlready(RetentionError):
    """It has been put off before."""


class TooLate(RetentionError):
    """The data is going, or has gone."""


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of the month so many months later; the last one where there is none such."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def due_at(petition: Petition, state: Retention) -> datetime:
    """From when on the data goes (UTC): never less than a fortnight after staff have been told."""
    due = months_after(state.closed_at, petition.definition.keep_months)
    if state.postponed_to is not None:
        return max(due, state.postponed_to)
    return max(due, state.announced_at + TOLD_BEFORE) if state.announced_at else due


async def state_of(db: Connection, petition: Petition) -> Retention | None:
    """How far it has come; None while the campaign is open."""
    if petition.campaign.status != "closed" or petition.campaign.closed_at is None:
        return None
    return await retention.of(db, petition.id, petition.campaign.closed_at)


async def announce(db: Connection, petition: Petition, *, now: datetime) -> datetime | None:
    """Take the announcement for made, if it is time for it.

    Returns:
        When the data will go; None if there is nothing to tell, or staff have been told.
    """
    state = await state_of(db, petition)
    if state is None or state.announced_at is not None or state.done_at is not None:
        return None
    if now < due_at(petition, state) - TOLD_BEFORE:
        return None
    await retention.note(db, petition.id, announced_at=now)
    return max(due_at(petition, state), now + TOLD_BEFORE)


async def postpone(
    db: Connection, petition: Petition, actor: int, months: int, reason: str, *, now: datetime
) -> datetime:
    """Put it off, once.

    Args:
        actor: the owner's Telegram number.
        months: 1 to MOST_MONTHS.
        reason: one of REASONS.

    Returns:
        When the data will go.

    Raises:
        NotClosed, PutOffAlready, TooLate: nothing has changed.
        ValueError: months or reason are none of those.
    """
    if not 1 <= months <= MOST_MONTHS or reason not in REASONS:
        raise ValueError(f"{months} months for {reason}")
    state = await state_of(db, petition)
    if state is None:
        raise NotClosed
    if state.postponed_to is not None:
        raise PutOffAlready
    due = due_at(petition, state)
    if state.done_at is not None or (state.announced_at is not None and now >= due):
        raise TooLate
    until = months_after(due, months)
    await retention.note(db, petition.id, postponed_to=until)
    await _log(db, petition, "postponed", actor, now, months=months, reason=reason)
    return until


async def erase_due(
    database: Database, petition: Petition, *, now: datetime, identity_key: bytes = b""
) -> bool:
    """Forget a batch of people, if it is time. If that fails, each alone: anyone who cannot be
    forgotten is put aside, and the rest goes on.

    Args:
        now: UTC.
        identity_key: for the hashes of erased signers, in other campaigns.

    Returns:
        Whether there may be more to do.

    Raises:
        DatabaseUnavailable: nothing of the batch is done; try again later.
    """
    try:
        async with database.transaction() as db:
            return await erase_some(db, petition, now=now, identity_key=identity_key)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        log.warning("retention goes on one by one", reason=type(error).__name__)
    async with database.reading() as db:
        people = await retention.people(db, petition.id, BATCH, now)
    work = set_aside.retention(petition.id)
    if not people:
        async with isolated(database, work, _THE_REST, now=now), database.transaction() as db:
            return await erase_some(db, petition, now=now, identity_key=identity_key)
    for one in people:
        async with isolated(database, work, one, now=now), database.transaction() as db:
            for supporter in await _locked_if_due(db, petition, [one], now):
                await _forget(db, petition, supporter, now, identity_key)
            await set_aside.clear(db, work, [one])
    return bool(people)


async def erase_some(
    db: Connection, petition: Petition, *, now: datetime, identity_key: bytes = b""
) -> bool:
    """Forget a batch of people, if it is time; whatever interrupts it, the next goes on. What is
    kept of those who were erased before goes with the last of them.

    Args:
        now: UTC.
        identity_key: for the hashes of erased signers, in other campaigns.

    Returns:
        Whether there may be more to do.
    """
    if not await _is_due(db, petition, now):
        return False
    people = await retention.people(db, petition.id, BATCH, now)
    for one in await _locked_if_due(db, petition, people, now):
        await _forget(db, petition, one, now, identity_key)
    work = set_aside.retention(petition.id)
    await set_aside.clear(db, work, people)
    if people:
        return True
    await inbox.end_topics(db, campaign_id=petition.id, now=now)
    if await retention.drop_the_rest(db, petition.id):
        return True
    await set_aside.clear(db, work, [_THE_REST])
    if await set_aside.of(db, work):
        return False
    await retention.note(db, petition.id, done_at=now)
    await erased_signers.tidy(db, petition)
    await _log(db, petition, "done", None, now)
    return False


async def _log(
    db: Connection,
    petition: Petition,
    act: str,
    actor: int | None,
    now: datetime,
    **details: object,
) -> None:
    await audit.append(
        db,
        at=now,
        actor=actor,
        action=f"retention.{act}",
        subject=f"campaign:{petition.id}",
        details={"campaign_id": petition.id, **details},
    )


async def _is_due(db: Connection, petition: Petition, now: datetime) -> bool:
    if petition.campaign.status != "closed":
        return False
    return _may_begin(petition, await retention.peek(db, petition.id), now)


async def _locked_if_due(
    db: Connection, petition: Petition, people: Collection[int], now: datetime
) -> list[Supporter]:
    """The people, locked, and after them what counts in the campaign; nobody, if owners have put it
    off in this moment."""
    found = await locks.people(db, people)
    if not _may_begin(petition, await state_of(db, petition), now):
        return []
    await locks.totals(db, petition.id)
    return found


def _may_begin(petition: Petition, state: Retention | None, now: datetime) -> bool:
    if state is None or state.done_at is not None or state.announced_at is None:
        return False
    return state.closed_at == petition.campaign.closed_at and now >= due_at(petition, state)


async def _forget(
    db: Connection, petition: Petition, supporter: Supporter, now: datetime, key: bytes
) -> None:
    await subscriptions.end_consents(db, petition, supporter, method="retention", now=now)
    if await retention.is_wanted_elsewhere(db, supporter, petition.id):
        await inbox.end_topics(db, supporter_id=supporter.id, campaign_id=petition.id, now=now)
        await retention.part(db, supporter.id, petition.id, now=now)
    else:
        if await blocks.is_blocked_everywhere(db, supporter.id):
            for other in await every_petition(db):
                if other.id != petition.id:
                    await erased_signers.remember_block(db, other, supporter, key=key)
        await inbox.end_topics(db, supporter_id=supporter.id, now=now)
        await personal_data.erase(db, supporter.id, supporter.telegram_id, now=now)
