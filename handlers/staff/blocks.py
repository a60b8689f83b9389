"""/block: an account that cannot sign any more, by the number of its signature. For owners: of the
campaign, in it; of all campaigns, everywhere."""

from campaign.invalidation import blocks as invalidation_blocks
from campaign.invalidation import rules
from campaign.invalidation.blocks import BlockState
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.commands import command_as, notify_other_owners
from handlers.staff.permissions import may_own
from handlers.supporter.home import home
from storage import blocks, signatures
from storage.signatures import Signature

LISTED = 30
ACTS = {
    "yes": (invalidation_blocks.block, False),
    "no": (invalidation_blocks.unblock, False),
    "all": (invalidation_blocks.block, True),
    "none": (invalidation_blocks.unblock, True),
}
"""What each button does, and whether it does it in all campaigns."""


@command_as("owner")
async def command(context: Context, petition: Petition, words: tuple[str, ...]) -> Screen:
    """/block 123: is it meant? The same for one who is blocked: may they sign again? Without a
    number: who is blocked."""
    try:
        number = rules.number(words[0] if words else "")
    except rules.NotARule:
        return await _usage(context, petition)
    return await _ask(context, petition, number)


async def tapped(context: Context) -> Screen:
    """The answer; one who may not decide comes to the front door."""
    petition, number, act = (
        context.find_petition(context.args[0]),
        int(context.args[1]),
        context.args[2],
    )
    if petition is None or not await may_own(context, petition):
        return await home(context)
    signature = await signatures.by_number(context.db, petition.id, number)
    if act == "ask" or signature is None:
        return await _ask(context, petition, number)
    change, everywhere = ACTS[act]
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
    data = f"block:{petition.id}:{signature.number}"
    acts = []
    if not state.here:
        acts.append([Button("block_yes", f"{data}:yes")])
    elif not state.everywhere:
        acts.append([Button("unblock", f"{data}:no")])
    if over_all and not state.everywhere:
        acts.append([Button("block_everywhere", f"{data}:all")])
    elif over_all:
        acts.append([Button("unblock_everywhere", f"{data}:none")])
    return [*acts, [Button("back", f"quar:home:{petition.id}")]]
