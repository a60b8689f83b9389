"""Buttons of /event: pages of the timeline, its entries, and the form that is open."""

from typing import Any, Literal

from handlers.actions import Action
from handlers.context import Context
from handlers.screens import Button

FormAct = Literal["skip", "back", "pick", "change", "save", "throw"]
DecisionAnswer = Literal["announced", "postponed", "waiting"]


class ListEntries(Action, prefix="events"):
    petition_id: int
    page: int


class OfferKinds(Action, prefix="events"):
    """Choose what to add."""

    petition_id: int
    act: Literal["add"] = "add"


class EditEntry(Action, prefix="entry"):
    event_id: int
    act: Literal["edit"] = "edit"


class WorkOnEntry(Action, prefix="entry"):
    """See an entry, tell people about it, remove it or call it off."""

    event_id: int
    act: Literal["see", "tell", "remove", "off"]
    sure: Literal["yes"] | None = None


class ReportDecision(Action, prefix="decided"):
    decision_id: int
    answer: DecisionAnswer


class WorkOnForm(Action, prefix="story"):
    """Answer the open question, or go on from the review of all answers.

    Attributes:
        argument: of "pick", the choice; of "change", the place of the question.
    """

    serial: int
    act: FormAct
    argument: str | None = None


def to(
    context: Context,
    label: str,
    act: FormAct,
    argument: str | int | None = None,
    **variables: Any,
) -> Button:
    """A button under the present question."""
    given = None if argument is None else str(argument)
    return Button(label, WorkOnForm(context.dialog.serial, act, given), variables=variables)
