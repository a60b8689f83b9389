"""/doubles: signatures that look like another, pair by pair: both stay, or the newer one does not
count. For owners."""

from dataclasses import replace

from campaign.invalidation import apply
from campaign.petition import Petition
from campaign.signing import email_code
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff import invalidations
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_own
from handlers.supporter.home import front_door
from storage import audit, lookalikes, pending_signatures, supporters
from storage.invalidation_search import Rule
from storage.lookalikes import Pair


@command_as("owner")
async def command(visit: Visit, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/doubles: the pair that has waited longest."""
    return replace(await _next(visit, petition), fresh=True)


async def tapped(visit: Visit) -> Screen:
    """Both stay, or the newer one is in doubt; one who may not decide comes to the front door."""
    flag_id, campaign_id, decision = int(visit.args[0]), visit.args[1], visit.args[2]
    petition = visit.petition(campaign_id)
    if petition is None or not await may_own(visit, petition):
        return await front_door(visit)
    pair = await lookalikes.of(visit.db, flag_id)
    if pair is None or pair.campaign_id != petition.id:
        return replace(await _next(visit, petition), toast="toast/done_already")
    me = visit.supporter.telegram_id
    if pair.status == "pending":
        return await _of_one_phone(visit, petition, pair, decision)
    if decision == "drop":
        rule = Rule(number=pair.number)
        made = await apply.draft(visit.db, petition, rule, me, now=visit.now)
        return await invalidations.ask(visit, petition, made, "double")
    await _decide(visit, petition, pair, "keep")
    return replace(await _next(visit, petition), toast="toast/saved")


async def _of_one_phone(visit: Visit, petition: Petition, pair: Pair, decision: str) -> Screen:
    """The newer one has waited for this: it counts from now on, or it does not."""
    waiting = await pending_signatures.of(visit.db, pair.signature_id)
    signer = await supporters.by_id(visit.db, pair.supporter_id)
    if decision == "keep" and waiting is not None and signer is not None:
        key = visit.house.identity_key
        await email_code.let_count(visit.db, petition, signer, waiting, key=key, now=visit.now)
        visit.after_commit = visit.house.has_signed
    await _decide(visit, petition, pair, decision)  # last: it locks the audit log
    return replace(await _next(visit, petition), toast="toast/saved")


async def _decide(visit: Visit, petition: Petition, pair: Pair, decision: str) -> None:
    me = visit.supporter.telegram_id
    await lookalikes.decide(visit.db, pair.flag_id, decision, me, visit.now)
    await audit.append(
        visit.db,
        at=visit.now,
        actor=me,
        action=f"doubles.{decision}",
        subject=f"flag:{pair.flag_id}",
        details={"campaign_id": petition.id},
    )


async def _next(visit: Visit, petition: Petition) -> Screen:
    waiting = await lookalikes.open_ones(visit.db, petition.id, 1)
    view = petition.view(visit.language)
    if not waiting:
        return Screen(Text("staff/doubles_none", {"campaign": view}))
    pair = waiting[0]
    variables = {
        "campaign": view,
        "count": await lookalikes.count(visit.db, petition.id),
        "pair": pair,
        "zone": petition.definition.timezone,
    }
    data = f"double:{pair.flag_id}:{petition.id}"
    return Screen(
        Text("staff/doubles", variables),
        [
            [Button("keep_both", f"{data}:keep")],
            [Button("hold_newer", f"{data}:drop", variables={"number": pair.number})],
        ],
    )
