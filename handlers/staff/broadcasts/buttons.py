"""Buttons under a draft, and under an update that has gone out."""

from typing import Any, Literal

from campaign.broadcasts.corrections import Amendment
from handlers.actions import Action
from handlers.screens import Button
from storage.broadcasts import Broadcast

DraftAct = Literal[
    "look",
    "button",
    "unlink",
    "preview",
    "write",
    "drop",
    "test",
    "email",
    "email_me",
    "throw",
    "audience",
    "who",
    "speaks",
    "areas",
    "signed",
    "brought",
    "sources",
    "source",
    "link",
    "ask",
    "later",
    "quiet",
    "weekly",
    "yes",
    "compare",
    "replace",
    "append",
    "undo",
    "at",
]
"""What can be done with a draft; see compose.ACTS."""


class WorkOnDraft(Action, prefix="upd"):
    """Look at a draft, change it or send it.

    Attributes:
        version: of the draft that the button belongs to.
        argument: what the act takes, such as a language or an audience.
    """

    broadcast_id: int
    version: int
    act: DraftAct
    argument: str | None = None


class AmendSent(Action, prefix="after"):
    """Correct an update that people have received, or retract it."""

    broadcast_id: int
    act: Amendment
    sure: Literal["yes"] | None = None


def to(
    draft: Broadcast,
    label: str,
    act: DraftAct,
    argument: str | int | None = None,
    **variables: Any,
) -> Button:
    """A button under this version of the draft."""
    given = None if argument is None else str(argument)
    return Button(label, WorkOnDraft(draft.id, draft.version, act, given), variables=variables)


def back(draft: Broadcast) -> list[Button]:
    """The row that leads back to the preview of the message."""
    return [to(draft, "back", "look")]
