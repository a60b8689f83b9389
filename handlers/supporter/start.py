"""The front door: what is asked, of whom, by whom, and how many have signed."""

from dataclasses import replace

from campaign import subscriptions
from campaign.errors import NotSigned, UnderReview
from campaign.petition import Petition
from campaign.signing import signature_of
from handlers.screen import Button, Rows, Screen, Text
from handlers.supporter import confirm
from handlers.visit import Visit
from storage import pending
from storage.signatures import Signature


async def stale(visit: Visit) -> Screen:
    """A button of another age, or one that was never ours: say so, and open the front door."""
    return replace(await front_door(visit), toast="toast/stale")


async def front_door(visit: Visit) -> Screen:
    """The campaign there is; a choice of several; or a word that there is none."""
    open_petitions = visit.open_petitions
    if len(open_petitions) > 1:
        return await choice(visit, open_petitions)
    if open_petitions:
        return await campaign_page(visit, open_petitions[0], fresh=True)
    if visit.petitions:
        return await campaign_page(visit, visit.petitions[-1], fresh=True)
    return Screen(Text("start/nothing_open"), fresh=True)


async def choice(visit: Visit, petitions: list[Petition]) -> Screen:
    """Which of several open campaigns?"""
    views = [await visit.view(petition) for petition in petitions]
    buttons = [
        [Button("campaign", f"page:home:{petition.id}", variables={"title": view.title})]
        for petition, view in zip(petitions, views, strict=True)
    ]
    return Screen(Text("start/choose", {"campaigns": views}), buttons, fresh=True)


async def campaign_page(visit: Visit, petition: Petition, *, fresh: bool = False) -> Screen:
    """One campaign: open, closed, or signed already."""
    asked = visit.dialog.flow == confirm.FLOW  # for an address: no more, once somebody goes on
    flow = "" if asked else visit.dialog.flow
    visit.dialog = replace(visit.dialog, campaign_id=petition.id, flow=flow)
    view = await visit.view(petition)
    try:
        signature = await signature_of(visit.db, petition, visit.supporter)
    except UnderReview as held:
        return await held_page(visit, petition, held.signature, fresh=fresh)
    except NotSigned:
        pass
    else:
        return await signed_page(visit, petition, signature, fresh=fresh)
    if not petition.is_open:
        return Screen(Text("start/closed", {"campaign": view}), page_buttons(petition), fresh=fresh)
    return Screen(
        Text("start/welcome", {"campaign": view}),
        [[Button("sign", f"sign:{petition.id}")], *page_buttons(petition)],
        picture=petition.definition.picture,
        picture_key=f"{petition.campaign.slug}:{petition.campaign.version}",
        fresh=fresh,
    )


async def signed_page(
    visit: Visit, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """Already signed: when and with which number, and what can still be done about it."""
    hears = await subscriptions.hears_updates(visit.db, petition, visit.supporter)
    variables = {
        "campaign": await visit.view(petition),
        "number": signature.number,
        "signed_on": signature.signed_at.astimezone(petition.zone).date(),
        "updates": hears,
    }
    return Screen(
        Text("start/signed", variables), signed_buttons(petition, hears=hears), fresh=fresh
    )


async def held_page(
    visit: Visit, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """Signed, but it does not count: because its code has not come, or because staff are looking
    at it; what that means, and whom to write to. Who shares a phone number is told nothing."""
    if signature.status == "pending":
        waiting = await pending.of(visit.db, signature.id)
        if waiting is not None and waiting.cause == "email":
            return await confirm.page(visit, petition, signature, fresh=fresh)
        return await signed_page(visit, petition, signature, fresh=fresh)
    withdraw = Button("withdraw", f"withdraw:{petition.id}:ask")
    own = [[withdraw]] if signature.status != "withdrawn" else []
    return Screen(
        Text(
            "start/under_review",
            {"campaign": await visit.view(petition), "number": signature.number},
        ),
        [*own, *page_buttons(petition)],
        fresh=fresh,
    )


async def blocked_page(visit: Visit, petition: Petition) -> Screen:
    """The account cannot sign; everything else is as for everybody."""
    return Screen(
        Text("start/blocked", {"campaign": await visit.view(petition)}), page_buttons(petition)
    )


def signed_buttons(petition: Petition, *, hears: bool) -> Rows:
    """What a signer can do: share, choose about updates, change, withdraw."""
    updates = (
        Button("updates_off", f"updates:{petition.id}:off")
        if hears
        else Button("updates_on", f"updates:{petition.id}:on")
    )
    change = [Button("change_answers", f"change:{petition.id}")] if petition.is_open else []
    return [
        [Button("share", f"page:share:{petition.id}"), updates],
        [*change, Button("withdraw", f"withdraw:{petition.id}:ask")],
        [Button("read_more", f"page:more:{petition.id}")],
    ]


def page_buttons(petition: Petition) -> Rows:
    """The pages about a campaign."""
    return [
        [
            Button("read_more", f"page:more:{petition.id}"),
            Button("questions", f"page:questions:{petition.id}"),
        ],
        [
            Button("share", f"page:share:{petition.id}"),
            Button("privacy", f"page:privacy:{petition.id}"),
        ],
    ]
