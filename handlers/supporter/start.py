"""/start: a person comes by themselves, by a friend's link, by one on a leaflet, for a date to put
into their calendar, or by an invitation to the staff."""

from dataclasses import replace

from campaign.referrals import arrivals, links
from campaign.staff import token_in
from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.staff import members
from handlers.supporter import calendar
from handlers.supporter.home import campaign_page, front_door


async def start(visit: Visit) -> Screen:
    """/start: the campaign that the link names, or else the front door.

    A payload may be anything (https://core.telegram.org/bots/features#deep-linking): one that says
    nothing to us is passed over.
    """
    payload = visit.args[0] if visit.args else ""
    if token := token_in(payload):
        return await members.invited(visit, token)
    if event_id := calendar.event_in(payload):
        return await calendar.send(visit, event_id)
    for petition in visit.petitions:
        if payload and payload == petition.campaign.slug:
            return await campaign_page(visit, petition, fresh=True)
    return await _by_link(visit, payload) or await front_door(visit)


async def _by_link(visit: Visit, code: str) -> Screen | None:
    """The link's campaign, with a word of who asked; None if there is no such link.

    The link is remembered, so that the signature counts for it even if it comes days later.
    """
    link = await links.find(visit.db, code)
    petition = visit.petition(link.campaign_id) if link else None
    if link is None or petition is None:
        return None
    arrival = await arrivals.arrive(visit.db, petition, link, visit.supporter, now=visit.now)
    screen = await campaign_page(visit, petition, fresh=True)
    if not arrival.claimed or link.kind != "person" or not petition.is_open:
        return screen
    return replace(screen, above=Text("friends/invited", {"friend": arrival.friend_of}))
