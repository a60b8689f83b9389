"""Save a completed timeline form, each kind in its own way."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from campaign import decisions, timeline
from campaign.errors import ChangedSince, HandinPlanned, Settled
from campaign.handin import plan
from handlers.context import Context
from handlers.screens import Screen, Text
from handlers.staff.timeline import overview
from handlers.staff.timeline.announce import tell
from handlers.staff.timeline.questions import days_of, moment_of
from handlers.staff.timeline.state import FormState
from storage import decisions as kept_decisions
from storage import events, handins


async def event(context: Context, sheet: FormState) -> Screen:
    """An endorsement, something in the media, an event or news."""
    given = {"link": sheet.answer("link"), "starts_at": moment_of(sheet.answer("when"))}
    if sheet.about is not None:
        await _check(context, sheet.about, sheet.version)
        return await _reworded(context, sheet, sheet.about, **given)
    made = await timeline.add(
        context.db,
        sheet.petition,
        sheet.kind,
        sheet.form.texts(),
        by=context.supporter.id,
        actor=context.supporter.telegram_id,
        now=context.now,
        **given,
    )
    return await tell(context, sheet.petition, made.id)


async def decision(context: Context, sheet: FormState) -> Screen:
    """A decision that is expected; other days of one that is there already are a postponement."""
    days = days_of(sheet.answer("days"))
    if sheet.about is None:
        made, _ = await decisions.add(
            context.db,
            sheet.petition,
            sheet.form.texts(),
            days,
            by=context.supporter,
            now=context.now,
        )
        return await tell(context, sheet.petition, made.id)
    await _check(context, sheet.about, sheet.version)
    known = await kept_decisions.of_event(context.db, sheet.about)
    if known is None or known.state not in kept_decisions.OPEN:
        raise Settled
    if (known.expected_from, known.expected_to) == (days.first, days.last):
        return await _reworded(context, sheet, sheet.about)
    await decisions.postpone(
        context.db, sheet.petition, known, days, by=context.supporter, now=context.now
    )
    await _reworded(context, sheet, sheet.about)
    return await tell(context, sheet.petition, sheet.about, "postponed")


async def hand_in(context: Context, sheet: FormState) -> Screen:
    """The hand-in; another time of one that is planned already moves it, and people are told."""
    at = moment_of(sheet.answer("when")) or context.now
    closes = sheet.answer("closes") == "closes_yes"
    if sheet.about is None:
        return await _planned(context, sheet, at, closes=closes)
    await _check(context, sheet.about, sheet.version)
    known = (await handins.of_campaign(context.db, sheet.petition.id)).get(sheet.about)
    if known is None:
        raise Settled
    await plan.move(
        context.db, known, at=at, closes_signing=closes, by=context.supporter, now=context.now
    )
    shown = await _reworded(context, sheet, sheet.about, link=sheet.answer("link"))
    if at == known.at:
        return shown
    context.after_commit = context.services.dates_due.set
    return await tell(context, sheet.petition, sheet.about, "handin_moved")


async def _planned(context: Context, sheet: FormState, at: datetime, *, closes: bool) -> Screen:
    try:
        made, _ = await plan.plan(
            context.db,
            sheet.petition,
            sheet.form.texts(),
            at=at,
            link=sheet.answer("link"),
            closes_signing=closes,
            by=context.supporter,
            now=context.now,
        )
    except HandinPlanned:
        return replace(await overview.everything(context, sheet.petition), toast="toast/stale")
    return await tell(context, sheet.petition, made.id)


async def outcome(context: Context, sheet: FormState) -> Screen:
    """A decision has been announced."""
    known = await kept_decisions.of(context.db, sheet.about or 0)
    wanted = str(sheet.answer("outcome")).removeprefix("outcome_")
    found = next((one for one in decisions.OUTCOMES if one == wanted), None)
    if known is None or found is None:
        raise Settled
    await decisions.announce(
        context.db,
        sheet.petition,
        known,
        found,
        sheet.form.texts(),
        by=context.supporter,
        now=context.now,
    )
    return await tell(context, sheet.petition, known.event_id, "outcome")


async def postponed(context: Context, sheet: FormState) -> Screen:
    """A decision comes on other days, or nobody knows when."""
    known = await kept_decisions.of(context.db, sheet.about or 0)
    if known is None:
        raise Settled
    answer = sheet.answer("days")
    await decisions.postpone(
        context.db,
        sheet.petition,
        known,
        days_of(answer) if answer else None,
        by=context.supporter,
        now=context.now,
    )
    return await tell(context, sheet.petition, known.event_id, "postponed")


async def _check(context: Context, event_id: int, version: int) -> None:
    """See, before anything is changed, that the event is as it was read, and stays so.

    Raises:
        ChangedSince: somebody has changed it, or taken it out of the story.
    """
    found = await events.of(context.db, event_id, lock=True)
    if found is None or found.removed_at is not None or found.version != version:
        raise ChangedSince


async def _reworded(context: Context, sheet: FormState, event_id: int, **given: Any) -> Screen:
    """Put the words of the sheet in place of those that stand there; the entry as it is then."""
    found = await events.of(context.db, event_id)
    if found is None:
        raise ChangedSince
    actor = context.supporter.telegram_id
    await timeline.change(
        context.db, found, sheet.form.texts(), actor=actor, now=context.now, **given
    )
    return await overview.changed(context, sheet.petition, event_id)


def refused(error: Exception) -> Text:
    """What is said when somebody else was faster."""
    return Text("timeline/refused", {"reason": type(error).__name__})
