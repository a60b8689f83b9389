"""One act of one person: read, done and answered, in one transaction and once."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from campaign.errors import CampaignError
from campaign.fields.normalize import one_line
from campaign.inbox import WRITING
from campaign.petition import Petition
from campaign.uploads import Upload
from handlers import heard
from handlers.channel import Channel
from handlers.context import (
    ASKED_BACK,
    NEW_ADDRESS,
    OWN_EMAIL,
    PASSING,
    Context,
    Handler,
    LockFirst,
    Refusal,
    WorkWanted,
)
from handlers.events import Event
from handlers.redelivery import is_redelivered, remember
from handlers.screens import Screen
from handlers.services import Services
from storage import dialogs, notifications
from storage.database import Connection
from storage.dialogs import Dialog
from storage.errors import Conflict

FORGOTTEN = (PASSING, WRITING)
"""Flows whose answers are forgotten as soon as the person is in them no longer: privacy."""

TRIES = 3
_Done = TypeVar("_Done")

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
        WorkWanted: nothing was done; it has to come again with a proof.
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
            done = await _tried(partial(once, handler))
        except LockFirst as several:
            done = await _tried(partial(once, handler, several.people))
    except (Refusal, CampaignError) as error:
        done = await _tried(partial(once, partial(refused, error)))
    if done is not None:
        context, screen, asks = done
        context.after_commit()
        if context.notified:
            services.notified.set()
        owed = context.dialog.is_owed
        await channel.answer(event, screen, context.language, is_owed=owed, is_question=asks)
        services.remember_answered(event.number)


async def _tried(act: Callable[[], Awaitable[_Done]]) -> _Done:
    """Tried again where somebody else's work was in the way: nothing of it has been kept."""
    for _ in range(TRIES - 1):
        with suppress(Conflict):
            return await act()
    return await act()


class _Looked(Exception):
    """Rolls back what a handler has done."""


async def look(
    services: Services, event: Event, handler: Handler, *, args: tuple[str, ...] = ()
) -> Screen | None:
    """The screen that a handler answers with, without anything being done; None if it refuses."""
    petitions, found = await services.catalogue.petitions(), None
    try:
        async with services.database.transaction() as db:
            context = await _opened(services, db, event, petitions, args, None)
            context.only_looks = True
            found = await handler(context)
            raise _Looked
    except (_Looked, LockFirst, Refusal, WorkWanted, CampaignError):
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
    over = [flow for flow in FORGOTTEN if flow != dialog.flow]
    if dialog.flow not in (NEW_ADDRESS, OWN_EMAIL):
        over.append(ASKED_BACK)
    if gone := [one for one in over if one in dialog.answers]:
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
