"""Taking one's name off the petition: one question, one tap, open or closed."""

from functools import partial

from campaign.errors import NotSigned
from campaign.petition import Petition
from campaign.signing import sign, standing
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Page, Withdraw
from handlers.supporter.home import which


async def command(context: Context) -> Screen:
    """/withdraw: which petition, if it is not clear, and whether that is meant."""
    signed = await _signed(context)
    if len(signed) == 1:
        return await _ask(context, signed[0])
    if signed:
        return which(context, signed, partial(Withdraw, do="ask"))
    petition = context.current_petition
    view = await context.view(petition) if petition else None
    return Screen(Text("withdraw/not_signed", {"campaign": view}))


async def decide(context: Context, action: Withdraw) -> Screen:
    """The withdraw button, and the answer to its question."""
    petition = context.petition(action.petition_id)
    return await (_done if action.do == "yes" else _ask)(context, petition)


async def _ask(context: Context, petition: Petition) -> Screen:
    view = await context.view(petition)
    try:
        signature = await standing.standing(context.db, petition, context.supporter)
    except NotSigned:
        return Screen(Text("withdraw/not_signed", {"campaign": view}))
    return Screen(
        Text("withdraw/confirm", {"campaign": view, "number": signature.number}),
        [
            [Button("withdraw_yes", Withdraw(petition.id, "yes"))],
            [Button("withdraw_no", Page("home", petition.id))],
        ],
    )


async def _done(context: Context, petition: Petition) -> Screen:
    template = "withdraw/done"
    try:
        await sign.withdraw(context.db, petition, context.supporter, now=context.now)
    except NotSigned:
        template = "withdraw/not_signed"
    if context.dialog.campaign_id == petition.id:
        context.leave_form(petition, forget=True)
    home = [[Button("home", Page("home", petition.id))]]
    return Screen(Text(template, {"campaign": await context.view(petition)}), home)


async def _signed(context: Context) -> list[Petition]:
    signed = []
    for petition in context.petitions:
        try:
            await standing.standing(context.db, petition, context.supporter)
        except NotSigned:
            continue
        signed.append(petition)
    return signed


ROUTES = Routes(
    commands={"withdraw": Command(command)},
    actions={Withdraw: decide},
)
