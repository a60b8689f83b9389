"""What staff find at their desk: yesterday's numbers, and what is planned for the coming weeks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaign import timeline
from campaign.broadcasts.states import Options
from campaign.petition import Petition
from campaign.stats.times import times
from campaign.timeline import Entry
from storage import broadcasts, campaigns, decisions
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.decisions import Decision

_PLANNED = ("scheduled", "awaiting_approval")
_AHEAD = ("", "planned", "expected", "asked")


@dataclass(frozen=True, slots=True)
class Figures:
    """Signatures of two days on the campaign's calendar, and in all."""

    yesterday: int
    today: int
    total: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One thing that is to come: an update, an entry of the timeline, or the end of signing.

    Attributes:
        at: UTC; None if it has no time of day.
        again: a later turn of an update that is repeated each week.
        last: the last of several days on which a decision is expected.
    """

    day: date
    at: datetime | None = None
    broadcast: Broadcast | None = None
    entry: Entry | None = None
    closes: bool = False
    again: bool = False
    last: date | None = None


async def figures(db: Connection, petition: Petition, *, now: datetime) -> Figures:
    """How many signed yesterday and have signed today, from kept counts. `now` is UTC."""
    found = await times(db, petition, now=now)
    total = (await campaigns.totals(db, petition.id)).total
    yesterday = found.today - timedelta(days=1)
    return Figures(found.by_day.get(yesterday, 0), found.newest, total)


async def asked_about(db: Connection, petition: Petition) -> list[Decision]:
    """Decisions whose day is over and of which nobody has said what came, the oldest first."""
    found = (await decisions.of_campaign(db, petition.id)).values()
    asked = [one for one in found if one.state == "asked"]
    return sorted(asked, key=lambda one: (one.expected_to, one.id))


async def coming(
    db: Connection, petition: Petition, language: str, first: date, days: int
) -> list[Plan]:
    """What is planned for so many days, in the order in which it comes."""
    last = first + timedelta(days=days - 1)
    found = [
        *_updates(petition, await broadcasts.waiting(db, petition.id, *_PLANNED), last),
        *_dates(await timeline.of_events(db, petition, language)),
    ]
    ends = petition.closing
    if ends is not None and petition.is_open:
        found.append(Plan(ends.day, ends.at, closes=True))
    within = [one for one in found if one.day <= last and (one.last or one.day) >= first]
    return sorted(within, key=lambda one: (max(one.day, first), one.at is not None, _moment(one)))


def _moment(plan: Plan) -> datetime:
    return plan.at or datetime.min.replace(tzinfo=UTC)


def _updates(petition: Petition, planned: list[Broadcast], last: date) -> list[Plan]:
    found = []
    for one in planned:
        if one.due_at is None or one.started_at is not None:
            continue
        day = one.due_at.astimezone(petition.zone).date()
        found.append(Plan(day, one.due_at, broadcast=one))
        if Options.from_dict(one.options).weekly:
            found += _repeated(one, one.due_at, last)
    return found


def _repeated(broadcast: Broadcast, due_at: datetime, last: date) -> list[Plan]:
    """Its later turns, at the same time on its clocks, as far as the last day."""
    zone = ZoneInfo(Options.from_dict(broadcast.options).zone)
    here, found = due_at.astimezone(zone).replace(tzinfo=None), []
    while (here := here + timedelta(weeks=1)).date() <= last:
        at = here.replace(tzinfo=zone).astimezone(UTC)
        found.append(Plan(here.date(), at, broadcast=broadcast, again=True))
    return found


def _dates(entries: list[Entry]) -> list[Plan]:
    """The timeline's own: events, the hand-in, and decisions that are expected."""
    found = []
    for one in entries:
        if one.kind == "decision" and one.state in _AHEAD and one.first and one.last:
            found.append(Plan(one.first, entry=one, last=one.last))
        elif one.kind in ("event", "handin") and one.state in _AHEAD:
            found.append(Plan(one.day, one.at, entry=one))
    return found
