"""Messages for later, on their way into the outbox and out of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from campaign.petition import Petition
from handlers.screens import Button, Rows, Screen
from handlers.services import Services
from storage.database import Connection
from storage.notifications import Buttons


@dataclass(frozen=True, slots=True)
class Reader:
    """The person a notification is for, and what it is made from when it is sent.

    Attributes:
        petition: the campaign it is about; None for one about all of them.
        petitions: all campaigns; the catalogue itself would take a second connection.
        supporter_id: the person's; 0 if they have never written to the bot.
        subject_id: the row it is about; 0 if there is none.
    """

    services: Services
    db: Connection
    supporter_id: int
    first_name: str
    language: str
    petition: Petition | None
    petitions: Mapping[int, Petition]
    subject_id: int
    variables: Mapping[str, Any]


Composer = Callable[[Reader], Awaitable[Screen | None]]
"""Makes the message from what its subject is now; None if there is nothing to say any more."""


def to_data(rows: Rows) -> Buttons:
    """Buttons as the outbox keeps them."""
    return [[{**asdict(button), "data": str(button.data)} for button in row] for row in rows]


def from_data(kept: Buttons) -> Rows:
    """Buttons that the outbox has kept."""
    return [[Button(**button) for button in row] for row in kept]
