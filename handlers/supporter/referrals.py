"""/friends: how many have signed because of a person, and what others may see of that person."""

from dataclasses import replace
from typing import Literal

from campaign.petition import Petition
from campaign.referrals import figures, links
from campaign.signing import standing
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter import closed
from handlers.supporter.buttons import Page, Sign
from handlers.supporter.choice_limit import TOO_OFTEN, too_often
from handlers.supporter.share import own_link

Choice = Literal["name", "list", "thanks"]


class Choose(Action, prefix="mine"):
    """What others may see of the person, and whether they are thanked: on or off."""

    petition_id: int
    what: Choice
    do: Literal["on", "off"]


async def page(context: Context, petition: Petition, _: int | None = None) -> Screen:
    """My numbers, my chain, and my choices; totals only, never names of friends."""
    link = await own_link(context, petition)
    home = Button("home", Page("home", petition.id))
    if link is None and not petition.is_open:
        return await closed.page(context, petition)
    if link is None:
        may_sign = await standing.has_yet_to_sign(context.db, petition, context.supporter)
        first = [Button("sign", Sign(petition.id))] if may_sign else []
        variables = {"campaign": await context.view(petition), "may_sign": may_sign}
        return Screen(Text("referrals/none", variables), [[*first, home]])
    share = [Button("share", Page("share", petition.id))] if petition.is_open else []
    mine = await figures.mine(context.db, link)
    variables = {
        "campaign": petition.view(context.language),
        "first_name": context.supporter.first_name,
        "friends": mine.friends,
        "people": mine.people,
        "chain": mine.chain,
        "opens": link.opens,
        "shows_name": link.shows_name,
        "listed": link.listed,
        "thanks": link.thanks,
    }
    chosen: tuple[tuple[Choice, bool], ...] = (
        ("name", link.shows_name),
        ("list", link.listed),
        ("thanks", link.thanks),
    )
    still = [(what, on) for what, on in chosen if petition.is_open or what != "thanks"]
    return Screen(
        Text("referrals/mine", variables),
        [
            *([_switch(petition, what, on=on)] for what, on in still),
            [*share, home],
        ],
    )


async def choose(context: Context, action: Choose) -> Screen:
    """One of the choices switched; the same choice twice changes nothing."""
    petition = context.petition(action.petition_id)
    change, on = CHOICES[action.what][1], action.do == "on"
    if on and await too_often(context):
        return replace(await page(context, petition), toast=TOO_OFTEN)
    if await own_link(context, petition) is not None:
        await change(context.db, petition, context.supporter, on, now=context.now)
    return replace(await page(context, petition), toast="toast/saved")


CHOICES = {
    "name": ("show_name", links.show_name),
    "list": ("list_me", links.list_me),
    "thanks": ("thank_me", links.thank_me),
}


def _switch(petition: Petition, what: Choice, *, on: bool) -> Button:
    action = Choose(petition.id, what, "off" if on else "on")
    return Button(CHOICES[what][0], action, variables={"on": on})


ROUTES = Routes(actions={Choose: choose})
