"""Where a person is in a step that asks something, and what is kept of it meanwhile.

A supporter's own words are kept in their dialog alone, and only until the step has ended: see
`handlers.context.PASSING`.
"""

from typing import Any

from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import PASSING, Context
from handlers.screens import Button

LETTER_WORDS, LETTER, COMMENT_WORDS, QUOTE = "letter_words", "letter", "comment_words", "quote"
"""What is asked for, or shown: places in the flow."""


class Answer(Action, prefix="stepq"):
    """A button under a question of a step.

    Attributes:
        serial: the dialog's when it was asked.
        name: what it does there, see `form.TAPS`.
    """

    serial: int
    name: str


def is_open(context: Context) -> bool:
    """Whether the person is in the middle of a step."""
    return context.dialog.flow == PASSING


def kept(context: Context) -> dict[str, Any]:
    """What the person has given in this step so far."""
    found: dict[str, Any] = context.dialog.answers.get(PASSING) or {}
    return found


def current(context: Context) -> Petition | None:
    """The campaign whose step it is; None if there is none."""
    return context.find_petition(context.dialog.campaign_id) if is_open(context) else None


def go_to(context: Context, petition: Petition, place: str, **given: Any) -> None:
    """Be at this place in the step; nothing but what is given is kept."""
    context.go_to(petition.id, PASSING, place, given)


def button(context: Context, label: str, act: str) -> Button:
    """A button under the present question; with the next question it is stale."""
    return Button(label, Answer(context.dialog.serial, act))
