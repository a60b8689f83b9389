"""Taking one's name off the petition: one question, one tap, open or closed."""

from campaign.errors import NotSigned
from campaign.petition import Petition
from campaign.signing import sign
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import front_door, which


async def command(visit: Visit) -> Screen:
    """/withdraw: which petition, if it is not clear, and whether that is meant."""
    signed = await _signed(visit)
    if len(signed) == 1:
        return await _ask(visit, signed[0])
    if signed:
        return which(visit, signed, "withdraw:{}:ask")
    petition = visit.current_petition
    view = await visit.view(petition) if petition else None
    return Screen(Text("withdraw/not_signed", {"campaign": view}))


async def tapped(visit: Visit) -> Screen:
    """The withdraw button, and the answer to its question."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    return await _done(visit, petition) if visit.args[1] == "yes" else await _ask(visit, petition)


async def _ask(visit: Visit, petition: Petition) -> Screen:
    view = await visit.view(petition)
    try:
        signature = await sign.standing(visit.db, petition, visit.supporter)
    except NotSigned:
        return Screen(Text("withdraw/not_signed", {"campaign": view}))
    return Screen(
        Text("withdraw/confirm", {"campaign": view, "number": signature.number}),
        [
            [Button("withdraw_yes", f"withdraw:{petition.id}:yes")],
            [Button("withdraw_no", f"page:home:{petition.id}")],
        ],
    )


async def _done(visit: Visit, petition: Petition) -> Screen:
    template = "withdraw/done"
    try:
        await sign.withdraw(visit.db, petition, visit.supporter, now=visit.now)
    except NotSigned:
        template = "withdraw/not_signed"
    if visit.dialog.campaign_id == petition.id:
        visit.leave_form(petition, forget=True)
    home = [[Button("home", f"page:home:{petition.id}")]]
    return Screen(Text(template, {"campaign": await visit.view(petition)}), home)


async def _signed(visit: Visit) -> list[Petition]:
    signed = []
    for petition in visit.petitions:
        try:
            await sign.standing(visit.db, petition, visit.supporter)
        except NotSigned:
            continue
        signed.append(petition)
    return signed
