"""The second pair of eyes: what those who could agree to an update are shown, and their answer."""

from dataclasses import replace
from functools import partial
from typing import Any

from campaign.broadcasts import agreement, states
from campaign.broadcasts.audit import note
from campaign.petition import Petition
from handlers.broadcast_messages import Letters
from handlers.context import Visit
from handlers.screens import Button, Notice, Screen, Text
from handlers.services import House
from handlers.staff.broadcasts.controls import progress
from handlers.staff.permissions import may_edit
from handlers.supporter.home import front_door
from storage import broadcast_editors, broadcasts, campaigns, supporters
from storage.broadcasts import Broadcast
from storage.database import Connection


async def screen(
    house: House,
    db: Connection,
    petition: Petition,
    broadcast: Broadcast,
    *,
    reader_id: int,
    first_name: str,
    language: str,
) -> Screen | None:
    """What one of the staff is told of an update that waits for agreement: the question, with the
    message above it, or why it waits if they have worked on it; None if it waits no longer.

    Args:
        reader_id: their supporter's id.
    """
    if broadcast.status != "awaiting_approval":
        return None
    reach = await agreement.reach(db, broadcast)
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
        acts = ("pause", "cancel") if variables["begun"] else ("edit", "cancel")
        rows = [[Button(f"update_{act}", f"steer:{broadcast.id}:{act}") for act in acts]]
        return Screen(Text("update/outgrown", {**variables, "could_agree": could}), rows)
    given = await agreement.terms(db, broadcast.campaign_id)
    seen = agreement.digest_of(broadcast, given)[: agreement.SHOWN_DIGITS]
    data = f"approve:{broadcast.id}:{broadcast.version}:{seen}"
    total = (await campaigns.totals(db, petition.id)).total
    return Screen(
        Text(
            "update/approve",
            {
                **variables,
                "name": await _last_editor(db, broadcast),
                "at": broadcast.due_at,
                "act": broadcast.act,
                "weekly": states.Options.from_dict(broadcast.options).weekly,
                "zone": petition.definition.timezone,
            },
        ),
        [[Button("approve", f"{data}:yes"), Button("send_back", f"{data}:no")]],
        letters=Letters(house).preview(broadcast, petition, language, first_name, total),
    )


async def answered(visit: Visit) -> Screen:
    """Somebody else's answer to an update that waits for it."""
    broadcast_id, version, seen, answer = visit.args
    broadcast = await broadcasts.of(visit.db, int(broadcast_id))
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    if broadcast.version != int(version):
        return await _as_it_is_now(visit, petition, broadcast)
    try:
        await _do(visit, broadcast, seen or "", agrees=answer == "yes")
    except states.OwnUpdate:
        return Screen(toast="toast/own_update")
    except (agreement.NotAsSeen, states.NotInThatState):
        return await _as_it_is_now(visit, petition, broadcast)
    return await _told(visit, petition, broadcast, agrees=answer == "yes")


async def _do(visit: Visit, broadcast: Broadcast, seen: str, *, agrees: bool) -> None:
    me = visit.supporter
    if agrees:
        await agreement.agree(visit.db, broadcast.id, me.id, seen=seen, now=visit.now)
    else:
        await agreement.refuse(visit.db, broadcast.id, now=visit.now)
    did = "approved" if agrees else "sent_back"
    await note(visit.db, did, broadcast, me.telegram_id, now=visit.now)
    visit.after_commit = partial(woken, visit.house, broadcast.id)


async def _told(visit: Visit, petition: Petition, before: Broadcast, *, agrees: bool) -> Screen:
    """Tell whoever sent it, and who has answered."""
    begun = before.started_at is not None
    variables = {"name": visit.supporter.first_name, "agreed": agrees, "begun": begun}
    shown_at = before.options.get("progress")
    told = Text("update/answered", variables)
    notices = [Notice(shown_at["chat"], visit.language, told)] if shown_at else []
    if not agrees:
        return Screen(Text("update/sent_back", {"begun": begun}), notices=notices)
    now = await broadcasts.of(visit.db, before.id) or before
    return replace(progress(now, petition, visit.language, visit.now), notices=notices)


async def _as_it_is_now(visit: Visit, petition: Petition, broadcast: Broadcast) -> Screen:
    """Their question is an earlier one: put the present one, or show how far the update is."""
    current = await broadcasts.of(visit.db, broadcast.id) or broadcast
    asked = None
    if visit.supporter.id not in await agreement.worked_on(visit.db, current):
        asked = await screen(
            visit.house,
            visit.db,
            petition,
            current,
            reader_id=visit.supporter.id,
            first_name=visit.supporter.first_name,
            language=visit.language,
        )
    if asked is not None:
        return replace(asked, toast="toast/stale", fresh=True)
    return replace(progress(current, petition, visit.language, visit.now), toast="toast/stale")


async def _last_editor(db: Connection, broadcast: Broadcast) -> str | None:
    """The first name of who has asked, or worked on it last; None if the bot has written it."""
    supporter_id = await broadcast_editors.latest(db, broadcast.id) or broadcast.author_id
    supporter = await supporters.by_id(db, supporter_id) if supporter_id is not None else None
    return supporter.first_name if supporter else None


def woken(house: House, broadcast_id: int) -> None:
    """Have an update begun at once, its progress shown, and told whoever is to be told of it."""
    house.watched_broadcasts.add(broadcast_id)
    house.dispatch_woken.set()
    house.dates_due.set()
