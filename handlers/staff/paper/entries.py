"""/paper: signatures on paper, in one line, or sheet by sheet in a conversation."""

from campaign.paper import entries as paper_entries
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.paper import sheets
from handlers.staff.permissions import addressed, may_edit, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import home
from storage import paper_entries as storage_paper_entries
from storage.paper_entries import Entry

MOST_LISTED = 10


async def command(context: Context) -> Screen:
    """/paper keep-the-unit 24 Market stall: for staff only; to others it does not exist."""
    theirs = await theirs_as(context, "editor")
    if not theirs:
        return await unknown_command(context)
    petition, words = addressed(context, theirs)
    if not context.args or (petition is not None and not words):
        return await _begin(context, petition, theirs)
    if petition is None:
        return Screen(Text("staff/offline_refused", {"reason": "campaign"}))
    try:
        count = paper_entries.count(words[0])
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "count"}))
    note = " ".join(words[1:])[: paper_entries.NOTE_LIMIT]
    try:
        await paper_entries.record(
            context.db, petition.id, count, note, recorded_by=context.supporter, now=context.now
        )
    except ValueError:
        return Screen(Text("staff/offline_refused", {"reason": "below_zero"}))
    context.after_commit = context.services.counted.set
    variables = {"campaign": await context.view(petition), "count": count, "note": note}
    return Screen(Text("staff/offline_recorded", variables))


async def tapped(context: Context) -> Screen:
    """A button about entries; one that has reached somebody else opens the front door."""
    act, number, step = context.args[0], int(context.args[1]), context.args[2]
    if act in ("add", "list"):
        petition = context.find_petition(number)
        if petition is None or not await may_edit(context, petition):
            return await home(context)
        return sheets.begin(context, petition) if act == "add" else await _list(context, petition)
    entry = await storage_paper_entries.of(context.db, number)
    petition = context.find_petition(entry.campaign_id) if entry else None
    if entry is None or petition is None or not await may_edit(context, petition):
        return await home(context)
    if act == "photo" and entry.photo:
        return _photo(petition, entry)
    if act == "undo" and step == "yes":
        return await _undo(context, petition, entry)
    return await _entry(context, petition, entry)


async def _begin(context: Context, petition: Petition | None, theirs: list[Petition]) -> Screen:
    if petition is not None:
        return sheets.begin(context, petition)
    buttons = [
        [
            Button(
                "campaign",
                f"paper:add:{p.id}",
                variables={"title": p.texts(context.language).title},
            )
        ]
        for p in theirs
    ]
    return Screen(Text("paper/which"), buttons)


async def _list(context: Context, petition: Petition, toast: str = "") -> Screen:
    entries = await storage_paper_entries.newest(context.db, petition.id, MOST_LISTED)
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
    variables = {"campaign": await context.view(petition), "entries": len(entries)}
    add = [Button("paper_add", f"paper:add:{petition.id}")]
    return Screen(Text("paper/list", variables), [*rows, add], toast=toast)


async def _entry(context: Context, petition: Petition, entry: Entry) -> Screen:
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
    return Screen(Text("paper/entry", variables), rows)


async def _undo(context: Context, petition: Petition, entry: Entry) -> Screen:
    if entry.undoes_id is not None:
        return await _entry(context, petition, entry)
    try:
        await paper_entries.undo(context.db, entry, undone_by=context.supporter, now=context.now)
    except paper_entries.UndoneAlready:
        return await _list(context, petition, "toast/done_already")
    except paper_entries.GoneAlready:
        return Screen(Text("staff/offline_refused", {"reason": "below_zero"}))
    context.after_commit = context.services.counted.set
    return await _list(context, petition, "toast/saved")


def _photo(petition: Petition, entry: Entry) -> Screen:
    return Screen(
        Text("paper/photo", {"count": entry.count, "note": entry.note}),
        [[Button("back", f"paper:list:{petition.id}")]],
        fresh=True,
        letters=[sheets.picture(entry.photo or "")],
    )
