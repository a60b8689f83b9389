"""/friends: how many have signed because of a person, and what others may see of that person."""

from dataclasses import replace

from campaign.petition import Petition
from campaign.referrals import figures, links
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import home
from handlers.supporter.share import own_link


async def page(context: Context, petition: Petition, _: str) -> Screen:
    """My numbers, my chain, and my choices; totals only, never names of friends."""
    link = await own_link(context, petition)
    if link is None:
        home = Button("home", f"page:home:{petition.id}")
        sign = [Button("sign", f"sign:{petition.id}")] if petition.is_open else []
        view = await context.view(petition)
        return Screen(Text("referrals/none", {"campaign": view}), [[*sign, home]])
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
    chosen = (("name", link.shows_name), ("list", link.listed), ("thanks", link.thanks))
    return Screen(
        Text("referrals/mine", variables),
        [
            *([_switch(petition, what, on=on)] for what, on in chosen),
            [
                Button("share", f"page:share:{petition.id}"),
                Button("home", f"page:home:{petition.id}"),
            ],
        ],
    )


async def choose(context: Context) -> Screen:
    """One of the choices switched; the same choice twice changes nothing."""
    petition = context.find_petition(context.args[0])
    if petition is None:
        return await home(context)
    change = CHOICES[context.args[1]][1]
    if await own_link(context, petition) is not None:
        await change(
            context.db, petition, context.supporter, context.args[2] == "on", now=context.now
        )
    return replace(await page(context, petition, ""), toast="toast/saved")


CHOICES = {
    "name": ("show_name", links.show_name),
    "list": ("list_me", links.list_me),
    "thanks": ("thank_me", links.thank_me),
}


def _switch(petition: Petition, what: str, *, on: bool) -> Button:
    data = f"mine:{petition.id}:{what}:{'off' if on else 'on'}"
    return Button(CHOICES[what][0], data, variables={"on": on})
