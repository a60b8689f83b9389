"""A campaign's story: what has happened and what is to come, from several sources, by date."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from time import monotonic
from typing import Any

from campaign.errors import ChangedSince
from campaign.freshness import Recent
from campaign.petition import Petition
from storage import audit, decisions, events, handins, milestones
from storage.database import Connection
from storage.decisions import Decision, Expected
from storage.events import Event, Texts
from storage.handins import Handin

MOST = 500
"""How many of the newest events a story holds."""

NOON = time(12)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the story, in one language, ready for a template.

    Attributes:
        kind: endorsement, media, event, handin, decision, news or milestone.
        day: on which it happened or happens, on the campaign's calendar.
        at: when it begins (UTC), if it has a time of day.
        who, what, quote, place, watch, means, next: words; "" where there are none.
        state: of a decision or a hand-in, as storage has it; "" of other kinds.
        outcome: won, partly, lost; postponed while no new day is known; "" before that.
        first, last: the days on which a decision is expected; None of other kinds.
        slipped: earlier such days, oldest first.
        total: signatures when it was handed in, or that a milestone stands for; None otherwise.
        reminder_open: whether one can ask to be reminded of the decision.
        told_at: UTC, since when there is something new to say of it.
    """

    kind: str
    day: date
    told_at: datetime
    event_id: int = 0
    at: datetime | None = None
    link: str = ""
    who: str = ""
    what: str = ""
    quote: str = ""
    place: str = ""
    watch: str = ""
    means: str = ""
    next: str = ""
    state: str = ""
    outcome: str = ""
    first: date | None = None
    last: date | None = None
    slipped: tuple[tuple[date, date], ...] = ()
    decision_id: int = 0
    reminder_open: bool = False
    total: int | None = None


Source = Callable[[Connection, Petition, str], Awaitable[Sequence[Entry]]]
"""Gives a campaign's entries of some kinds, in a language, in any order."""


async def of_events(db: Connection, petition: Petition, language: str) -> list[Entry]:
    """What staff have written down, with its decisions and hand-ins."""
    found = await events.of_campaign(db, petition.id, MOST)
    return await _entries(db, petition, found, language)


async def _entries(
    db: Connection, petition: Petition, found: Sequence[Event], language: str
) -> list[Entry]:
    kinds = {event.kind for event in found}
    made = await decisions.of_campaign(db, petition.id) if "decision" in kinds else {}
    days = await decisions.days(db, [one.id for one in made.values()])
    handed = await handins.of_campaign(db, petition.id) if "handin" in kinds else {}
    return [
        entry_of(
            petition,
            event,
            language,
            decision=made.get(event.id),
            days=days.get(made[event.id].id, ()) if event.id in made else (),
            handin=handed.get(event.id),
        )
        for event in found
    ]


async def of_milestones(db: Connection, petition: Petition, _: str) -> list[Entry]:
    """The numbers of signatures that people have been told of."""
    return [
        Entry(
            kind="milestone",
            day=one.reached_at.astimezone(petition.zone).date(),
            told_at=one.reached_at,
            total=one.number,
        )
        for one in await milestones.of_campaign(db, petition.id)
        if one.broadcast_id is not None
    ]


SOURCES: tuple[Source, ...] = (of_events, of_milestones)
"""Where entries come from. Another kind of entry is another source."""


async def story(
    db: Connection, petition: Petition, language: str, sources: Sequence[Source] = SOURCES
) -> list[Entry]:
    """All of it in the order of its days, the oldest first."""
    found = [entry for source in sources for entry in await source(db, petition, language)]
    midnight = time(tzinfo=petition.zone)
    return sorted(
        found,
        key=lambda entry: (
            entry.at or datetime.combine(entry.day, midnight),
            entry.told_at,
            entry.event_id,
        ),
    )


async def news(
    db: Connection, petition: Petition, language: str, sources: Sequence[Source] = SOURCES
) -> list[Entry]:
    """All of it, what was told last first."""
    found = await story(db, petition, language, sources)
    return sorted(found, key=lambda entry: (entry.told_at, entry.event_id), reverse=True)


async def one(db: Connection, petition: Petition, event_id: int, language: str) -> Entry | None:
    """One event's entry; None if it does not stand in the story."""
    event = await events.of(db, event_id)
    if event is None or event.removed_at is not None or event.campaign_id != petition.id:
        return None
    return (await _entries(db, petition, [event], language))[0]


async def upcoming(
    db: Connection, petition: Petition, language: str, *, now: datetime
) -> Entry | None:
    """The next thing people can come to: an event or the hand-in; None if there is none."""
    ahead = [
        entry
        for entry in await of_events(db, petition, language)
        if entry.kind in ("event", "handin")
        and entry.at is not None
        and entry.at > now
        and entry.state in ("", "planned")
    ]
    return min(ahead, key=lambda entry: entry.at or now, default=None)


async def ahead(
    db: Connection, petition: Petition, language: str, *, now: datetime
) -> Entry | None:
    """What comes next, for somebody who waits: an event, the hand-in or a decision; None if nothing
    is known. `now` is UTC."""
    today = now.astimezone(petition.zone).date()
    coming = [
        entry
        for entry in await of_events(db, petition, language)
        if (entry.kind in ("event", "handin") and entry.state in ("", "planned"))
        or (entry.kind == "decision" and entry.state in ("expected", "asked"))
        if (entry.at > now if entry.at else (entry.last or entry.day) >= today)
    ]
    return min(coming, key=lambda entry: entry.day, default=None)


def so_far(
    entries: Iterable[Entry], petition: Petition, *, now: datetime, limit: int = 3
) -> list[Entry]:
    """The newest of what has happened already, of a whole story, oldest first: for somebody who is
    new. `now` is UTC."""
    today = now.astimezone(petition.zone).date()
    return [
        entry
        for entry in entries
        if entry.day <= today
        and (entry.at is None or entry.at <= now)
        and entry.state in ("", "made", "held")
    ][-limit:]


class KeptStories:
    """Whole stories for many who come at once: each is read once in `fresh_for` seconds, because a
    signature that reads hundreds of events keeps all others of its campaign waiting."""

    def __init__(
        self, *, fresh_for: float = 1.0, monotonic: Callable[[], float] = monotonic
    ) -> None:
        self._recent: Recent[tuple[int, str], Sequence[Entry]] = Recent(fresh_for, monotonic)

    async def story(self, db: Connection, petition: Petition, language: str) -> Sequence[Entry]:
        """As `story` gives it, now or a moment ago."""
        which = petition.id, petition.language(language)
        return await self._recent.get(which, lambda: story(db, petition, language))


def entry_of(
    petition: Petition,
    event: Event,
    language: str,
    *,
    decision: Decision | None = None,
    days: Sequence[Expected] = (),
    handin: Handin | None = None,
) -> Entry:
    """One event in one language; words that are missing there are the first language's."""
    words = in_language(petition, event.texts, language)
    begins = event.starts_at.astimezone(petition.zone).date() if event.starts_at else None
    values: dict[str, Any] = {
        **{name: words.get(name, "") for name in ("who", "what", "quote", "place", "watch")},
        "kind": event.kind,
        "day": begins or event.created_at.astimezone(petition.zone).date(),
        "told_at": event.created_at,
        "event_id": event.id,
        "at": event.starts_at,
        "link": event.link or "",
    }
    if decision is not None:
        values |= _of_decision(petition, decision, days, language)
    if handin is not None:
        values |= {"state": handin.state, "total": handin.total}
        values["told_at"] = handin.frozen_at or event.updated_at
    return Entry(**values)


def _of_decision(
    petition: Petition, decision: Decision, days: Sequence[Expected], language: str
) -> dict[str, Any]:
    words = in_language(petition, decision.texts, language)
    told = [one.set_at for one in days[-1:]]
    if decision.decided_on is not None:
        told.append(datetime.combine(decision.decided_on, NOON, petition.zone))
    return {
        "at": None,
        "day": decision.decided_on or decision.expected_from,
        "state": decision.state,
        "outcome": decision.outcome or "",
        "means": words.get("means", ""),
        "next": words.get("next", ""),
        "first": decision.expected_from,
        "last": decision.expected_to,
        "slipped": tuple((one.expected_from, one.expected_to) for one in days[:-1]),
        "decision_id": decision.id,
        "reminder_open": decision.remind_at is not None and decision.state == "expected",
        **({"told_at": max(told)} if told else {}),
    }


def in_language(petition: Petition, texts: Texts, language: str) -> Mapping[str, str]:
    """Words in a language, the first language's where they are missing."""
    first = texts.get(petition.definition.languages[0], {})
    return {**first, **texts.get(petition.language(language), {})}


async def add(
    db: Connection,
    petition: Petition,
    kind: str,
    texts: Texts,
    *,
    link: str | None = None,
    starts_at: datetime | None = None,
    by: int,
    actor: int,
    now: datetime,
) -> Event:
    """Put something into the story.

    Args:
        by: the supporter who adds it; `actor` is their Telegram id, for the audit log.
        now: UTC.
    """
    event = await events.add(
        db,
        campaign_id=petition.id,
        kind=kind,
        texts=texts,
        link=link,
        starts_at=starts_at,
        created_by=by,
        now=now,
    )
    await note(db, event.id, "event.added", actor, now)
    return event


async def change(
    db: Connection, event: Event, texts: Texts, *, actor: int, now: datetime, **values: Any
) -> None:
    """Give an event other words, and other values of `link` and `starts_at` if they are given.

    Raises:
        ChangedSince: nothing is changed.
    """
    words = {language: dict(said) for language, said in texts.items()}
    if not await events.change(db, event, now, texts=words, **values):
        raise ChangedSince
    await note(db, event.id, "event.changed", actor, now)


async def remove(db: Connection, event: Event, *, actor: int, now: datetime) -> None:
    """Take something out of the story; the row is kept.

    Raises:
        ChangedSince: nothing is changed.
    """
    if not await events.change(db, event, now, removed_at=now):
        raise ChangedSince
    await note(db, event.id, "event.removed", actor, now)


async def note(
    db: Connection, event_id: int, action: str, actor: int | None, now: datetime
) -> None:
    """Write what was done with an event into the audit log.

    Args:
        actor: a Telegram id; None for the bot itself.
    """
    event = await events.of(db, event_id)
    if event is not None:
        await audit.append(
            db,
            at=now,
            actor=actor,
            action=action,
            subject=f"event:{event.id}",
            details={"campaign_id": event.campaign_id, "kind": event.kind},
        )
