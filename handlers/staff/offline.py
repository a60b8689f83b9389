"""Signatures on paper: staff record how many came from where, and the total counts them."""

from campaign import paper
from handlers.screen import Screen, Text
from handlers.supporter.unexpected import unknown_command
from handlers.visit import Visit
from storage import staff


async def command(visit: Visit) -> Screen:
    """/offline keep-the-unit 24 Market stall: for staff only; to others it does not exist.

    The campaign may be left out where there is only one it could be.
    """
    role = await staff.role_of(visit.db, visit.supporter.telegram_id)
    if role not in ("owner", "editor"):
        return await unknown_command(visit)
    if not visit.args:
        return Screen(Text("staff/offline_usage"))
    by_slug = {petition.campaign.slug: petition for petition in visit.petitions}
    named = by_slug.get(visit.args[0])
    petition, words = (named, visit.args[1:]) if named else (visit.current_petition, visit.args)
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
    variables = {"campaign": await visit.view(petition), "count": count, "note": note}
    return Screen(Text("staff/offline_recorded", variables))
