"""/comments: why people have signed, page by page; and which of it goes into the hand-in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from campaign import comments
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.desk.buttons import to_desk
from handlers.staff.permissions import petition_as
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
    shown: bool


class Choose(Action, prefix="comments"):
    """Choose a comment for the hand-in or leave it out, let visitors read it or not; or the page
    of comments before a signature.

    Attributes:
        before: the page that the comment is on.
        seen: of what visitors are to read.
    """

    petition_id: int
    do: Literal["page", "on", "off", "show", "hide"]
    signature_id: int
    before: int | None = None
    seen: str | None = None


@command_as("editor")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/comments: the newest. For owners and editors; to others the command does not exist."""
    return await _page(context, petition, NEWEST)


async def choose(context: Context, action: Choose) -> Screen:
    """Another page, or a comment chosen or left out, shown to visitors or hidden."""
    petition = await petition_as(context, action.petition_id, "editor")
    if action.do == "page":
        return await _page(context, petition, action.signature_id)
    before = action.before or NEWEST
    me, which = context.supporter.telegram_id, action.signature_id
    try:
        if action.do in ("on", "off"):
            on = action.do == "on"
            await comments.choose(context.db, petition, me, which, chosen=on, now=context.now)
        else:
            await comments.show(
                *(context.db, petition, me, which),
                shown=action.do == "show",
                looked_at=action.seen or "",
                now=context.now,
            )
    except comments.NotPermitted:
        return replace(await _page(context, petition, before), toast="toast/not_permitted")
    return replace(await _page(context, petition, before), toast="toast/saved")


async def newest(context: Context, petition: Petition) -> Screen:
    """The newest comments."""
    return await _page(context, petition, NEWEST)


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
        *(place, comment.words, comment.permission, quote.first_name, quote.area),
        chosen=comment.chosen,
        shown=comment.shown,
    )


def _to_choose(petition: Petition, shown: Sequence[Comment], before: int) -> Rows:
    """Two switches for each comment that may be quoted."""
    rows = []
    for place, one in enumerate(shown, 1):
        if one.permission in ("named", "unnamed"):
            action = Choose(petition.id, "off" if one.chosen else "on", one.signature_id, before)
            switch = {"on": one.chosen, "place": place}
            do: Literal["show", "hide"] = "hide" if one.shown else "show"
            seen = comments.seen(one)
            show = Choose(petition.id, do, one.signature_id, before, seen)
            to_visitors = {"on": one.shown, "place": place}
            rows.append(
                [
                    Button("show_comment", show, variables=to_visitors),
                    Button("choose_comment", action, variables=switch),
                ]
            )
    return rows


def _other_pages(petition: Petition, shown: Sequence[Comment], before: int, *, more: bool) -> Rows:
    newest = Button("newest_comments", Choose(petition.id, "page", NEWEST))
    row = [] if before == NEWEST else [newest]
    if more:
        older = Choose(petition.id, "page", shown[-1].signature_id)
        row.append(Button("older_comments", older))
    return [*([row] if row else []), [to_desk(petition.id)]]


ROUTES = Routes(
    commands={"comments": Command(command, least="editor")},
    actions={Choose: choose},
)
