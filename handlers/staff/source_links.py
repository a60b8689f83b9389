"""Source links: one link for many people, to see what a leaflet, a page or an event brings."""

from campaign.errors import BadSourceName
from campaign.petition import Petition
from campaign.referrals import links
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import addressed, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.share import qr_screen


async def command(context: Context) -> Screen:
    """/links leaflet: the link of that name with its QR code, made if it is new; without a name,
    the numbers of all. For staff only; to others it does not exist."""
    theirs = await theirs_as(context, "editor")
    if theirs is None:
        return await unknown_command(context)
    petition, words = addressed(context, theirs)
    if petition is None:
        reason = {"reason": "campaign"}
        return Screen(
            Text("staff/source_refused", reason) if context.args else Text("staff/source_usage")
        )
    if not words:
        return await numbers(context, petition)
    try:
        link, _ = await links.source(
            context.db, petition, " ".join(words), created_by=context.supporter, now=context.now
        )
    except BadSourceName:
        return Screen(Text("staff/source_refused", {"reason": "name"}))
    return qr_screen(context, petition, link, [[Button("sources", f"staff:sources:{petition.id}")]])


async def numbers(context: Context, petition: Petition) -> Screen:
    """How many each source has brought, best first."""
    variables = {
        "campaign": petition.view(context.language),
        "sources": await links.sources(context.db, petition.id),
    }
    return Screen(
        Text("staff/source_list", variables),
        [[Button("funnel", f"staff:funnel:{petition.id}")]],
    )
