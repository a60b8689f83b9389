"""Source links: one link for many people, to see what a leaflet, a page or an event brings."""

from campaign.errors import BadSourceName
from campaign.petition import Petition
from campaign.referrals import links
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import addressed, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.share import qr_screen


async def command(visit: Visit) -> Screen:
    """/source leaflet: the link of that name with its QR code, made if it is new; without a name,
    the numbers of all. For staff only; to others it does not exist."""
    theirs = await theirs_as(visit, "editor")
    if theirs is None:
        return await unknown_command(visit)
    petition, words = addressed(visit, theirs)
    if petition is None:
        reason = {"reason": "campaign"}
        return Screen(
            Text("staff/source_refused", reason) if visit.args else Text("staff/source_usage")
        )
    if not words:
        return await numbers(visit, petition)
    try:
        link, _ = await links.source(
            visit.db, petition, " ".join(words), created_by=visit.supporter, now=visit.now
        )
    except BadSourceName:
        return Screen(Text("staff/source_refused", {"reason": "name"}))
    return qr_screen(visit, petition, link, [[Button("sources", f"staff:sources:{petition.id}")]])


async def numbers(visit: Visit, petition: Petition) -> Screen:
    """How many each source has brought, best first."""
    variables = {
        "campaign": petition.view(visit.language),
        "sources": await links.sources(visit.db, petition.id),
    }
    return Screen(
        Text("staff/source_list", variables),
        [[Button("funnel", f"staff:funnel:{petition.id}")]],
    )
