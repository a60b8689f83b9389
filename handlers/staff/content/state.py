"""The change that somebody is making, and the dialog around it."""

from dataclasses import dataclass
from typing import Any

from campaign import catalogue
from campaign.definition.edits import Edit
from campaign.petition import Petition
from campaign.uploads import Upload
from handlers.context import Context, Left
from handlers.staff.permissions import in_hand, petition_as

FLOW = "content"
CHOOSING, ASKING, LOOKING, FILE = "choosing", "asking", "looking", "file"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A campaign file that has been sent and not yet put live.

    Attributes:
        upload: what it says.
        version: of the campaign that it was looked at with.
    """

    upload: Upload
    version: int


def is_open(context: Context) -> bool:
    """Whether the person is at it."""
    return context.dialog.flow == FLOW


def kept(context: Context) -> dict[str, Any]:
    """What is kept in the dialog: the campaign, and a change or a file that is in hand."""
    found: dict[str, Any] = context.dialog.answers.get(FLOW) or {}
    return found


def edit(context: Context) -> Edit | None:
    """The change in hand."""
    found = kept(context).get("edit")
    return Edit.from_dict(found) if found else None


def file(context: Context) -> SentFile | None:
    """The file in hand."""
    found = kept(context).get("file") or {}
    if "values" not in found:  # none, or as versions before kept it: unread
        return None
    return SentFile(Upload.from_dict(found), found["version"])


def is_busy(context: Context) -> bool:
    """Whether something would be lost if another change were begun now."""
    in_hand = edit(context)
    return bool(in_hand and (in_hand.given or in_hand.last)) or file(context) is not None


async def campaign(context: Context, wanted: int) -> Petition:
    """A campaign as it is at this moment, for an editor.

    Raises:
        Gone: there is no such campaign.
        NotAllowed: they may not change it.
    """
    known = await petition_as(context, wanted, "editor")
    return await catalogue.current(context.db, known.id) or known


async def current(context: Context, flow: str = FLOW) -> Petition:
    """The campaign that is being worked on in a flow, as it is at this moment.

    Raises:
        Left: it is gone, or theirs no longer.
    """
    known = await in_hand(context, (context.dialog.answers.get(flow) or {}).get("campaign"))
    return await catalogue.current(context.db, known.id) or known


async def unfinished(context: Context) -> Petition | None:
    """The campaign for which something is in hand that would be lost; None if nothing is."""
    try:
        return await current(context) if is_busy(context) else None
    except Left:
        return None


def go_to(context: Context, petition: Petition, step: str, **in_hand: Any) -> None:
    """Be at this step, with this in hand and nothing else. Where the person is there already,
    buttons that they have before them stay good."""
    now = {"campaign": petition.id, **in_hand}
    if is_open(context) and (context.dialog.step, kept(context)) == (step, now):
        return
    context.go_to(petition.id, FLOW, step, now)


def keep(context: Context, petition: Petition, step: str, change: Edit) -> None:
    """Be at this step with a change in hand."""
    go_to(context, petition, step, edit=change.to_dict())


def leave(context: Context, *, forget: bool = True) -> None:
    """Be at it no longer; not forgotten, /content comes back to it."""
    context.leave(forget=FLOW if forget else "")
