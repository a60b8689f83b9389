"""The screen after signing."""

from campaign import timeline
from campaign.petition import Petition
from campaign.referrals import links
from handlers.context import Context
from handlers.screens import Screen, Text
from handlers.supporter import email_updates
from handlers.supporter.next_steps.offers import more_button
from handlers.supporter.petition_page import signed_page
from handlers.supporter.share import buttons_after_signing
from handlers.supporter.signing.onward import follow_buttons
from storage.signatures import Recorded


async def signed_screen(
    context: Context, petition: Petition, signed: Recorded, *, updates: bool
) -> Screen:
    """Thanks, the number, and a link for friends; without one, if the signature waits for staff,
    of which the signer is told nothing, or came in time and signing has ended since."""
    if signed.signature.status != "live" or not petition.is_open:
        return await signed_page(context, petition, signed.signature)
    share_text = await context.services.share_texts.key_for_new(context.db, petition)
    own = await links.of_new_signer(
        context.db, petition, context.supporter, now=context.now, share_text=share_text
    )
    alone = not context.can.writes_first
    by_email = await email_updates.offer(context, petition) if alone else []
    happened = await context.services.stories.story(context.db, petition, context.language)
    variables = {
        "campaign": petition.view(context.language, signed.totals),
        "number": signed.signature.number,
        "first_name": context.supporter.first_name or None,
        "link": context.services.shared_link(own.code),
        "updates": updates,
        "follow": alone,
        "by_email": bool(by_email),
        "by_ten": await context.services.brought.by_ten(context.db, petition.id),
        "so_far": timeline.so_far(happened, petition, now=context.now),
    }
    buttons = [
        *await buttons_after_signing(context, petition, own),
        *by_email,
        *follow_buttons(context, petition),
        *more_button(petition),
    ]
    return Screen(Text("sign/signed", variables), buttons)
