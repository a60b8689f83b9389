"""/comments: why people have signed, page by page; and which of it goes into the hand-in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from campaign import comments
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_edit
from handlers.supporter.home import home
from storage import comments as kept
from storage.comments import Comment

ON_A_PAGE = 4
NEWEST = 10**18 - 1
"""Greater than any signature's id."""


@dataclass(frozen=True, slots=True)
class Read:
    """A comment as staff read it.

    Attributes:
        place: its number on the page, from 1.
        permission: "named", "unnamed", "none"; None if the writer has not been asked.
        first_name, area: what would be printed with it.
    """

    place: int
    words: str
    permission: str | None
    first_name: str | None
    area: str | None
    chosen: bool


@command_as("editor")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/comments: the newest. For owners and editors; to others the command does not exist."""
    return await _page(context, petition, NEWEST)


async def tapped(context: Context) -> Screen:
    """Another page, or a comment chosen or left out; one that has reached somebody else opens the
    front door."""
    petition, act, number = (
        context.find_petition(context.args[0]),
        context.args[1],
        int(context.args[2]),
    )
    if petition is None or not await may_edit(context, petition):
        return await home(context)
    if act == "page":
        return await _page(context, petition, number)
    before = int(context.args[3] or NEWEST)
    me = context.supporter.telegram_id
    try:
        await comments.choose(context.db, petition, me, number, chosen=act == "on", now=context.now)
    except comments.NotPermitted:
        return replace(await _page(context, petition, before), toast="toast/not_permitted")
    return replace(await _page(context, petition, before), toast="toast/saved")


async def _page(context: Context, petition: Petition, before: int) -> Screen:
    found = await kept.page(context.db, petition.id, before=before, limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    variables = {
        "campaign": petition.view(context.language),
        "comments": [_read(place, comment) for place, comment in enumerate(shown, 1)],
        "newest": before == NEWEST,
    }
    more = len(found) > ON_A_PAGE
    return Screen(
        Text("staff/comments", variables),
        [*_to_choose(petition, shown, before), *_other_pages(petition, shown, before, more=more)],
    )


def _read(place: int, comment: Comment) -> Read:
    quote = comments.quote_of(comment)
    return Read(
        place, comment.words, comment.permission, quote.first_name, quote.area, comment.chosen
    )


def _to_choose(petition: Petition, shown: Sequence[Comment], before: int) -> Rows:
    """A switch for each comment that may be quoted."""
    rows = []
    for place, one in enumerate(shown, 1):
        if one.permission in ("named", "unnamed"):
            act = "off" if one.chosen else "on"
            data = f"comments:{petition.id}:{act}:{one.signature_id}:{before}"
            switch = {"on": one.chosen, "place": place}
            rows.append([Button("choose_comment", data, variables=switch)])
    return rows


def _other_pages(petition: Petition, shown: Sequence[Comment], before: int, *, more: bool) -> Rows:
    newest = Button("newest_comments", f"comments:{petition.id}:page:{NEWEST}")
    row = [] if before == NEWEST else [newest]
    if more:
        older = f"comments:{petition.id}:page:{shown[-1].signature_id}"
        row.append(Button("older_comments", older))
    return [row] if row else []
