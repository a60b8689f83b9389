"""/start: a person comes by themselves, by a friend's link, by one on a leaflet, for a date to put
into their calendar, from the chat in their browser, or by an invitation to the staff."""

from dataclasses import replace

from campaign.referrals import arrivals, links
from campaign.staff import token_in
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Screen, Text
from handlers.staff import invitations
from handlers.staff.desk import home as desk
from handlers.supporter import calendar, joined
from handlers.supporter.home import home
from handlers.supporter.petition_page import petition_page


async def start(context: Context) -> Screen:
    """/start: the campaign that the link names, or else the front door.

    A payload may be anything (https://core.telegram.org/bots/features#deep-linking): one that says
    nothing to us is passed over.
    """
    roles = await context.roles()
    if roles and not context.dialog.recent_updates:
        context.after_commit = context.services.staff_changed.set  # their menu comes at once
    payload = context.args[0] if context.args else ""
    if context.can.staff and (token := token_in(payload)):
        return await invitations.invited(context, token)
    if context.can.proves_person and payload.startswith(joined.PREFIX):
        return await joined.join(context, payload.removeprefix(joined.PREFIX))
    if event_id := calendar.event_in(payload):
        return await calendar.send(context, event_id)
    for petition in context.petitions:
        if payload and payload == petition.campaign.slug:
            return await petition_page(context, petition, fresh=True)
    by_link = await _by_link(context, payload)
    return by_link or await desk.at_start(context, roles) or await home(context)


async def _by_link(context: Context, code: str) -> Screen | None:
    """The link's campaign, with a word of who asked; None if there is no such link.

    The link is remembered, so that the signature counts for it even if it comes days later.
    """
    link = await links.find(context.db, code)
    if link is None:
        return None
    petition = context.petition(link.campaign_id)
    arrival = await arrivals.arrive(context.db, petition, link, context.supporter, now=context.now)
    screen = await petition_page(context, petition, fresh=True)
    if not arrival.claimed or link.kind != "person" or not petition.is_open:
        return screen
    return replace(screen, above=Text("referrals/invited", {"friend": arrival.friend_of}))


ROUTES = Routes(commands={"start": Command(start, aliases=("petition",))})
