"""What is done with a sheet that has been filled in: each kind of it in its own way."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from campaign import decisions, timeline
from campaign.errors import ChangedSince, HandinPlanned, Settled
from campaign.handin import plan
from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.staff.timeline import entries
from handlers.staff.timeline.announce import tell
from handlers.staff.timeline.questions import days_of, moment_of
from handlers.staff.timeline.state import Sheet
from storage import decisions as kept_decisions
from storage import events, handins


async def event(visit: Visit, sheet: Sheet) -> Screen:
    """An endorsement, something in the media, an event or news."""
    given = {"link": sheet.answer("link"), "starts_at": moment_of(sheet.answer("when"))}
    if sheet.about is not None:
        await _check(visit, sheet.about, sheet.version)
        return await _reworded(visit, sheet, sheet.about, **given)
    made = await timeline.add(
        visit.db,
        sheet.petition,
        sheet.kind,
        sheet.form.texts(),
        by=visit.supporter.id,
        actor=visit.supporter.telegram_id,
        now=visit.now,
        **given,
    )
    return await tell(visit, sheet.petition, made.id)


async def decision(visit: Visit, sheet: Sheet) -> Screen:
    """A decision that is expected; other days of one that is there already are a postponement."""
    days = days_of(sheet.answer("days"))
    if sheet.about is None:
        made, _ = await decisions.add(
            visit.db, sheet.petition, sheet.form.texts(), days, by=visit.supporter, now=visit.now
        )
        return await tell(visit, sheet.petition, made.id)
    await _check(visit, sheet.about, sheet.version)
    known = await kept_decisions.of_event(visit.db, sheet.about)
    if known is None or known.state not in kept_decisions.OPEN:
        raise Settled
    if (known.expected_from, known.expected_to) == (days.first, days.last):
        return await _reworded(visit, sheet, sheet.about)
    await decisions.postpone(
        visit.db, sheet.petition, known, days, by=visit.supporter, now=visit.now
    )
    await _reworded(visit, sheet, sheet.about)
    return await tell(visit, sheet.petition, sheet.about, "postponed")


async def hand_in(visit: Visit, sheet: Sheet) -> Screen:
    """The hand-in; another time of one that is planned already moves it, and people are told."""
    at = moment_of(sheet.answer("when")) or visit.now
    closes = sheet.answer("closes") == "closes_yes"
    if sheet.about is None:
        return await _planned(visit, sheet, at, closes=closes)
    await _check(visit, sheet.about, sheet.version)
    known = (await handins.of_campaign(visit.db, sheet.petition.id)).get(sheet.about)
    if known is None:
        raise Settled
    await plan.move(
        visit.db, known, at=at, closes_signing=closes, by=visit.supporter, now=visit.now
    )
    shown = await _reworded(visit, sheet, sheet.about, link=sheet.answer("link"))
    if at == known.at:
        return shown
    visit.after_commit = visit.house.dates_due.set
    return await tell(visit, sheet.petition, sheet.about, "handin_moved")


async def _planned(visit: Visit, sheet: Sheet, at: datetime, *, closes: bool) -> Screen:
    try:
        made, _ = await plan.plan(
            visit.db,
            sheet.petition,
            sheet.form.texts(),
            at=at,
            link=sheet.answer("link"),
            closes_signing=closes,
            by=visit.supporter,
            now=visit.now,
        )
    except HandinPlanned:
        return replace(await entries.everything(visit, sheet.petition), toast="toast/stale")
    return await tell(visit, sheet.petition, made.id)


async def outcome(visit: Visit, sheet: Sheet) -> Screen:
    """A decision has been announced."""
    known = await kept_decisions.of(visit.db, sheet.about or 0)
    wanted = str(sheet.answer("outcome")).removeprefix("outcome_")
    found = next((one for one in decisions.OUTCOMES if one == wanted), None)
    if known is None or found is None:
        raise Settled
    await decisions.announce(
        visit.db,
        sheet.petition,
        known,
        found,
        sheet.form.texts(),
        by=visit.supporter,
        now=visit.now,
    )
    return await tell(visit, sheet.petition, known.event_id, "outcome")


async def postponed(visit: Visit, sheet: Sheet) -> Screen:
    """A decision comes on other days, or nobody knows when."""
    known = await kept_decisions.of(visit.db, sheet.about or 0)
    if known is None:
        raise Settled
    answer = sheet.answer("days")
    await decisions.postpone(
        visit.db,
        sheet.petition,
        known,
        days_of(answer) if answer else None,
        by=visit.supporter,
        now=visit.now,
    )
    return await tell(visit, sheet.petition, known.event_id, "postponed")


async def _check(visit: Visit, event_id: int, version: int) -> None:
    """See, before anything is changed, that the event is as it was read, and stays so.

    Raises:
        ChangedSince: somebody has changed it, or taken it out of the story.
    """
    found = await events.of(visit.db, event_id, lock=True)
    if found is None or found.removed_at is not None or found.version != version:
        raise ChangedSince


async def _reworded(visit: Visit, sheet: Sheet, event_id: int, **given: Any) -> Screen:
    """Put the words of the sheet in place of those that stand there; the entry as it is then."""
    found = await events.of(visit.db, event_id)
    if found is None:
        raise ChangedSince
    actor = visit.supporter.telegram_id
    await timeline.change(visit.db, found, sheet.form.texts(), actor=actor, now=visit.now, **given)
    return await entries.changed(visit, sheet.petition, event_id)


def refused(error: Exception) -> Text:
    """What is said when somebody else was faster."""
    return Text("story/refused", {"reason": type(error).__name__})
