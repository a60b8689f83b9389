"""The morning summary: yesterday's numbers, for those of the staff who want them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from campaign import timeline
from campaign.petition import Petition
from campaign.staff import may, role_in
from campaign.stats.sources import Source, sources
from campaign.stats.times import times
from storage import broadcasts, campaigns, comments, inbox, lookalikes, morning_summaries, staff
from storage.database import Connection
from storage.morning_summaries import Wanted
from storage.supporters import Supporter

AT = time(8)
"""On the campaign's clocks."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in it.

    Attributes:
        day: yesterday.
        source: what has brought most in all; None before the first signature.
        updates: how many are to go out today.
        entries: kinds of what the story has for today, in its order.
        doubtful: pairs that look alike and wait for a decision.
        comments: given yesterday, or since.
        waiting: people who have written and wait for an answer.
    """

    day: date
    added: int
    total: int
    source: Source | None
    updates: int
    entries: tuple[str, ...]
    doubtful: int
    comments: int
    waiting: int


async def switch(
    db: Connection, petition: Petition, supporter: Supporter, *, on: bool, now: datetime
) -> None:
    """Have the summary each morning, the next one first; or no more. `now` is UTC."""
    if not on:
        await morning_summaries.want_no_more(db, petition.id, supporter.telegram_id)
        return
    last = latest(petition, now)
    await morning_summaries.want(db, petition.id, supporter.telegram_id, after=last, now=now)


async def is_on(db: Connection, petition: Petition, supporter: Supporter) -> bool:
    """Whether the person has it each morning."""
    return await morning_summaries.is_wanted(db, petition.id, supporter.telegram_id)


def latest(petition: Petition, now: datetime) -> date:
    """The last day on which the summary's time has come, where the campaign is. `now` is UTC."""
    there = now.astimezone(petition.zone)
    today = there.date()
    come = there >= datetime.combine(today, AT, petition.zone)
    return today if come else today - timedelta(days=1)


async def claim_next(
    db: Connection, petition: Petition, *, now: datetime
) -> tuple[Wanted, date] | None:
    """Take the next summary that is due in hand; nobody gets two. One for a day that is over is not
    caught up with. Those who are of the staff no more are left out for good.

    Returns:
        Whose, and the day; None if none is due. `now` is UTC.
    """
    day = now.astimezone(petition.zone).date()
    if not petition.is_open or latest(petition, now) != day:
        return None
    for one in await morning_summaries.open_ones(db, petition.id, day):
        roles = await staff.roles_of(db, one.telegram_id)
        if not may(role_in(roles, petition.id), "viewer"):
            await morning_summaries.want_no_more(db, petition.id, one.telegram_id)
        elif await morning_summaries.claim(db, one, day) and one.reachable:
            return one, day
    return None


async def summary(db: Connection, petition: Petition, language: str, *, now: datetime) -> Summary:
    """What has come of yesterday, and what is to be done today. `now` is UTC."""
    found = await times(db, petition, now=now)
    yesterday = found.today - timedelta(days=1)
    ways = [one for one in await sources(db, petition) if one.signatures]
    since = datetime.combine(yesterday, time(), petition.zone)
    return Summary(
        day=yesterday,
        added=found.by_day.get(yesterday, 0),
        total=(await campaigns.totals(db, petition.id)).total,
        source=ways[0] if ways else None,
        updates=await _due_today(db, petition, found.today),
        entries=tuple(
            entry.kind
            for entry in await timeline.story(db, petition, language)
            if _is_today(entry, found.today)
        ),
        doubtful=await lookalikes.count(db, petition.id),
        comments=await comments.written_since(db, petition.id, since),
        waiting=await inbox.count_waiting(db, petition.id),
    )


async def _due_today(db: Connection, petition: Petition, today: date) -> int:
    return sum(
        one.campaign_id == petition.id
        and one.due_at is not None
        and one.due_at.astimezone(petition.zone).date() <= today
        for one in await broadcasts.in_state(db, "scheduled")
    )


def _is_today(entry: timeline.Entry, today: date) -> bool:
    if entry.kind == "decision":
        ahead = entry.state in ("expected", "asked") and entry.first and entry.last
        return bool(ahead and entry.first and entry.last and entry.first <= today <= entry.last)
    return entry.kind in ("event", "handin") and entry.day == today and entry.state != "cancelled"
