"""Signatures on paper: staff record how many came from where, and the total counts them."""

from campaign import paper
from handlers.screen import Screen, Text
from handlers.staff.rights import addressed, theirs_as
from handlers.supporter.unexpected import unknown_command
from handlers.visit import Visit


async def command(visit: Visit) -> Screen:
    """/offline keep-the-unit 24 Market stall: for staff only; to others it does not exist."""
    theirs = await theirs_as(visit, "editor")
    if theirs is None:
        return await unknown_command(visit)
    if not visit.args:
        return Screen(Text("staff/offline_usage"))
    petition, words = addressed(visit, theirs)
    if petition is None:
        return Screen(Text("staff/offline_refused", {"reason": "campaign"}))
    try:
        count = paper.count(words[0] if words else "")
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "count"}))
    note = " ".join(words[1:])[: paper.NOTE_LIMIT]
    try:
        await paper.record(
            visit.db, petition.id, count, note, recorded_by=visit.supporter, now=visit.now
        )
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "below_zero"}))
    visit.after_commit = visit.house.counted.set
    variables = {"campaign": await visit.view(petition), "count": count, "note": note}
    return Screen(Text("staff/offline_recorded", variables))
