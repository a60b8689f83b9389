"""/lookalikes: signatures that look alike, pair by pair. Both stay, or the newer does not count.

For owners.
"""

from dataclasses import replace
from typing import Literal

from campaign.invalidation import apply
from campaign.petition import Petition
from campaign.signing import email_code
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff import invalidations
from handlers.staff.commands import command_as
from handlers.staff.desk.buttons import to_desk
from handlers.staff.permissions import petition_as
from storage import audit, lookalikes, pending_signatures, supporters
from storage.invalidation_search import Rule
from storage.lookalikes import Pair

Decision = Literal["keep", "drop"]


class Decide(Action, prefix="double"):
    flag_id: int
    petition_id: int
    decision: Decision


@command_as("owner")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/lookalikes: the pair that has waited longest."""
    return replace(await longest_waiting(context, petition), fresh=True)


async def decide(context: Context, action: Decide) -> Screen:
    """Keep both, or hold back the newer one."""
    petition = await petition_as(context, action.petition_id, "owner")
    pair = await lookalikes.of(context.db, action.flag_id)
    if pair is None or pair.campaign_id != petition.id:
        return replace(await longest_waiting(context, petition), toast="toast/done_already")
    me = context.supporter.telegram_id
    if pair.status == "pending":
        return await _of_one_phone(context, petition, pair, action.decision)
    if action.decision == "drop":
        rule = Rule(number=pair.number)
        made = await apply.draft(context.db, petition, rule, me, now=context.now)
        return await invalidations.ask(context, petition, made, "double")
    await _decide(context, petition, pair, "keep")
    return replace(await longest_waiting(context, petition), toast="toast/saved")


async def _of_one_phone(context: Context, petition: Petition, pair: Pair, decision: str) -> Screen:
    """The newer one has waited for this: it counts from now on, or it does not."""
    waiting = await pending_signatures.of(context.db, pair.signature_id)
    signer = await supporters.by_id(context.db, pair.supporter_id)
    if decision == "keep" and waiting is not None and signer is not None:
        key = context.services.identity_key
        await email_code.let_count(context.db, petition, signer, waiting, key=key, now=context.now)
        context.after_commit = context.services.has_signed
    await _decide(context, petition, pair, decision)  # last: it locks the audit log
    return replace(await longest_waiting(context, petition), toast="toast/saved")


async def _decide(context: Context, petition: Petition, pair: Pair, decision: str) -> None:
    me = context.supporter.telegram_id
    await lookalikes.decide(context.db, pair.flag_id, decision, me, context.now)
    await audit.append(
        context.db,
        at=context.now,
        actor=me,
        action=f"doubles.{decision}",
        subject=f"flag:{pair.flag_id}",
        details={"campaign_id": petition.id},
    )


async def longest_waiting(context: Context, petition: Petition) -> Screen:
    """The first pair that waits for a decision."""
    waiting = await lookalikes.open_ones(context.db, petition.id, 1)
    view = petition.view(context.language)
    if not waiting:
        return Screen(Text("staff/doubles_none", {"campaign": view}), [[to_desk(petition.id)]])
    pair = waiting[0]
    variables = {
        "campaign": view,
        "count": await lookalikes.count(context.db, petition.id),
        "pair": pair,
        "zone": petition.definition.timezone,
    }
    return Screen(
        Text("staff/doubles", variables),
        [
            [Button("keep_both", Decide(pair.flag_id, petition.id, "keep"))],
            [
                Button(
                    "hold_newer",
                    Decide(pair.flag_id, petition.id, "drop"),
                    variables={"number": pair.number},
                )
            ],
            [to_desk(petition.id)],
        ],
    )


ROUTES = Routes(
    commands={"lookalikes": Command(command, least="owner", aliases=("doubles",))},
    actions={Decide: decide},
)
