"""What a handler sees of one act, what it may change, and how it refuses."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from campaign.petition import CampaignView, Petition
from campaign.staff import may, role_in
from campaign.uploads import Upload
from handlers import receipt
from handlers.events import Capabilities, Event
from handlers.screens import Screen
from handlers.services import Services
from storage import campaigns, staff
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter
from storage.together import Change

SIGNING = "sign"
"""The flow of a person who fills a petition's form."""

PASSING = "step"

NEW_ADDRESS, OWN_EMAIL = "address", "email"
"""The flows of those who are asked for an email address: another one for a signature's code, or one
to be written to at. Who goes on to anything else is asked no more."""

ASKED_BACK = "asked_back"
"""Under which an address that looked mistyped is remembered while the dialog is in one of these."""


class Refusal(Exception):
    """What is asked cannot be done; nothing has been changed. See handlers/refusals.py.

    Refusal
    ├── CannotWrite  the channel can write to nobody first, so nothing can be promised for later
    ├── Gone         what the button or link was about is not there
    ├── Left         what the person was in the middle of is gone, or theirs no longer
    ├── NotAllowed   the person's role does not allow it
    ├── NotEditable  the edited message has done its work
    ├── NotNamed     a command could be about several campaigns
    └── Stale        the button belongs to an earlier step
    """


class CannotWrite(Refusal):
    """The channel can write to nobody first, so nothing can be promised for later."""


class Gone(Refusal):
    """What is asked for is not there, or not any more."""


class Left(Refusal):
    """What the person was in the middle of is gone, or theirs no longer: they step out of it."""


class NotAllowed(Refusal):
    """The person's role does not allow it."""


class NotEditable(Refusal):
    """The edited message has done its work, and what it said stays as it was."""


class NotNamed(Refusal):
    """A command could be about several campaigns, or names one that is not theirs."""


class Stale(Refusal):
    """The button belongs to an earlier step of the conversation."""


class LockFirst(Exception):
    """A handler is about more people than the one who acts: it begins again in a transaction that
    locks them all before anything else, in order (storage.locks), so that no two of them wait for
    each other.

    Attributes:
        people: their numbers.
    """

    def __init__(self, people: Collection[int]) -> None:
        super().__init__()
        self.people = people


class WorkWanted(Exception):
    """The person's device has to work, or they to wait, before the act is done: nothing has been
    done, and the channel lets it come again with a proof."""


def _nothing() -> None:
    pass


@dataclass(slots=True)
class Context:
    """What a handler sees of one event, and the dialog it may change.

    Attributes:
        db: the transaction that everything the act does belongs to.
        now: UTC.
        dialog: replaced by acts that move the person on; saved when the act returns.
        language: the person's, one the bot has.
        petitions: open and closed campaigns, oldest first.
        args: the words behind a command.
        attachment: what the campaign file says that was sent, if it was fetched.
        after_commit: called when the transaction has been kept.
        with_dialog: changes to be made when the dialog is saved, together with it.
        notified: whether the handler has put anything into the outbox.
        taken_by: the flow that took a message, where it is not the one that the person is in.
        taken_for: what a message was the answer to, where the open step does not say it.
        locked: the numbers of people who were locked before anything else; see LockFirst.
        only_looks: what was answered before is made once more to be looked at; nothing is done.
    """

    services: Services
    db: Connection
    now: datetime
    event: Event
    supporter: Supporter
    dialog: Dialog
    language: str
    petitions: tuple[Petition, ...]
    args: tuple[str, ...] = ()
    attachment: Upload | None = None
    after_commit: Callable[[], None] = _nothing
    with_dialog: list[Change] = field(default_factory=list)
    notified: bool = False
    taken_by: str = ""
    taken_for: str = ""
    locked: Collection[int] = ()
    only_looks: bool = False

    @property
    def said_at(self) -> datetime | None:
        """When the person sent this message, as the app dates it (UTC), however late it is
        handled; None of taps, which nobody dates."""
        message = self.event.new_message
        return message.sent_at if message else None

    @property
    def can(self) -> Capabilities:
        """What the channel can do that the person is in."""
        return self.event.can

    @property
    def channel(self) -> str:
        """Its name, to be kept with a signature and for nothing else."""
        return self.event.address.channel

    def promise_to_write(self) -> None:
        """Go on only where the person can be written to later.

        Raises:
            CannotWrite: the channel waits until they come.
        """
        if not self.can.writes_first:
            raise CannotWrite

    @property
    def tapped_at(self) -> datetime:
        """When a tap came (UTC), however long it has waited here for its turn."""
        return self.now - receipt.waited()

    @property
    def open_petitions(self) -> list[Petition]:
        return [petition for petition in self.petitions if petition.is_open]

    def petition(self, wanted: str | int | None) -> Petition:
        """The campaign with this id.

        Raises:
            Gone: there is none.
        """
        found = self.find_petition(wanted)
        if found is None:
            raise Gone
        return found

    def in_hand(self, wanted: str | int | None) -> Petition:
        """The campaign of what the person is in the middle of.

        Raises:
            Left: there is none such any more.
        """
        found = self.find_petition(wanted)
        if found is None:
            raise Left
        return found

    async def require(self, petition: Petition | None, least: str) -> None:
        """Go on only for staff.

        Args:
            petition: the campaign it is about; None: all of them.
            least: the lowest role that will do.

        Raises:
            NotAllowed: the person has no such role there.
        """
        roles = await self.roles()
        if not may(role_in(roles, petition.id if petition else None), least):
            raise NotAllowed

    async def roles(self) -> Mapping[int | None, str]:
        """What the person may do as staff, by campaign (None: in all), in this channel."""
        if not self.can.staff:
            return {}
        return await staff.roles_of(self.db, self.supporter.telegram_id)

    def find_petition(self, wanted: str | int | None) -> Petition | None:
        """The campaign with this id; None if there is none such any more."""
        return next((p for p in self.petitions if str(p.id) == str(wanted)), None)

    @property
    def selected(self) -> Petition | None:
        """The campaign that was spoken of last; None if none was, or it is there no more."""
        return self.find_petition(self.dialog.campaign_id)

    @property
    def current_petition(self) -> Petition | None:
        """The campaign the person is speaking of: the dialog's, or the only one there is."""
        if self.selected is not None:
            return self.selected
        candidates = self.open_petitions or list(self.petitions)[-1:]
        return candidates[0] if len(candidates) == 1 else None

    def others_of_office(self, petition: Petition) -> list[Petition]:
        """Other open petitions of those who answer for this one."""
        return [
            other
            for other in self.open_petitions
            if other.id != petition.id and other.is_of_office(petition)
        ]

    async def view(self, petition: Petition) -> CampaignView:
        """The campaign in the person's language, with the total of this moment."""
        return petition.view(self.language, await campaigns.totals(self.db, petition.id))

    def select(self, petition: Petition) -> bool:
        """Speak of this petition from now on. The form of another one that the person is in is left
        where it is, to be gone on with: no button or text for it may answer a question of this one.

        Returns:
            Whether a keyboard has to be put away that belonged to it.
        """
        before = self.dialog
        if before.flow == SIGNING and before.campaign_id != petition.id:
            self.leave_form(petition, forget=False)
        self.dialog = replace(self.dialog, campaign_id=petition.id)
        return self.dialog.flow != before.flow and before.step == "phone"

    def leave_address(self) -> None:
        """Ask for no email address any more."""
        if self.dialog.flow in (NEW_ADDRESS, OWN_EMAIL):
            self.dialog = replace(self.dialog, flow="", step="")

    def go_to(
        self,
        campaign_id: int | None,
        flow: str,
        step: str,
        kept: Mapping[str, Any],
        *,
        under: str = "",
    ) -> None:
        """Be at this step of a conversation, with this kept of it; buttons under earlier steps are
        old from now on.

        Args:
            under: the name that it is kept under, if not the conversation's.
        """
        self.dialog = replace(
            self.dialog,
            campaign_id=campaign_id,
            flow=flow,
            step=step,
            answers={**self.dialog.answers, under or flow: kept},
            serial=self.dialog.serial + 1,
        )

    def leave_form(self, petition: Petition, *, forget: bool) -> None:
        """Step out of the form the person is in; forget what was answered for this petition, or
        keep it for when they come back."""
        self.leave(forget=str(petition.id) if forget else "")

    def leave(self, *, forget: str = "") -> None:
        """Step out of what the person is in the middle of; forget what is kept under a name."""
        kept = {key: value for key, value in self.dialog.answers.items() if key != forget}
        self.dialog = replace(
            self.dialog, flow="", step="", answers=kept, serial=self.dialog.serial + 1
        )


Handler = Callable[[Context], Awaitable[Screen]]
