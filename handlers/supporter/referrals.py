"""/friends: how many have signed because of a person, and what others may see of that person."""

from dataclasses import replace

from campaign.petition import Petition
from campaign.referrals import figures, links
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import front_door
from handlers.supporter.share import own_link


async def page(visit: Visit, petition: Petition, _: str) -> Screen:
    """My numbers, my chain, and my choices; totals only, never names of friends."""
    link = await own_link(visit, petition)
    if link is None:
        home = Button("home", f"page:home:{petition.id}")
        sign = [Button("sign", f"sign:{petition.id}")] if petition.is_open else []
        view = await visit.view(petition)
        return Screen(Text("friends/none", {"campaign": view}), [[*sign, home]])
    mine = await figures.mine(visit.db, link)
    variables = {
        "campaign": petition.view(visit.language),
        "first_name": visit.supporter.first_name,
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
        Text("friends/mine", variables),
        [
            *([_switch(petition, what, on=on)] for what, on in chosen),
            [
                Button("share", f"page:share:{petition.id}"),
                Button("home", f"page:home:{petition.id}"),
            ],
        ],
    )


async def choose(visit: Visit) -> Screen:
    """One of the choices switched; the same choice twice changes nothing."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    change = CHOICES[visit.args[1]][1]
    if await own_link(visit, petition) is not None:
        await change(visit.db, petition, visit.supporter, visit.args[2] == "on", now=visit.now)
    return replace(await page(visit, petition, ""), toast="toast/saved")


CHOICES = {
    "name": ("show_name", links.show_name),
    "list": ("list_me", links.list_me),
    "thanks": ("thank_me", links.thank_me),
}


def _switch(petition: Petition, what: str, *, on: bool) -> Button:
    data = f"mine:{petition.id}:{what}:{'off' if on else 'on'}"
    return Button(CHOICES[what][0], data, variables={"on": on})
