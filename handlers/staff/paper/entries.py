"""/offline: signatures on paper, in one line, or sheet by sheet in a conversation."""

from campaign.paper import entries as paper_entries
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.paper import sheets
from handlers.staff.permissions import addressed, may_edit, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import front_door
from storage import paper_entries as storage_paper_entries
from storage.paper_entries import Entry

MOST_LISTED = 10


async def command(visit: Visit) -> Screen:
    """/offline keep-the-unit 24 Market stall: for staff only; to others it does not exist."""
    theirs = await theirs_as(visit, "editor")
    if not theirs:
        return await unknown_command(visit)
    petition, words = addressed(visit, theirs)
    if not visit.args or (petition is not None and not words):
        return await _begin(visit, petition, theirs)
    if petition is None:
        return Screen(Text("staff/offline_refused", {"reason": "campaign"}))
    try:
        count = paper_entries.count(words[0])
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "count"}))
    note = " ".join(words[1:])[: paper_entries.NOTE_LIMIT]
    try:
        await paper_entries.record(
            visit.db, petition.id, count, note, recorded_by=visit.supporter, now=visit.now
        )
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "below_zero"}))
    visit.after_commit = visit.house.counted.set
    variables = {"campaign": await visit.view(petition), "count": count, "note": note}
    return Screen(Text("staff/offline_recorded", variables))


async def tapped(visit: Visit) -> Screen:
    """A button about entries; one that has reached somebody else opens the front door."""
    act, number, step = visit.args[0], int(visit.args[1]), visit.args[2]
    if act in ("add", "list"):
        petition = visit.petition(number)
        if petition is None or not await may_edit(visit, petition):
            return await front_door(visit)
        return sheets.begin(visit, petition) if act == "add" else await _list(visit, petition)
    entry = await storage_paper_entries.of(visit.db, number)
    petition = visit.petition(entry.campaign_id) if entry else None
    if entry is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    if act == "photo" and entry.photo:
        return _photo(petition, entry)
    if act == "undo" and step == "yes":
        return await _undo(visit, petition, entry)
    return await _entry(visit, petition, entry)


async def _begin(visit: Visit, petition: Petition | None, theirs: list[Petition]) -> Screen:
    if petition is not None:
        return sheets.begin(visit, petition)
    buttons = [
        [
            Button(
                "campaign", f"paper:add:{p.id}", variables={"title": p.texts(visit.language).title}
            )
        ]
        for p in theirs
    ]
    return Screen(Text("offline/which"), buttons)


async def _list(visit: Visit, petition: Petition, toast: str = "") -> Screen:
    entries = await storage_paper_entries.newest(visit.db, petition.id, MOST_LISTED)
    rows = [
        [
            Button(
                "paper_entry",
                f"paper:entry:{entry.id}",
                variables={"count": entry.count, "note": entry.note, "undone": entry.undone},
            )
        ]
        for entry in entries
    ]
    variables = {"campaign": await visit.view(petition), "entries": len(entries)}
    add = [Button("paper_add", f"paper:add:{petition.id}")]
    return Screen(Text("offline/list", variables), [*rows, add], toast=toast)


async def _entry(visit: Visit, petition: Petition, entry: Entry) -> Screen:
    variables = {
        "count": entry.count,
        "note": entry.note,
        "on": entry.collected_on,
        "at": entry.recorded_at,
        "zone": petition.definition.timezone,
        "undone": entry.undone,
    }
    rows = []
    if entry.photo:
        rows.append([Button("paper_photo", f"paper:photo:{entry.id}")])
    if not entry.undone and entry.undoes_id is None:
        rows.append([Button("paper_undo", f"paper:undo:{entry.id}:yes")])
    rows.append([Button("back", f"paper:list:{petition.id}")])
    return Screen(Text("offline/entry", variables), rows)


async def _undo(visit: Visit, petition: Petition, entry: Entry) -> Screen:
    if entry.undoes_id is not None:
        return await _entry(visit, petition, entry)
    try:
        await paper_entries.undo(visit.db, entry, undone_by=visit.supporter, now=visit.now)
    except paper_entries.UndoneAlready:
        return await _list(visit, petition, "toast/done_already")
    except paper_entries.GoneAlready:
        return Screen(Text("staff/offline_refused", {"reason": "below_zero"}))
    visit.after_commit = visit.house.counted.set
    return await _list(visit, petition, "toast/saved")


def _photo(petition: Petition, entry: Entry) -> Screen:
    return Screen(
        Text("offline/photo", {"count": entry.count, "note": entry.note}),
        [[Button("back", f"paper:list:{petition.id}")]],
        fresh=True,
        letters=[sheets.picture(entry.photo or "")],
    )
