"""Signatures on paper: staff record how many came from where, and the total counts them."""

from campaign import paper
from handlers.screen import Screen, Text
from handlers.supporter.unexpected import unknown_command
from handlers.visit import Visit
from storage import staff


async def command(visit: Visit) -> Screen:
    """/offline 24 Market stall: for staff only; to anybody else it does not exist."""
    role = await staff.role_of(visit.db, visit.supporter.telegram_id)
    if role not in ("owner", "editor"):
        return await unknown_command(visit)
    petition = visit.current_petition
    if petition is None:
        return Screen(Text("staff/offline_refused", {"reason": "campaign"}))
    if not visit.args:
        return Screen(Text("staff/offline_usage"))
    try:
        count = paper.count(visit.args[0])
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "count"}))
    note = " ".join(visit.args[1:])[: paper.NOTE_LIMIT]
    try:
        await paper.record(
            visit.db, petition.id, count, note, recorded_by=visit.supporter, now=visit.now
        )
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "below_zero"}))
    variables = {"campaign": await visit.view(petition), "count": count, "note": note}
    return Screen(Text("staff/offline_recorded", variables))
