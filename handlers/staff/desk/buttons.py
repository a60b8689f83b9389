"""Buttons that lead to the desk, and to what lies on it."""

from typing import Literal

from handlers.actions import Action
from handlers.screens import Button


class OpenDesk(Action, prefix="desk"):
    petition_id: int


class ChooseDesk(Action, prefix="desks"):
    """Choose the petition whose desk it is."""

    do: Literal["choose"] = "choose"


class SeeWaiting(Action, prefix="waits"):
    """Open the first of what is waiting, by its name in waiting.PROVIDERS."""

    petition_id: int
    what: str


class ListUpdates(Action, prefix="desk:updates"):
    """A page, from 0, of all updates.

    Attributes:
        where: "below" a message that goes on showing how an update goes; None in place of it.
    """

    petition_id: int
    page: int
    where: Literal["below"] | None = None


class ListWeeks(Action, prefix="desk:weeks"):
    """What is planned for the coming weeks, some at a time, from 0."""

    petition_id: int
    page: int


class OpenUpdate(Action, prefix="desk:open"):
    broadcast_id: int


class CopyUpdate(Action, prefix="desk:copy"):
    broadcast_id: int


class MoveUpdate(Action, prefix="desk:move"):
    """Give an update another time: ask for it, or take the one that has been read.

    Attributes:
        serial: of the dialog that the time was typed in.
    """

    broadcast_id: int
    serial: int
    do: Literal["ask", "yes"]


class WriteUpdate(Action, prefix="desk:write"):
    """Go on with a draft, or begin another."""

    petition_id: int


def to_desk(petition_id: int) -> Button:
    return Button("desk", OpenDesk(petition_id))


def to_updates(petition_id: int, *, below: bool = False, back: bool = False) -> Button:
    """Open the list of updates.

    Args:
        below: in a message of its own.
        back: the list is where one comes from.
    """
    label = "desk_updates_back" if back else "desk_updates"
    return Button(label, ListUpdates(petition_id, 0, "below" if below else None))
