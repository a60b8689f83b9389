"""What is done with a sheet that has been filled in: each kind of it in its own way."""

from dataclasses import replace
from typing import Any

from campaign import decisions, handin, timeline
from campaign.errors import ChangedSince, HandinPlanned, Settled
from handlers.screen import Screen, Text
from handlers.staff.story import listing
from handlers.staff.story.paper import Sheet
from handlers.staff.story.steps import days_of, moment_of
from handlers.staff.story.telling import tell
from handlers.visit import Visit
from storage import decisions as kept_decisions
from storage import events, handins
from storage.events import Event


async def event(visit: Visit, sheet: Sheet) -> Screen:
    """An endorsement, something in the media, an event or news."""
    given = {"link": sheet.answer("link"), "starts_at": moment_of(sheet.answer("when"))}
    if before := await _before(visit, sheet):
        await _reworded(visit, sheet, before, **given)
        return await listing.changed(visit, sheet.petition, before.id)
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
    before = await _before(visit, sheet)
    if before is None:
        made, _ = await decisions.add(
            visit.db, sheet.petition, sheet.form.texts(), days, by=visit.supporter, now=visit.now
        )
        return await tell(visit, sheet.petition, made.id)
    await _reworded(visit, sheet, before)
    known = await kept_decisions.of_event(visit.db, before.id)
    if known is None or (known.expected_from, known.expected_to) == (days.first, days.last):
        return await listing.changed(visit, sheet.petition, before.id)
    await decisions.postpone(
        visit.db, sheet.petition, known, days, by=visit.supporter, now=visit.now
    )
    return await tell(visit, sheet.petition, before.id, "postponed")


async def hand_in(visit: Visit, sheet: Sheet) -> Screen:
    """The hand-in; another time of one that is planned already moves it, and people are told."""
    at = moment_of(sheet.answer("when")) or visit.now
    closes = sheet.answer("closes") == "closes_yes"
    before = await _before(visit, sheet)
    if before is None:
        try:
            made, _ = await handin.plan(
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
            return replace(await listing.everything(visit, sheet.petition), toast="toast/stale")
        return await tell(visit, sheet.petition, made.id)
    await _reworded(visit, sheet, before, link=sheet.answer("link"))
    known = (await handins.of_campaign(visit.db, sheet.petition.id)).get(before.id)
    if known is None:
        return await listing.changed(visit, sheet.petition, before.id)
    await handin.move(
        visit.db, known, at=at, closes_signing=closes, by=visit.supporter, now=visit.now
    )
    if at == known.at:
        return await listing.changed(visit, sheet.petition, before.id)
    visit.after_commit = visit.house.dates_due.set
    return await tell(visit, sheet.petition, before.id, "handin_moved")


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


async def _before(visit: Visit, sheet: Sheet) -> Event | None:
    """The event that the sheet changes; None if it is a new one.

    Raises:
        ChangedSince: it has been taken out of the story.
    """
    if sheet.about is None:
        return None
    found = await events.of(visit.db, sheet.about)
    if found is None or found.removed_at is not None:
        raise ChangedSince
    return found


async def _reworded(visit: Visit, sheet: Sheet, before: Event, **given: Any) -> None:
    as_read = replace(before, version=sheet.version)
    actor = visit.supporter.telegram_id
    await timeline.change(
        visit.db, as_read, sheet.form.texts(), actor=actor, now=visit.now, **given
    )


def refused(error: Exception) -> Text:
    """What is said when somebody else was faster."""
    return Text("story/refused", {"reason": type(error).__name__})
