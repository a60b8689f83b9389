"""One act of one person: read, done and answered, in one transaction and once."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from campaign.errors import CampaignError
from campaign.fields.normalize import one_line
from campaign.inbox import WRITING
from campaign.petition import CampaignView, Petition
from campaign.staff import may, role_in
from campaign.uploads import Upload
from handlers import heard, receipt
from handlers.channel import Channel
from handlers.events import Capabilities, Event
from handlers.redelivery import is_redelivered, remember
from handlers.screens import Screen
from handlers.services import Services
from storage import campaigns, dialogs, notifications, staff
from storage.database import Connection
from storage.dialogs import Dialog
from storage.supporters import Supporter
from storage.together import Change

SIGNING = "sign"
"""The flow of a person who fills a petition's form."""

PASSING = "step"
FORGOTTEN = (PASSING, WRITING)
"""Flows whose answers are forgotten as soon as the person is in them no longer: privacy."""


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
Refused = Callable[[Exception, Context], Awaitable[Screen]]


async def handle(
    services: Services,
    event: Event,
    handler: Handler,
    *,
    channel: Channel,
    present: Handler,
    refused: Refused,
    args: tuple[str, ...] = (),
    attachment: Upload | None = None,
) -> None:
    """Let a handler do its work for the person who did something, and answer.

    A redelivered event changes nothing. If its answer went out it stays silent; if this process
    does not know (it was killed in between), it shows where the person is. What a handler has done
    before it raises a refusal is rolled back.

    Args:
        present: shows where the person is.
        refused: gives the screen for a refusal, or raises it again.

    Raises:
        storage.errors.DatabaseUnavailable: nothing was done; the event has to come again.
        Exception: done, but the channel could not answer.
    """
    petitions = await services.catalogue.petitions()

    async def keep(context: Context, screen: Screen) -> None:
        who, dialog = context.supporter, context.dialog
        await channel.keep(
            context.db, event, screen, context.language, supporter=who, dialog=dialog
        )

    async def once(do: Handler, first: Collection[int] = ()) -> tuple[Context, Screen, bool] | None:
        async with services.database.transaction() as db:
            if first:
                await dialogs.lock_in_order(db, first, services.clock())
            context = await _opened(services, db, event, petitions, args, attachment)
            context.locked = first
            if is_redelivered(context.dialog, event.number, context.now):
                if services.has_answered(event.number) or await _is_owed(context):
                    return None
                screen = await present(context)
                await keep(context, screen)
                return context, screen, _asks(context.dialog, context.dialog)
            before = context.dialog
            screen = await do(context)
            noted = remember(_forgetful(context.dialog), event.number, context.now)
            heard_too = _with_heard(context, before, noted)
            await dialogs.save(db, heard_too, *context.with_dialog)
            await keep(context, screen)
            return context, screen, _asks(before, context.dialog)

    try:
        try:
            done = await once(handler)
        except LockFirst as several:
            done = await once(handler, several.people)
    except (Refusal, CampaignError) as error:
        done = await once(partial(refused, error))
    if done is not None:
        context, screen, asks = done
        context.after_commit()
        if context.notified:
            services.notified.set()
        owed = context.dialog.is_owed
        await channel.answer(event, screen, context.language, is_owed=owed, is_question=asks)
        services.remember_answered(event.number)


class _Looked(Exception):
    """Rolls back what a handler has done."""


async def look(
    services: Services, event: Event, handler: Handler, *, args: tuple[str, ...] = ()
) -> Screen | None:
    """The screen that a handler answers with, without anything being done; None if it refuses."""
    petitions, found = await services.catalogue.petitions(), None
    try:
        async with services.database.transaction() as db:
            found = await handler(await _opened(services, db, event, petitions, args, None))
            raise _Looked
    except (_Looked, LockFirst, Refusal, CampaignError):
        return found


async def _is_owed(context: Context) -> bool:
    """Whether the answer to this event is kept, so that it will come."""
    return context.dialog.is_owed and await notifications.is_owed(
        context.db, context.supporter.telegram_id, context.event.number
    )


def _asks(before: Dialog, after: Dialog) -> bool:
    """Whether an answer only says where the person is in a conversation: one that leaves a
    conversation says what has been done, such as the receipt of a signature."""
    return bool(after.flow) and before.flow in ("", after.flow)


async def _opened(
    services: Services,
    db: Connection,
    event: Event,
    petitions: tuple[Petition, ...],
    args: tuple[str, ...],
    attachment: Upload | None,
) -> Context:
    now = services.clock()
    supporter, dialog = await dialogs.open(
        db,
        telegram_id=event.person.account,
        first_name=one_line(event.person.first_name),
        telegram_language=event.person.language,
        now=now,
        reachable=event.can.writes_first,
    )
    return Context(
        services=services,
        db=db,
        now=now,
        event=event,
        supporter=supporter,
        dialog=dialog,
        language=services.renderer.match(supporter.language, supporter.telegram_language),
        petitions=petitions,
        args=args,
        attachment=attachment,
    )


def _forgetful(dialog: Dialog) -> Dialog:
    """Without the answers of flows that are over, where nobody needs them."""
    if gone := [flow for flow in FORGOTTEN if flow != dialog.flow and flow in dialog.answers]:
        kept = {key: given for key, given in dialog.answers.items() if key not in gone}
        return replace(dialog, answers=kept)
    return dialog


def _with_heard(context: Context, before: Dialog, after: Dialog) -> Dialog:
    """The dialog with the message that it has just heard, and what that was the answer to."""
    message = context.event.message
    said = heard.digest_of(message.said, context.services.identity_key) if message else None
    if message is None or said is None:
        return after
    known = heard.find(before.answers, message.id)
    if context.event.is_edit:
        if known is None:
            return after
        one = replace(known, digest=said)
    else:
        in_hand = before.answers.get(before.flow)
        about = in_hand.get("id") if isinstance(in_hand, dict) else None
        one = heard.Heard(
            message.id,
            said,
            context.taken_by or before.flow,
            context.taken_for or before.step,
            about or before.campaign_id,
        )
    return replace(after, answers=heard.remember(after.answers, one))
