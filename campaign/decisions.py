"""Decisions that others make on what a campaign asks: expected, made, or slipping once more.

People who wish it are reminded at nine in the morning of the day before; staff are asked what came
of it at nine in the morning after the last day, and again a week after they said: still waiting.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from campaign import timeline
from campaign.broadcasts.day_parser import Days
from campaign.errors import Settled
from campaign.notifications import notify_staff
from campaign.petition import Petition
from storage import decisions, events
from storage.database import Connection
from storage.decisions import Decision
from storage.events import Event, Texts
from storage.supporters import Supporter

MORNING = time(9)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)

Outcome = Literal["won", "partly", "lost"]
OUTCOMES: tuple[Outcome, ...] = ("won", "partly", "lost")


def morning(day: date, zone: ZoneInfo) -> datetime:
    """Nine o'clock there, in UTC."""
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


async def add(
    db: Connection, petition: Petition, texts: Texts, days: Days, *, by: Supporter, now: datetime
) -> tuple[Event, Decision]:
    """Put a decision that is expected into the story.

    Args:
        texts: who decides (`who`) and on what (`what`).
        now: UTC.
    """
    event = await timeline.add(
        db,
        petition,
        "decision",
        texts,
        starts_at=morning(days.first, petition.zone),
        by=by.id,
        actor=by.telegram_id,
        now=now,
    )
    decision = await decisions.add(
        db,
        campaign_id=petition.id,
        event_id=event.id,
        first=days.first,
        last=days.last,
        **_clock(petition, days, now),
    )
    await decisions.note_days(db, decision.id, days.first, days.last, now, by.id)
    return event, decision


async def postpone(
    db: Connection,
    petition: Petition,
    decision: Decision,
    days: Days | None,
    *,
    by: Supporter,
    now: datetime,
) -> Decision:
    """It is expected on other days, or nobody knows when (None). The days before are kept.

    Who wished to be reminded of days for which no reminder has gone out yet is reminded of the new
    ones. A wish is for one message, so those who have had theirs are not.

    Raises:
        Settled: it has been made, or dropped.
    """
    if days is None:
        again = now.astimezone(petition.zone).date() + WEEK
        return await _changed(
            db,
            decision,
            by,
            now,
            "decision.postponed",
            state="expected",
            outcome="postponed",
            ask_at=morning(again, petition.zone),
            remind_at=None,
        )
    await decisions.forget_used_wishes(db, decision.id)
    changed = await _changed(
        db,
        decision,
        by,
        now,
        "decision.postponed",
        state="expected",
        outcome=None,
        expected_from=days.first,
        expected_to=days.last,
        **_clock(petition, days, now),
    )
    await decisions.note_days(db, decision.id, days.first, days.last, now, by.id)
    await events.moved(db, decision.event_id, morning(days.first, petition.zone), now)
    return changed


async def still_waiting(
    db: Connection, petition: Petition, decision: Decision, *, by: Supporter, now: datetime
) -> Decision:
    """Nothing has been announced yet: staff are asked again in a week.

    Raises:
        Settled: somebody has answered already.
    """
    again = morning(now.astimezone(petition.zone).date() + WEEK, petition.zone)
    return await _changed(
        db,
        decision,
        by,
        now,
        "decision.still_waiting",
        came_from=("asked",),
        state="expected",
        ask_at=again,
    )


async def announce(
    db: Connection,
    petition: Petition,
    decision: Decision,
    outcome: Outcome,
    texts: Texts,
    *,
    by: Supporter,
    now: datetime,
) -> Decision:
    """It has been made.

    Args:
        texts: what it means (`means`) and what comes next (`next`).

    Raises:
        Settled: that is known already, or it was dropped.
    """
    return await _changed(
        db,
        decision,
        by,
        now,
        "decision.announced",
        state="made",
        outcome=outcome,
        texts={language: dict(words) for language, words in texts.items()},
        decided_on=now.astimezone(petition.zone).date(),
        remind_at=None,
        ask_at=None,
    )


async def drop(db: Connection, decision: Decision, *, by: Supporter, now: datetime) -> None:
    """Wait for it no longer. One that has been made stays as it is."""
    if await decisions.change(db, decision.id, state="dropped", remind_at=None, ask_at=None):
        await timeline.note(db, decision.event_id, "decision.dropped", by.telegram_id, now)


async def claim_reminders(
    db: Connection, petitions: Mapping[int, Petition], *, now: datetime
) -> list[Decision]:
    """Decisions whose reminder is to go out now, each once: afterwards none is due any more.

    One that is late, because the bot was away, is given only if it is still the day before.
    """
    claimed = []
    for decision in await decisions.due(db, "remind_at", now):
        if petition := petitions.get(decision.campaign_id):
            await decisions.change(db, decision.id, remind_at=None)
            if now.astimezone(petition.zone).date() < decision.expected_from:
                claimed.append(decision)
    return claimed


async def ask_staff(
    db: Connection, petitions: Mapping[int, Petition], *, now: datetime
) -> list[Decision]:
    """Have the editors and owners asked what came of decisions whose days are over, each once."""
    asked = []
    for decision in await decisions.due(db, "ask_at", now):
        if decision.campaign_id in petitions:
            await decisions.change(db, decision.id, state="asked", ask_at=None, asked_at=now)
            await notify_staff(
                db,
                decision.campaign_id,
                "editor",
                "timeline/passed",
                subject_id=decision.id,
                dedupe_key=f"decision:{decision.id}:{now.isoformat()}",
                now=now,
            )
            asked.append(decision)
    return asked


def _clock(petition: Petition, days: Days, now: datetime) -> dict[str, datetime | None]:
    """When people are reminded and staff are asked; a reminder whose time is over never comes."""
    remind_at = morning(days.first - DAY, petition.zone)
    return {
        "remind_at": remind_at if remind_at > now else None,
        "ask_at": morning(days.last + DAY, petition.zone),
    }


async def _changed(
    db: Connection,
    decision: Decision,
    by: Supporter,
    now: datetime,
    action: str,
    **values: Any,
) -> Decision:
    if not await decisions.change(db, decision.id, **values):
        raise Settled
    await timeline.note(db, decision.event_id, action, by.telegram_id, now)
    return await decisions.of(db, decision.id) or decision
