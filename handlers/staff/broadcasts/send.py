"""When an update goes, and the last question before it does."""

import math
from dataclasses import replace
from functools import partial

from campaign.broadcasts import agreement, corrections, quiet_hours, states, time_parser
from campaign.broadcasts.agreement import Reach
from campaign.broadcasts.audit import ON_ITS_WAY, note
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.staff.broadcasts import state
from handlers.staff.broadcasts.approval import woken
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.state import Act, back, to
from storage import broadcasts
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast


def ask_when(draft: Broadcast) -> Screen:
    """The question for the time."""
    return Screen(Text("update/when"), [back(draft)], fresh=True)


async def time_given(visit: Visit, petition: Petition, draft: Broadcast, written: str) -> Screen:
    """A time in words; what is not understood is said, and asked again."""
    try:
        when = time_parser.parse_when(
            written, now=visit.now, zone=petition.zone, language=visit.language
        )
    except time_parser.WhenError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        return Screen(Text("update/when_not", {"reason": reason}), [back(draft)], fresh=True)
    draft = await state.change(visit, draft, due_at=when.at)
    return await confirm(visit, petition, draft, twice=when.ambiguous)


async def confirm(
    visit: Visit, petition: Petition, draft: Broadcast, *, twice: bool = False
) -> Screen:
    """The last question: how many people, how long it takes, and when.

    Args:
        twice: whether the clocks will show that time twice.
    """
    state.go_to(visit, draft, state.LOOKING)
    reach = await agreement.reach(visit.db, draft)
    count = reach.people
    if count == 0:
        return Screen(Text("update/nobody"), [back(draft)], fresh=True)
    limit = (await agreement.terms(visit.db, petition.id)).limit
    needs_approval = await agreement.is_needed(visit.db, draft)
    if needs_approval and not await agreement.could_agree(visit.db, draft, visit.supporter.id):
        return Screen(Text("update/nobody_to_agree", {"limit": limit}), [back(draft)], fresh=True)
    if draft.act == "correct":
        return _confirm_correction(draft, reach, limit if needs_approval else None)
    at, options = draft.due_at, states.Options.from_dict(draft.options)
    hours = petition.definition.quiet_hours
    quiet_until = quiet_hours.quiet_until(at or visit.now, hours, petition.zone)
    variables = {
        "quiet_until": None if options.in_quiet_hours else quiet_until,
        "count": count,
        "minutes": math.ceil(count / visit.house.bulk_rate / 60),
        "at": at,
        "twice": twice,
        "weekly": options.weekly,
        "approval_above": limit if needs_approval else None,
        "zone": petition.definition.timezone,
    }
    yes = "update_yes" if at is None else "update_yes_later"
    rows = [[to(draft, "ask_approval" if needs_approval else yes, "yes", count=count)]]
    if quiet_until and draft.kind == "decision":
        rows.append([to(draft, "in_quiet_hours", "quiet", on=options.in_quiet_hours)])
    if at is not None and draft.kind != ANNOUNCEMENT:
        rows.append([to(draft, "weekly", "weekly", on=options.weekly)])
    return Screen(Text("update/confirm", variables), [*rows, back(draft)], fresh=True)


def _confirm_correction(draft: Broadcast, reach: Reach, approval_above: int | None) -> Screen:
    asks = approval_above is not None
    count = reach.people
    yes = to(draft, "ask_approval" if asks else "correct_yes", "yes", count=count)
    later = reach.readers - reach.people
    variables = {"count": count, "later": later, "approval_above": approval_above}
    return Screen(Text("update/confirm_correction", variables), [[yes], back(draft)], fresh=True)


async def _later(visit: Visit, _: Petition, draft: Broadcast, __: str) -> Screen:
    state.go_to(visit, draft, state.WHEN)
    return ask_when(draft)


async def _ask(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    draft = await _with_options(visit, draft, weekly=False)
    return await confirm(visit, petition, await state.change(visit, draft, due_at=None))


async def _in_quiet_hours(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    before = states.Options.from_dict(draft.options).in_quiet_hours
    draft = await _with_options(visit, draft, in_quiet_hours=not before)
    return replace(await confirm(visit, petition, draft), fresh=False)


async def _weekly(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    before = states.Options.from_dict(draft.options).weekly
    draft = await _with_options(visit, draft, weekly=not before)
    return replace(await confirm(visit, petition, draft), fresh=False)


async def _yes(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    if draft.follows is not None:
        try:
            await corrections.check(visit.db, draft.follows, draft.act, now=visit.now)
        except corrections.NotPossible as problem:
            told = Text("update/after_not", {"reason": problem.reason})
            return Screen(told, [back(draft)], fresh=True)
    count = (await agreement.reach(visit.db, draft)).people
    draft = await _with_options(
        visit,
        draft,
        quiet_hours=petition.definition.quiet_hours,
        zone=petition.definition.timezone,
        most_a_day=petition.definition.most_a_day,
        resend_unknown=draft.kind in petition.definition.resend_unknown,
        expected=count,
        progress=place(visit),
    )
    if await agreement.is_needed(visit.db, draft):
        await agreement.ask(visit.db, draft, visit.supporter.id, now=visit.now)
        did = "asked"
    elif draft.due_at is not None:
        await states.schedule(visit.db, draft.id, draft.due_at, now=visit.now)
        did = "scheduled"
    else:
        await states.start(visit.db, draft.id, now=visit.now)
        did = ON_ITS_WAY[draft.act]
    who = visit.supporter.telegram_id
    await note(visit.db, did, draft, who, now=visit.now, count=count)
    visit.after_commit = partial(woken, visit.house, draft.id)
    state.leave(visit)
    begun = await broadcasts.of(visit.db, draft.id) or draft
    return progress(begun, petition, visit.language, visit.now)


async def _with_options(visit: Visit, draft: Broadcast, **options: object) -> Broadcast:
    return await state.change(visit, draft, options={**draft.options, **options})


def place(visit: Visit) -> dict[str, int] | None:
    """Where the last question stands: progress is shown there."""
    query = visit.update.callback_query
    if query is None or query.message is None:
        return None
    return {"chat": query.message.chat.id, "message": query.message.message_id}


ACTS: dict[str, Act] = {
    "ask": _ask,
    "later": _later,
    "quiet": _in_quiet_hours,
    "weekly": _weekly,
    "yes": _yes,
}
