"""/block: an account that cannot sign any more, by the number of its signature. For owners: of the
campaign, in it; of all campaigns, everywhere."""

from typing import Literal

from campaign.invalidation import blocks as invalidation_blocks
from campaign.invalidation import rules
from campaign.invalidation.blocks import BlockState
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.commands import command_as, notify_other_owners
from handlers.staff.invalidation_buttons import ShowAll
from handlers.staff.permissions import may_own, petition_as
from storage import blocks, signatures
from storage.signatures import Signature

LISTED = 30
CHANGES = {
    "yes": (invalidation_blocks.block, False),
    "no": (invalidation_blocks.unblock, False),
    "all": (invalidation_blocks.block, True),
    "none": (invalidation_blocks.unblock, True),
}
"""What each button does, and whether it does it in all campaigns."""


class Block(Action, prefix="block"):
    """Block the account of a signature or let it sign again, here or in all campaigns."""

    petition_id: int
    number: int
    do: Literal["ask", "yes", "no", "all", "none"]


@command_as("owner")
async def command(context: Context, petition: Petition, words: tuple[str, ...]) -> Screen:
    """/block 123: is it meant? The same for one who is blocked: may they sign again? Without a
    number: who is blocked."""
    try:
        number = rules.number(words[0] if words else "")
    except rules.NotARule:
        return await _usage(context, petition)
    return await _ask(context, petition, number)


async def change_block(context: Context, action: Block) -> Screen:
    """Block or unblock an account, and tell the other owners."""
    petition, number = await petition_as(context, action.petition_id, "owner"), action.number
    signature = await signatures.by_number(context.db, petition.id, number)
    if action.do == "ask" or signature is None:
        return await _ask(context, petition, number)
    change, everywhere = CHANGES[action.do]
    if everywhere and not await may_own(context):
        return await _ask(context, petition, number)
    me = context.supporter.telegram_id
    changed = await change(context.db, signature, me, everywhere=everywhere, now=context.now)
    screen = await _ask(context, petition, number)
    if not changed:
        return screen
    await notify_other_owners(
        context,
        petition,
        "staff/block_news",
        {
            "name": context.supporter.first_name or str(me),
            "number": number,
            "blocked": change is invalidation_blocks.block,
            "everywhere": everywhere,
        },
    )
    return screen


async def _usage(context: Context, petition: Petition) -> Screen:
    numbers = await blocks.numbers(context.db, petition.id, LISTED)
    variables = {"campaign": petition.view(context.language), "numbers": numbers}
    return Screen(Text("staff/block_usage", variables))


async def _ask(context: Context, petition: Petition, number: int) -> Screen:
    signature = await signatures.by_number(context.db, petition.id, number)
    if signature is None:
        return await _usage(context, petition)
    state = await invalidation_blocks.state_of(context.db, signature)
    over_all = await may_own(context)
    variables = {
        "campaign": petition.view(context.language),
        "number": number,
        "name": signature.full_name,
        "blocked": state.here,
        "everywhere": state.everywhere,
        "erased": state.erased,
        "over_all": over_all,
        "status": signature.status,
    }
    return Screen(Text("staff/block", variables), _buttons(petition, signature, state, over_all))


def _buttons(petition: Petition, signature: Signature, state: BlockState, over_all: bool) -> Rows:
    here = (petition.id, signature.number)
    acts = []
    if not state.here:
        acts.append([Button("block_yes", Block(*here, "yes"))])
    elif not state.everywhere:
        acts.append([Button("unblock", Block(*here, "no"))])
    if over_all and not state.everywhere:
        acts.append([Button("block_everywhere", Block(*here, "all"))])
    elif over_all:
        acts.append([Button("unblock_everywhere", Block(*here, "none"))])
    return [*acts, [Button("back", ShowAll(petition.id))]]


ROUTES = Routes(
    commands={"block": Command(command, least="owner")},
    actions={Block: change_block},
)
