"""All updates of a petition, page by page; and one of them, with all that can be done with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from campaign.broadcasts import announcements, copies, excerpts
from campaign.broadcasts.content import Content
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import preview
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.report import ENDED, report
from handlers.staff.desk.buttons import (
    CopyUpdate,
    ListUpdates,
    OpenUpdate,
    WriteUpdate,
    to_desk,
    to_updates,
)
from handlers.staff.permissions import broadcast_as, petition_as
from storage import broadcasts
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast

ON_A_PAGE = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One update in the list.

    Attributes:
        number: its place in the list, from 1.
        words: how it begins; "" where nothing is written.
        at: when it goes, or went (UTC).
    """

    number: int
    status: str
    kind: str
    act: str
    words: str
    at: datetime | None


async def list_updates(context: Context, action: ListUpdates) -> Screen:
    """A page of all updates."""
    petition = await petition_as(context, action.petition_id, "editor")
    shown = await listed(context, petition, action.page)
    return replace(shown, fresh=action.where == "below")


async def listed(context: Context, petition: Petition, page: int = 0) -> Screen:
    """What waits for somebody first, then what is to go, drafts, and what has gone."""
    counts = await broadcasts.count_by_status(context.db, petition.id)
    pages = max(1, ceil(sum(counts.values()) / ON_A_PAGE))
    page = min(page, pages - 1)
    first = page * ON_A_PAGE
    found = await broadcasts.page(context.db, petition.id, offset=first, limit=ON_A_PAGE)
    lines = [line_of(context, petition, one, first + place) for place, one in enumerate(found, 1)]
    rows = [
        [Button("desk_update", OpenUpdate(one.id), variables=named(line))]
        for one, line in zip(found, lines, strict=True)
    ]
    turn = [("page_before", page - 1), ("page_after", page + 1)]
    leaves = [Button(label, ListUpdates(petition.id, to)) for label, to in turn if 0 <= to < pages]
    variables = {
        "campaign": petition.view(context.language),
        "lines": lines,
        "count": sum(counts.values()),
        "page": page + 1,
        "pages": pages,
        "zone": petition.definition.timezone,
    }
    last = [Button("desk_write", WriteUpdate(petition.id)), to_desk(petition.id)]
    return Screen(Text("desk/updates", variables), [*rows, *([leaves] if leaves else []), last])


def line_of(context: Context, petition: Petition, broadcast: Broadcast, number: int) -> Line:
    """An update as it is listed."""
    content = Content.from_dict(broadcast.content)
    to_come = broadcast.status in ("scheduled", "awaiting_approval", "paused")
    return Line(
        number=number,
        status=broadcast.status,
        kind=broadcast.kind,
        act=broadcast.act,
        words=excerpts.first_words(content, petition.language(context.language)),
        at=broadcast.due_at if to_come else broadcast.started_at,
    )


def named(line: Line) -> dict[str, object]:
    """What the button of an update says."""
    return {
        "number": line.number,
        "kind": line.kind,
        "act": line.act,
        "words": line.words,
        "status": line.status,
    }


async def open_update(context: Context, action: OpenUpdate) -> Screen:
    """One update, as its state is by now."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    return await sheet(context, petition, broadcast)


async def sheet(context: Context, petition: Petition, broadcast: Broadcast) -> Screen:
    """The message as people read it, how far it is, and what can be done with it."""
    if broadcast.status == "draft":
        return await preview.show(context, petition, broadcast)
    shown = report if broadcast.status in ENDED else progress
    told = await shown(context.db, broadcast, petition, context.language, context.now)
    written = bool(broadcast.content.get("versions"))
    letters = await preview.letters(context, petition, broadcast) if written else ()
    return replace(told, letters=letters, fresh=True)


async def copy_update(context: Context, action: CopyUpdate) -> Screen:
    """A new draft with the same words, for the same people."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    if not copies.can_copy(broadcast):
        return replace(await sheet(context, petition, broadcast), toast="toast/stale")
    if broadcast.kind == ANNOUNCEMENT:
        try:
            await announcements.check(context.db, petition)
        except announcements.NotForThis as refused:
            variables = {"campaign": petition.view(context.language), "reason": refused.why}
            return Screen(Text("broadcasts/not_announced", variables), [[to_updates(petition.id)]])
    made = await copies.copy(context.db, broadcast, context.supporter.id, now=context.now)
    shown = await preview.show(context, petition, made)
    return replace(shown, above=Text("desk/copied"))
