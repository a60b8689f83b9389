"""The port to messaging apps: what the conversations need of one."""

from dataclasses import dataclass
from typing import Protocol

from campaign.petition import Petition
from handlers.events import Event
from handlers.screens import Outgoing, Screen
from storage.broadcasts import Broadcast
from storage.campaigns import Totals
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter


class Channel(Protocol):
    """One messaging app, as it answers what people do."""

    async def keep(
        self,
        db: Connection,
        event: Event,
        screen: Screen,
        language: str,
        *,
        supporter: Supporter,
        dialog: Dialog,
    ) -> None:
        """Keep the answer in the transaction of the act, where it is the channel's to keep.

        Args:
            supporter, dialog: as they are after the act.

        Raises:
            storage.errors.StorageError: nothing of the act is kept.
        """

    async def answer(
        self, event: Event, screen: Screen, language: str, *, is_owed: bool, is_question: bool
    ) -> None:
        """Put a screen before the person who did it; what the app holds back is owed.

        Args:
            is_owed: whether the person has not been shown all earlier answers: this one comes
                behind them.
            is_question: whether nobody needs it any more once something newer is answered.

        Raises:
            Exception: the app's own, if it does not take the answer.
        """


class Composer(Protocol):
    """Writes updates for the app that staff work in."""

    def preview(
        self,
        broadcast: Broadcast,
        petition: Petition,
        language: str,
        first_name: str,
        totals: Totals,
        *,
        reminds: bool = False,
    ) -> list[Outgoing]:
        """What one person would get, in each language it is written in.

        Args:
            reminds: whether there is a decision to be reminded of.
        """


@dataclass(frozen=True, slots=True)
class EmailForm:
    """An update as an email, in one language.

    Attributes:
        office: whom it comes from.
        text: its plain form, to the last line.
        photos: how many are in it; left_out: how many films and other files are not.
    """

    subject: str
    office: str
    text: str
    photos: int
    left_out: int


class Letters(Protocol):
    """Writes updates as emails."""

    async def preview(self, broadcast: Broadcast, language: str, first_name: str) -> EmailForm:
        """What somebody of this language would get.

        Raises:
            LookupError: its campaign is published no longer.
        """
