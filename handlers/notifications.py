"""Messages for later, on their way into the outbox and out of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from campaign.petition import Petition
from handlers.context import Gone
from handlers.screens import Button, Rows, Screen
from handlers.services import Services
from storage.database import Connection
from storage.notifications import Buttons


@dataclass(frozen=True, slots=True)
class Reader:
    """The person a notification is for, and what it is made from when it is sent.

    Attributes:
        campaign_id: of the campaign it is about; None for one about all of them.
        petitions: all campaigns; the catalogue itself would take a second connection.
        chat_id: where it goes: the person's Telegram id, or a group.
        supporter_id: the person's; 0 if they have never written to the bot.
        subject_id: the row it is about; 0 if there is none.
    """

    services: Services
    db: Connection
    chat_id: int
    supporter_id: int
    first_name: str
    language: str
    campaign_id: int | None
    petitions: Mapping[int, Petition]
    subject_id: int
    variables: Mapping[str, Any]

    @property
    def petition(self) -> Petition:
        """The campaign it is about.

        Raises:
            Gone: there is none such any more.
        """
        return self.campaign(self.campaign_id)

    def campaign(self, wanted: int | None) -> Petition:
        """The campaign with this id.

        Raises:
            Gone: there is none such any more.
        """
        found = self.petitions.get(wanted or 0)
        if found is None:
            raise Gone
        return found


Composer = Callable[[Reader], Awaitable[Screen]]
"""Makes the message from what its subject is now; raises Gone if there is nothing to say any
more."""


def to_data(rows: Rows) -> Buttons:
    """Buttons as the outbox keeps them."""
    return [[{**asdict(button), "data": str(button.data)} for button in row] for row in rows]


def from_data(kept: Buttons) -> Rows:
    """Buttons that the outbox has kept."""
    return [[Button(**button) for button in row] for row in kept]
