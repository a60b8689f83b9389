"""/block: an account that cannot sign any more, by the number of its signature. For owners."""

from campaign import blocking
from campaign.petition import Petition
from campaign.quarantine import rules
from handlers.screen import Button, Screen, Text
from handlers.staff.commands import command_as, to_other_owners
from handlers.staff.rights import may_own
from handlers.supporter.start import front_door
from handlers.visit import Visit
from storage import blocks, signatures


@command_as("owner")
async def command(visit: Visit, petition: Petition, words: tuple[str, ...]) -> Screen:
    """/block 123: is it meant? The same for one who is blocked: may they sign again?"""
    try:
        number = rules.number(words[0] if words else "")
    except rules.NotARule:
        return Screen(Text("staff/block_usage"))
    return await _ask(visit, petition, number)


async def tapped(visit: Visit) -> Screen:
    """The answer; one who may not decide comes to the front door."""
    petition, number, act = visit.petition(visit.args[0]), int(visit.args[1]), visit.args[2]
    if petition is None or not await may_own(visit, petition):
        return await front_door(visit)
    signature = await signatures.by_number(visit.db, petition.id, number)
    if act == "ask" or signature is None:
        return await _ask(visit, petition, number)
    change = blocking.block if act == "yes" else blocking.unblock
    me = visit.supporter.telegram_id
    changed = await change(visit.db, signature.supporter_id, me, now=visit.now)
    screen = await _ask(visit, petition, number)
    if not changed:
        return screen
    news = await to_other_owners(
        visit,
        petition,
        "staff/block_news",
        {
            "name": visit.supporter.first_name or str(me),
            "number": number,
            "blocked": act == "yes",
        },
    )
    return Screen(screen.body, screen.buttons, notices=news)


async def _ask(visit: Visit, petition: Petition, number: int) -> Screen:
    signature = await signatures.by_number(visit.db, petition.id, number)
    if signature is None:
        return Screen(Text("staff/block_usage"))
    is_blocked = await blocks.is_blocked(visit.db, signature.supporter_id)
    variables = {
        "campaign": petition.view(visit.language),
        "number": number,
        "name": signature.full_name,
        "blocked": is_blocked,
        "status": signature.status,
    }
    act = Button("unblock", f"block:{petition.id}:{number}:no")
    if not is_blocked:
        act = Button("block_yes", f"block:{petition.id}:{number}:yes")
    return Screen(
        Text("staff/block", variables), [[act], [Button("back", f"quar:home:{petition.id}")]]
    )
