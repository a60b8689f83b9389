"""When an update goes, and the last question before it does."""

import math
from dataclasses import replace
from datetime import datetime
from functools import partial

from campaign.broadcasts import agreement, corrections, quiet_hours, states, time_parser
from campaign.broadcasts.audit import ON_ITS_WAY, note
from campaign.broadcasts.reach import Reach, reach_of
from campaign.broadcasts.terms import terms_of
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Screen, Text
from handlers.staff.broadcasts import state
from handlers.staff.broadcasts.approval import woken
from handlers.staff.broadcasts.buttons import DraftAct, back, to
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.state import Handler
from storage import broadcasts
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast


def ask_when(draft: Broadcast) -> Screen:
    """The question for the time."""
    return Screen(Text("broadcasts/when"), [back(draft)], fresh=True)


async def time_given(
    context: Context, petition: Petition, draft: Broadcast, written: str
) -> Screen:
    """A time in words; what is not understood is said, and asked again."""
    try:
        when = time_parser.parse_when(
            written, now=context.now, zone=petition.zone, language=context.language
        )
    except time_parser.WhenError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        return Screen(Text("broadcasts/when_not", {"reason": reason}), [back(draft)], fresh=True)
    before = draft.due_at if draft.due_at != when.at else None
    draft = await state.change(context, draft, due_at=when.at)
    return await confirm(context, petition, draft, twice=when.ambiguous, before=before)


async def confirm(
    context: Context,
    petition: Petition,
    draft: Broadcast,
    *,
    twice: bool = False,
    before: datetime | None = None,
) -> Screen:
    """The last question: how many people, how long it takes, and when.

    Args:
        twice: whether the clocks will show that time twice.
        before: the time (UTC) that was chosen before, if there is another now.
    """
    state.go_to(context, draft, state.CONFIRM, new=None)
    reach = await reach_of(context.db, draft)
    count = reach.people
    if count == 0:
        return Screen(Text("broadcasts/nobody"), [back(draft)], fresh=True)
    limit = (await terms_of(context.db, petition.id)).limit
    needs_approval = await agreement.is_needed(context.db, draft)
    if needs_approval and not await agreement.could_agree(context.db, draft, context.supporter.id):
        return Screen(
            Text("broadcasts/nobody_to_agree", {"limit": limit}), [back(draft)], fresh=True
        )
    if draft.act == "correct":
        return _confirm_correction(draft, reach, limit if needs_approval else None)
    at, options = draft.due_at, states.Options.from_dict(draft.options)
    hours = petition.definition.quiet_hours
    quiet_until = quiet_hours.quiet_until(at or context.now, hours, petition.zone)
    variables = {
        "quiet_until": None if options.in_quiet_hours else quiet_until,
        "count": count,
        "by_email": reach.by_email,
        "minutes": _minutes(context, reach),
        "at": at,
        "twice": twice,
        "before": before,
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
    return Screen(Text("broadcasts/confirm", variables), [*rows, back(draft)], fresh=True)


def _minutes(context: Context, reach: Reach) -> int:
    """How long it takes: emails go beside the rest, at their own pace."""
    services = context.services
    in_chats = (reach.people - reach.by_email) / services.bulk_rate
    return math.ceil(max(in_chats, reach.by_email / services.email_rate) / 60)


def _confirm_correction(draft: Broadcast, reach: Reach, approval_above: int | None) -> Screen:
    asks = approval_above is not None
    count = reach.people
    yes = to(draft, "ask_approval" if asks else "correct_yes", "yes", count=count)
    variables = {
        "count": count,
        "by_email": reach.by_email,
        "later": reach.readers - reach.people,
        "approval_above": approval_above,
    }
    return Screen(
        Text("broadcasts/confirm_correction", variables), [[yes], back(draft)], fresh=True
    )


async def _later(context: Context, _: Petition, draft: Broadcast, __: str) -> Screen:
    state.go_to(context, draft, state.WHEN)
    return ask_when(draft)


async def _ask(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    draft = await _with_options(context, draft, weekly=False)
    return await confirm(context, petition, await state.change(context, draft, due_at=None))


async def _in_quiet_hours(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    before = states.Options.from_dict(draft.options).in_quiet_hours
    draft = await _with_options(context, draft, in_quiet_hours=not before)
    return replace(await confirm(context, petition, draft), fresh=False)


async def _weekly(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    before = states.Options.from_dict(draft.options).weekly
    draft = await _with_options(context, draft, weekly=not before)
    return replace(await confirm(context, petition, draft), fresh=False)


async def _yes(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    if draft.follows is not None:
        try:
            await corrections.check(context.db, draft.follows, draft.act, now=context.now)
        except corrections.NotPossible as problem:
            told = Text("broadcasts/after_not", {"reason": problem.reason})
            return Screen(told, [back(draft)], fresh=True)
    reach = await reach_of(context.db, draft)
    count = reach.people
    draft = await _with_options(
        context,
        draft,
        quiet_hours=petition.definition.quiet_hours,
        zone=petition.definition.timezone,
        most_a_day=petition.definition.most_a_day,
        resend_unknown=draft.kind in petition.definition.resend_unknown,
        expected=count,
        by_email=reach.by_email,
        progress=place(context),
    )
    if await agreement.is_needed(context.db, draft):
        await agreement.ask(context.db, draft, context.supporter.id, now=context.now)
        did = "asked"
    elif draft.due_at is not None:
        await states.schedule(context.db, draft.id, draft.due_at, now=context.now)
        did = "scheduled"
    else:
        await states.start(context.db, draft.id, now=context.now)
        did = ON_ITS_WAY[draft.act]
    who = context.supporter.telegram_id
    await note(context.db, did, draft, who, now=context.now, count=count)
    context.after_commit = partial(woken, context.services, draft.id)
    state.leave(context)
    begun = await broadcasts.of(context.db, draft.id) or draft
    return await progress(context.db, begun, petition, context.language, context.now)


async def _with_options(context: Context, draft: Broadcast, **options: object) -> Broadcast:
    return await state.change(context, draft, options={**draft.options, **options})


def place(context: Context) -> dict[str, int] | None:
    """Where the last question stands: progress is shown there."""
    tap = context.event.tap
    if tap is None or tap.message_id is None:
        return None
    return {"chat": context.supporter.telegram_id, "message": tap.message_id}


ACTS: dict[DraftAct, Handler] = {
    "ask": _ask,
    "later": _later,
    "quiet": _in_quiet_hours,
    "weekly": _weekly,
    "yes": _yes,
}
