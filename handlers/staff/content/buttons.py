"""Buttons of /content: about a version of the campaign, and about the change in hand."""

from typing import Any, Literal

from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.screens import Button

PartAct = Literal["list", "item", "add", "change", "remove", "gone", "up", "down", "send"]
"""What can be done with a part of what the campaign says; see parts.ACTS."""

EditAct = Literal["keep", "skip", "live", "anew", "throw"]


class WorkOnPart(Action, prefix="edit"):
    """Look at a part of what the campaign says, or change it.

    Attributes:
        version: of the campaign that the button belongs to; 0 for any.
        part: a key of campaign.definition.parts.PARTS.
        place: of an entry, from 0; for "list", of the first one shown.
    """

    petition_id: int
    version: int
    act: Literal[PartAct, "home"]
    part: str | None = None
    place: int | None = None


class WorkOnEdit(Action, prefix="writing"):
    """Go on with the change or file in hand, publish it or throw it away."""

    serial: int
    act: EditAct


class SetEnd(Action, prefix="closing"):
    """Set when signing ends.

    Attributes:
        serial: the dialog's, of the question whose answer it is; 0 to begin.
    """

    petition_id: int
    serial: int
    do: Literal["ask", "none", "yes"]


def to(
    petition: Petition,
    label: str,
    act: Literal[PartAct, "home"],
    part: str | None = None,
    place: int | None = None,
    **variables: Any,
) -> Button:
    """A button that belongs to this version of the campaign."""
    action = WorkOnPart(petition.id, petition.campaign.version, act, part, place)
    return Button(label, action, variables=variables)


def about(context: Context, label: str, act: EditAct, **variables: Any) -> Button:
    """A button about the change in hand, as it is at this step."""
    return Button(label, WorkOnEdit(context.dialog.serial, act), variables=variables)
