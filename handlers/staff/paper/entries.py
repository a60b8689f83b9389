"""/paper: signatures on paper, in one line, or sheet by sheet in a conversation."""

from campaign.paper import entries as paper_entries
from campaign.paper.numbers import NoCount, readings
from campaign.petition import Petition
from handlers.context import Context, Gone, NotAllowed, NotNamed
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.paper import sheets
from handlers.staff.paper.buttons import AddSheet, ListEntries, ShowEntry, ShowPhoto, UndoEntry
from handlers.staff.permissions import addressed, petition_as, theirs_as
from handlers.supporter.home import to_each
from storage import paper_entries as storage_paper_entries
from storage.paper_entries import Entry

MOST_LISTED = 10


async def command(context: Context) -> Screen:
    """/paper keep-the-unit 24 Market stall: for staff only; to others it does not exist."""
    theirs = await theirs_as(context, "editor")
    if not theirs:
        raise NotAllowed
    try:
        petition, words = addressed(context, theirs)
    except NotNamed:
        return _not_named(context, theirs)
    if not words:
        return sheets.begin(context, petition)
    try:
        return sheets.begin(context, petition, readings(" ".join(words)))
    except NoCount as why:
        problem = "too_many" if why.reason == "too_many" else "count"
        note = " ".join(words[1:]) if any(map(str.isdigit, words[0])) else ""
        return sheets.begin(context, petition, problem=problem, note=note)


async def add_sheet(context: Context, action: AddSheet) -> Screen:
    """Begin a sheet."""
    return sheets.begin(context, await petition_as(context, action.petition_id, "editor"))


async def list_entries(context: Context, action: ListEntries) -> Screen:
    """The newest entries of a campaign."""
    return await _list(context, await petition_as(context, action.petition_id, "editor"))


async def show_entry(context: Context, action: ShowEntry) -> Screen:
    """One entry."""
    petition, entry = await _found(context, action.entry_id)
    return _entry(petition, entry)


async def show_photo(context: Context, action: ShowPhoto) -> Screen:
    """The picture of the sheet that an entry was read from."""
    petition, entry = await _found(context, action.entry_id)
    return _photo(petition, entry) if entry.photo else _entry(petition, entry)


async def undo_entry(context: Context, action: UndoEntry) -> Screen:
    """Take an entry out of the count."""
    petition, entry = await _found(context, action.entry_id)
    if entry.undoes_id is not None:
        return _entry(petition, entry)
    try:
        await paper_entries.undo(context.db, entry, undone_by=context.supporter, now=context.now)
    except paper_entries.UndoneAlready:
        return await _list(context, petition, "toast/done_already")
    except paper_entries.GoneAlready:
        return Screen(Text("staff/offline_refused", {"reason": "below_zero"}))
    context.after_commit = context.services.counted.set
    return await _list(context, petition, "toast/saved")


async def _found(context: Context, entry_id: int) -> tuple[Petition, Entry]:
    entry = await storage_paper_entries.of(context.db, entry_id)
    if entry is None:
        raise Gone
    return await petition_as(context, entry.campaign_id, "editor"), entry


def _not_named(context: Context, theirs: list[Petition]) -> Screen:
    if context.args:
        return Screen(Text("staff/offline_refused", {"reason": "campaign"}))
    return Screen(Text("paper/which"), to_each(context, theirs, AddSheet))


async def _list(context: Context, petition: Petition, toast: str = "") -> Screen:
    entries = await storage_paper_entries.newest(context.db, petition.id, MOST_LISTED)
    rows = [
        [
            Button(
                "paper_entry",
                ShowEntry(entry.id),
                variables={"count": entry.count, "note": entry.note, "undone": entry.undone},
            )
        ]
        for entry in entries
    ]
    variables = {"campaign": await context.view(petition), "entries": len(entries)}
    add = [Button("paper_add", AddSheet(petition.id))]
    return Screen(Text("paper/list", variables), [*rows, add], toast=toast)


def _entry(petition: Petition, entry: Entry) -> Screen:
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
        rows.append([Button("paper_photo", ShowPhoto(entry.id))])
    if not entry.undone and entry.undoes_id is None:
        rows.append([Button("paper_undo", UndoEntry(entry.id))])
    rows.append([Button("back", ListEntries(petition.id))])
    return Screen(Text("paper/entry", variables), rows)


def _photo(petition: Petition, entry: Entry) -> Screen:
    return Screen(
        Text("paper/photo", {"count": entry.count, "note": entry.note}),
        [[Button("back", ListEntries(petition.id))]],
        fresh=True,
        letters=[sheets.picture(entry.photo or "")],
    )


ROUTES = Routes(
    commands={"paper": Command(command, least="editor", aliases=("offline",))},
    actions={
        AddSheet: add_sheet,
        ListEntries: list_entries,
        ShowEntry: show_entry,
        ShowPhoto: show_photo,
        UndoEntry: undo_entry,
    },
)
