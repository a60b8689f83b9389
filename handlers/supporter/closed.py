"""A petition that has closed: what happened, what comes next, and how to hear of it.

It stands wherever an open petition asks people to sign or to pass it on.
"""

from campaign import subscriptions, timeline
from campaign.errors import NotSigned
from campaign.petition import Petition
from campaign.referrals import links
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Page, Updates

MOST_OTHERS = 2


async def page(context: Context, petition: Petition, *, fresh: bool = False) -> Screen:
    """For anybody; a signer reads how many friends signed because of them, too."""
    try:
        own = await links.personal(context.db, petition, context.supporter, now=context.now)
    except NotSigned:
        own = None
    hears = await subscriptions.hears_updates(context.db, petition, context.supporter)
    variables = {
        "campaign": await context.view(petition),
        "coming": await timeline.ahead(context.db, petition, context.language, now=context.now),
        "zone": petition.definition.timezone,
        "signed": own is not None,
        "friends": own.signatures if own else 0,
        "updates": hears,
    }
    updates = [] if hears else [[Button("updates_on", Updates(petition.id, "on"))]]
    return Screen(
        Text("start/closed", variables),
        [*updates, *page_buttons(petition), *still_open(context, petition)],
        fresh=fresh,
    )


def page_buttons(petition: Petition) -> Rows:
    """The pages about a petition, in one row: what is still to tell is behind *Read more*."""
    other = "share" if petition.is_open else "news"
    more = Button("read_more", Page("more", petition.id))
    return [[more, *(Button(name, Page(name, petition.id)) for name in (other, "privacy"))]]


def still_open(context: Context, petition: Petition) -> Rows:
    """Where this one has closed, other petitions of the same office that have not."""
    if petition.is_open:
        return []
    return [
        [
            Button(
                "still_open",
                Page("home", other.id),
                variables={"title": other.texts(context.language).title},
            )
        ]
        for other in context.others_of_office(petition)[:MOST_OTHERS]
    ]
