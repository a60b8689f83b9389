"""/block: an account that cannot sign any more, by the number of its signature. For owners."""

from campaign import blocking, staff
from campaign.petition import Petition
from campaign.quarantine import rules
from handlers.screen import Button, Notice, Screen, Text
from handlers.staff.rights import addressed, may_own, theirs_as
from handlers.supporter.start import front_door
from handlers.supporter.unexpected import unknown_command
from handlers.visit import Visit
from storage import blocks, signatures


async def command(visit: Visit) -> Screen:
    """/block 123: is it meant? The same for one who is blocked: may they sign again?"""
    theirs = await theirs_as(visit, "owner")
    if theirs is None:
        return await unknown_command(visit)
    petition, words = addressed(visit, theirs)
    if petition is None:
        return Screen(Text("staff/source_refused", {"reason": "campaign"}))
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
    return Screen(screen.body, screen.buttons, notices=await _news(visit, petition, number, act))


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


async def _news(visit: Visit, petition: Petition, number: int, act: str) -> list[Notice]:
    me = visit.supporter
    variables = {
        "name": me.first_name or str(me.telegram_id),
        "number": number,
        "blocked": act == "yes",
    }
    return [
        Notice(
            one.telegram_id,
            language := visit.house.renderer.match(one.language, one.telegram_language),
            Text("staff/block_news", {**variables, "campaign": petition.view(language)}),
        )
        for one in await staff.owners(visit.db, petition.id)
        if one.telegram_id != me.telegram_id
    ]
