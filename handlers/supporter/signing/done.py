"""What a person sees who has just signed."""

from campaign import timeline
from campaign.petition import Petition
from campaign.referrals import links
from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.supporter.home import signed_page
from handlers.supporter.next_steps.offers import more_button
from handlers.supporter.share import buttons_after_signing
from storage.signatures import Recorded


async def signed_screen(
    visit: Visit, petition: Petition, signed: Recorded, *, updates: bool
) -> Screen:
    """Thanks, the number, and a link for friends; without one, if the signature waits for staff,
    of which the signer is told nothing."""
    if signed.signature.status != "live":
        return await signed_page(visit, petition, signed.signature)
    own = await links.personal(visit.db, petition, visit.supporter, now=visit.now)
    variables = {
        "campaign": petition.view(visit.language, signed.totals),
        "number": signed.signature.number,
        "first_name": visit.supporter.first_name or None,
        "link": visit.house.shared_link(own.code),
        "updates": updates,
        "so_far": await timeline.so_far(visit.db, petition, visit.language, now=visit.now),
    }
    buttons = [*buttons_after_signing(visit, petition, own.code), *more_button(petition)]
    return Screen(Text("sign/signed", variables), buttons)
