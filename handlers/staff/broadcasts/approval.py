"""The second pair of eyes: what those who could agree to an update are shown, and their answer."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal

from campaign.broadcasts import agreement, states
from campaign.broadcasts.audit import note
from campaign.broadcasts.reach import reach_of
from campaign.broadcasts.terms import SHOWN_DIGITS, digest_of, terms_of
from campaign.petition import Petition
from handlers.actions import Action
from handlers.broadcast_rows import has_reminder
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from handlers.staff.broadcasts.controls import Act, Steer, progress
from handlers.staff.permissions import broadcast_as
from storage import broadcast_editors, broadcasts, campaigns, notifications, supporters
from storage.broadcasts import Broadcast
from storage.database import Connection

Answer = Literal["yes", "no"]


class AnswerApproval(Action, prefix="approve"):
    """Agree to an update, or send it back.

    Attributes:
        seen: the first digits of digest_of() what was shown.
    """

    broadcast_id: int
    version: int
    seen: Annotated[str, r"\w{16}"]
    answer: Answer


class AnswerUnseen(Action, prefix="approve"):
    """The button of earlier releases, which does not say what was shown."""

    broadcast_id: int
    version: int
    answer: Answer


async def screen(
    services: Services,
    db: Connection,
    petition: Petition,
    broadcast: Broadcast,
    *,
    reader_id: int,
    first_name: str,
    language: str,
) -> Screen:
    """What one of the staff is told of an update that waits for agreement: the question, with the
    message above it, or why it waits if they have worked on it.

    Args:
        reader_id: their supporter's id.

    Raises:
        Gone: it waits no longer.
    """
    if broadcast.status != "awaiting_approval":
        raise Gone
    reach = await reach_of(db, broadcast)
    variables: dict[str, Any] = {
        "campaign": petition.view(language),
        "kind": broadcast.kind,
        "count": reach.people,
        "later": reach.readers - reach.people if broadcast.follows is not None else 0,
        "outgrew": broadcast.paused_why == agreement.OUTGREW,
        "begun": broadcast.started_at is not None,
    }
    if reader_id in await agreement.worked_on(db, broadcast):
        could = len(await agreement.could_agree(db, broadcast))
        acts: tuple[Act, ...] = ("pause" if variables["begun"] else "edit", "cancel")
        rows = [[Button(f"update_{act}", Steer(broadcast.id, act)) for act in acts]]
        return Screen(Text("broadcasts/outgrown", {**variables, "could_agree": could}), rows)
    given = await terms_of(db, broadcast.campaign_id)
    seen = digest_of(broadcast, given)[:SHOWN_DIGITS]
    yes = AnswerApproval(broadcast.id, broadcast.version, seen, "yes")
    no = replace(yes, answer="no")
    totals = await campaigns.totals(db, petition.id)
    reminds = await has_reminder(db, broadcast, services.clock())
    return Screen(
        Text(
            "broadcasts/approve",
            {
                **variables,
                "name": await _last_editor(db, broadcast),
                "at": broadcast.due_at,
                "act": broadcast.act,
                "weekly": states.Options.from_dict(broadcast.options).weekly,
                "zone": petition.definition.timezone,
            },
        ),
        [[Button("approve", yes), Button("send_back", no)]],
        letters=services.composer.preview(
            broadcast, petition, language, first_name, totals, reminds=reminds
        ),
    )


async def notification(reader: Reader) -> Screen:
    """What one of the staff is told of an update that waits for agreement."""
    broadcast = await broadcasts.of(reader.db, reader.subject_id)
    if broadcast is None:
        raise Gone
    return await screen(
        reader.services,
        reader.db,
        reader.petition,
        broadcast,
        reader_id=reader.supporter_id,
        first_name=reader.first_name,
        language=reader.language,
    )


async def answer(context: Context, action: AnswerApproval | AnswerUnseen) -> Screen:
    """Somebody else's answer to an update that waits for it."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    if broadcast.version != action.version:
        return await _as_it_is_now(context, petition, broadcast)
    seen, agrees = action.seen if isinstance(action, AnswerApproval) else "", action.answer == "yes"
    try:
        await _do(context, broadcast, seen, agrees=agrees)
    except states.OwnUpdate:
        return Screen(toast="toast/own_update")
    except (agreement.NotAsSeen, states.NotInThatState):
        return await _as_it_is_now(context, petition, broadcast)
    return await _told(context, petition, broadcast, agrees=agrees)


async def _do(context: Context, broadcast: Broadcast, seen: str, *, agrees: bool) -> None:
    me = context.supporter
    if agrees:
        await agreement.agree(context.db, broadcast.id, me.id, seen=seen, now=context.now)
    else:
        await agreement.refuse(context.db, broadcast.id, now=context.now)
    did = "approved" if agrees else "sent_back"
    await note(context.db, did, broadcast, me.telegram_id, now=context.now)
    context.after_commit = partial(woken, context.services, broadcast.id)


async def _told(context: Context, petition: Petition, before: Broadcast, *, agrees: bool) -> Screen:
    """Tell the person who sent it, and say who has answered."""
    begun = before.started_at is not None
    variables = {"name": context.supporter.first_name, "agreed": agrees, "begun": begun}
    shown_at = before.options.get("progress")
    if shown_at:
        await notifications.add(
            context.db,
            [shown_at["chat"]],
            "broadcasts/answered",
            variables=variables,
            now=context.now,
        )
        context.notified = True
    if not agrees:
        return Screen(Text("broadcasts/sent_back", {"begun": begun}))
    now = await broadcasts.of(context.db, before.id) or before
    return await progress(context.db, now, petition, context.language, context.now)


async def _as_it_is_now(context: Context, petition: Petition, broadcast: Broadcast) -> Screen:
    """Their question is an earlier one: put the present one, or show how far the update is."""
    current = await broadcasts.of(context.db, broadcast.id) or broadcast
    shown = await progress(context.db, current, petition, context.language, context.now)
    if current.status != "awaiting_approval" or context.supporter.id in await agreement.worked_on(
        context.db, current
    ):
        return replace(shown, toast="toast/stale")
    return replace(await asked(context, petition, current), toast="toast/stale", fresh=True)


async def asked(context: Context, petition: Petition, broadcast: Broadcast) -> Screen:
    """The question whether the person agrees, with the message above it.

    Raises:
        Gone: it waits no longer.
    """
    return await screen(
        context.services,
        context.db,
        petition,
        broadcast,
        reader_id=context.supporter.id,
        first_name=context.supporter.first_name,
        language=context.language,
    )


async def _last_editor(db: Connection, broadcast: Broadcast) -> str | None:
    """The first name of who has asked, or worked on it last; None if the bot has written it."""
    supporter_id = await broadcast_editors.latest(db, broadcast.id) or broadcast.author_id
    supporter = await supporters.by_id(db, supporter_id) if supporter_id is not None else None
    return supporter.first_name if supporter else None


def woken(services: Services, broadcast_id: int) -> None:
    """Have an update begun at once, its progress shown, and the notifications about it sent."""
    services.watched_broadcasts.add(broadcast_id)
    services.dispatch_woken.set()
    services.notified.set()


ROUTES = Routes(actions={AnswerApproval: answer, AnswerUnseen: answer})
