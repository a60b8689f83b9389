"""Source links: one link for many people, to see what a leaflet, a page or an event brings."""

from campaign.errors import BadSourceName
from campaign.referrals import links
from handlers.context import Context, NotNamed
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff import link_funnel
from handlers.staff.permissions import addressed, theirs_as
from handlers.supporter.share import qr_screen


async def command(context: Context) -> Screen:
    """/links leaflet: the link of that name with its QR code, made if it is new; without a name,
    the numbers of all. For staff only; to others it does not exist."""
    try:
        petition, words = addressed(context, await theirs_as(context, "editor"))
    except NotNamed:
        if context.args:
            raise
        return Screen(Text("staff/source_usage"))
    if not words:
        return await link_funnel.sources(context, petition)
    try:
        link, _ = await links.source(
            context.db, petition, " ".join(words), created_by=context.supporter, now=context.now
        )
    except BadSourceName:
        return Screen(Text("staff/source_refused"))
    brought = Button("sources", link_funnel.Show("sources", petition.id))
    return qr_screen(context, petition, link, [[brought]])


ROUTES = Routes(
    commands={"links": Command(command, least="editor", aliases=("source",))},
)
