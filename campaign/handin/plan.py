"""Plan a hand-in: move it, call it off, hold it with its final count."""

from collections.abc import Mapping
from datetime import datetime

from campaign import timeline
from campaign.errors import HandinPlanned, Settled
from campaign.notifications import notify_staff
from campaign.petition import Petition
from storage import campaigns, events, handins, locks
from storage.database import Connection
from storage.events import Event, Texts
from storage.handins import Handin
from storage.supporters import Supporter


async def plan(
    db: Connection,
    petition: Petition,
    texts: Texts,
    *,
    at: datetime,
    link: str | None,
    closes_signing: bool,
    by: Supporter,
    now: datetime,
) -> tuple[Event, Handin]:
    """Put the hand-in into the story.

    Args:
        texts: where (`place`) and how to watch it (`watch`).
        at, now: UTC.

    Raises:
        HandinPlanned: there is one to come already; nothing is added.
    """
    if await handins.planned(db, petition.id) is not None:
        raise HandinPlanned
    event = await timeline.add(
        db,
        petition,
        "handin",
        texts,
        link=link,
        starts_at=at,
        by=by.id,
        actor=by.telegram_id,
        now=now,
    )
    planned = await handins.add(
        db, campaign_id=petition.id, event_id=event.id, at=at, closes_signing=closes_signing
    )
    if planned is None:  # another process was faster by a moment
        await events.change(db, event, now, removed_at=now)
        raise HandinPlanned
    await handins.note_time(db, planned.id, at, now, by.id)
    return event, planned


async def move(
    db: Connection,
    handin: Handin,
    *,
    at: datetime,
    closes_signing: bool,
    by: Supporter,
    now: datetime,
) -> None:
    """Have it at another time (UTC), or end signing with it or not. Earlier times are kept.

    Raises:
        Settled: it has been, or is called off.
    """
    if not await handins.change(db, handin.id, at=at, closes_signing=closes_signing):
        raise Settled
    if at != handin.at:
        await handins.note_time(db, handin.id, at, now, by.id)
        await events.moved(db, handin.event_id, at, now)
        await timeline.note(db, handin.event_id, "handin.moved", by.telegram_id, now)


async def call_off(db: Connection, handin: Handin, *, by: Supporter, now: datetime) -> None:
    """It will not be; it stays in the story as called off.

    Raises:
        Settled: it has been, or is called off already.
    """
    if not await handins.change(db, handin.id, state="cancelled"):
        raise Settled
    await events.moved(db, handin.event_id, handin.at, now)
    await timeline.note(db, handin.event_id, "handin.called_off", by.telegram_id, now)


async def freeze_due(
    db: Connection, petitions: Mapping[int, Petition], *, now: datetime
) -> list[Handin]:
    """Hold the hand-ins whose time has come: count once and for all, and end signing where that was
    chosen. The count is read in the transaction that freezes it, with the kept totals locked.

    Returns:
        Those that have been frozen here, with their count; nobody else gives them again.
    """
    held = []
    due = [one for one in await handins.due(db, now) if one.campaign_id in petitions]
    final = {
        campaign_id: (await locks.totals(db, campaign_id)).totals
        for campaign_id in sorted({one.campaign_id for one in due})
    }
    for handin in due:
        totals = final[handin.campaign_id]
        await handins.change(
            db,
            handin.id,
            state="held",
            frozen_at=now,
            total=totals.total,
            live=totals.live,
            offline=totals.offline,
        )
        if handin.closes_signing:
            await campaigns.close(db, handin.campaign_id, now)
        await notify_staff(
            db,
            handin.campaign_id,
            "editor",
            "timeline/counted",
            subject_id=handin.id,
            dedupe_key=f"handin:{handin.id}",
            now=now,
        )
        await timeline.note(db, handin.event_id, "handin.frozen", None, now)
        held.append(await handins.of(db, handin.id) or handin)
    return held
