"""/desk: how it goes, what waits, and the way to everything that staff do."""

from dataclasses import replace
from datetime import datetime

from campaign import desk
from campaign.broadcasts import states
from campaign.petition import Petition
from campaign.staff import may, role_in
from handlers.command_menu import Roles
from handlers.context import Context, NotAllowed
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.desk import move, updates, weeks
from handlers.staff.desk.buttons import (
    ChooseDesk,
    CopyUpdate,
    ListUpdates,
    ListWeeks,
    MoveUpdate,
    OpenDesk,
    OpenUpdate,
    SeeWaiting,
    WriteUpdate,
    to_updates,
)
from handlers.staff.desk.waiting import see, waiting_for
from handlers.staff.permissions import petition_as, role, theirs_as
from handlers.staff.stats.board import Show as ShowNumbers
from handlers.staff.timeline.buttons import ListEntries
from handlers.supporter.buttons import Page
from handlers.supporter.home import which
from storage import broadcasts

IN_A_ROW = 2


async def command(context: Context) -> Screen:
    """/desk: of the campaign that is spoken of, or a choice of several."""
    theirs = await theirs_as(context, "viewer")
    if not context.args:
        return await _of(context, theirs)
    named = [one for one in theirs if one.campaign.slug == context.args[0]]
    if not named and len(theirs) > 1:
        return which(context, theirs, OpenDesk)
    return await _of(context, named or theirs)


async def at_start(context: Context, roles: Roles) -> Screen | None:
    """The desk, for somebody of the staff; None for everybody else."""
    theirs = [one for one in context.petitions if may(role_in(roles, one.id), "viewer")]
    return await _of(context, theirs) if theirs else None


async def choose(context: Context, _: ChooseDesk) -> Screen:
    """Which petition's desk?"""
    theirs = await theirs_as(context, "viewer")
    return replace(which(context, theirs, OpenDesk), fresh=False)


async def open_desk(context: Context, action: OpenDesk) -> Screen:
    """The desk of one petition, in place of what was there."""
    petition = await petition_as(context, action.petition_id, "viewer")
    return await desk_of(context, petition)


async def _of(context: Context, theirs: list[Petition]) -> Screen:
    """The desk of the one that is spoken of, or of the only one that is open."""
    if not theirs:
        raise NotAllowed
    current = [one for one in theirs if one is context.selected]
    candidates = current or [one for one in theirs if one.is_open] or theirs[-1:]
    if len(theirs) == 1:
        candidates = theirs
    if len(candidates) > 1:
        return which(context, theirs, OpenDesk)
    return replace(await desk_of(context, candidates[0]), fresh=True)


async def desk_of(context: Context, petition: Petition) -> Screen:
    """Numbers, what waits, and where everything is. Whatever the person was in the middle of is
    kept, and no text they write now is taken for it."""
    puts_away = context.select(petition)
    if context.dialog.flow:
        puts_away = puts_away or context.dialog.step == "phone"
        context.leave()
    held = await role(context, petition) or "viewer"
    edits = may(held, "editor")
    counts = await broadcasts.count_by_status(context.db, petition.id)
    coming = await broadcasts.waiting(context.db, petition.id, "scheduled") if edits else []
    quiet = await _in_quiet_hours(context, petition) if edits and counts["sending"] else []
    waits = await waiting_for(context, petition, held)
    found = await desk.figures(context.db, petition, now=context.now)
    variables = {
        "campaign": await context.view(petition),
        "yesterday": found.yesterday,
        "today": found.today,
        "counts": counts if edits else None,
        "quiet": len(quiet),
        "quiet_until": min(quiet, default=None),
        "next": updates.line_of(context, petition, coming[0], 1) if coming else None,
        "waiting": len(waits),
        "zone": petition.definition.timezone,
    }
    rows = [*_in_pairs(waits), *_ways(context, petition, edits=edits)]
    return Screen(Text("desk/home", variables), rows, puts_keyboard_away=puts_away)


async def _in_quiet_hours(context: Context, petition: Petition) -> list[datetime]:
    """Until when (UTC) each update waits that has begun to go out and is held by quiet hours."""
    sending = await broadcasts.waiting(context.db, petition.id, "sending")
    waits = (states.quiet_until(one, context.now) for one in sending)
    return [until for until in waits if until is not None]


def _in_pairs(buttons: list[Button]) -> list[list[Button]]:
    return [buttons[place : place + IN_A_ROW] for place in range(0, len(buttons), IN_A_ROW)]


def _ways(context: Context, petition: Petition, *, edits: bool) -> Rows:
    numbers = Button("desk_numbers", ShowNumbers("growth", petition.id))
    see_it = Button("desk_petition", Page("home", petition.id))
    other = [Button("desk_other", ChooseDesk())] if len(context.petitions) > 1 else []
    if not edits:
        return [[numbers], [see_it], *([other] if other else [])]
    return [
        [Button("desk_write", WriteUpdate(petition.id))],
        [to_updates(petition.id), Button("desk_weeks", ListWeeks(petition.id, 0))],
        [numbers, Button("desk_story", ListEntries(petition.id, 0))],
        [see_it, *other],
    ]


ROUTES = Routes(
    commands={"desk": Command(command, least="viewer")},
    actions={
        OpenDesk: open_desk,
        ChooseDesk: choose,
        SeeWaiting: see,
        ListUpdates: updates.list_updates,
        ListWeeks: weeks.list_weeks,
        OpenUpdate: updates.open_update,
        CopyUpdate: updates.copy_update,
        MoveUpdate: move.move_update,
    },
)
