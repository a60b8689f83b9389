"""The front door: what is asked, of whom, by whom, and how many have signed."""

from collections.abc import Sequence
from dataclasses import replace

from campaign import next_steps, subscriptions
from campaign.errors import NotSigned, UnderReview
from campaign.petition import Petition
from campaign.signing.sign import signature_of
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.signing import email_code, previous_answers
from storage import comments, pending_signatures
from storage.signatures import Signature

MOST_AT_THE_DOOR, MOST_TO_CHOOSE_FROM, MOST_LEFT_OPEN = 8, 40, 2


async def stale(context: Context) -> Screen:
    """A button of another age, or one that was never ours: say so, and open the front door."""
    return replace(await home(context), toast="toast/stale")


async def home(context: Context) -> Screen:
    """The campaign there is; a choice of several; or a word that there is none."""
    open_petitions = context.open_petitions
    if len(open_petitions) > 1:
        return await choice(context, open_petitions)
    if open_petitions:
        return await petition_page(context, open_petitions[0], fresh=True)
    if context.petitions:
        return await petition_page(context, context.petitions[-1], fresh=True)
    return Screen(Text("start/nothing_open"), fresh=True)


async def choice(context: Context, petitions: list[Petition]) -> Screen:
    """The front door of several open campaigns; where there are many, /petitions has the rest."""
    shown = petitions[:MOST_AT_THE_DOOR]
    return Screen(
        Text("start/choose", {"campaigns": [await context.view(petition) for petition in shown]}),
        [
            *_to_each(context, shown, "page:home:{}"),
            [Button("petitions", "petitions:open:0")],
        ],
        fresh=True,
    )


def which(context: Context, petitions: Sequence[Petition], data: str) -> Screen:
    """Which of several petitions is meant?

    Args:
        data: callback data, with {} where the campaign's number comes.
    """
    return Screen(
        Text("petitions/which"),
        _to_each(context, petitions[:MOST_TO_CHOOSE_FROM], data),
        fresh=True,
    )


def _to_each(context: Context, petitions: Sequence[Petition], data: str) -> list[list[Button]]:
    return [
        [
            Button(
                "campaign",
                data.format(petition.id),
                variables={"title": petition.texts(context.language).title},
            )
        ]
        for petition in petitions
    ]


async def petition_page(context: Context, petition: Petition, *, fresh: bool = False) -> Screen:
    """One campaign: open, closed, or signed already; and the way back to a form left open."""
    puts_away = context.select(petition)
    if (
        context.dialog.flow == email_code.FLOW
    ):  # no address is asked for any more, once somebody goes on
        context.dialog = replace(context.dialog, flow="", step="")
    screen = await _page(context, petition, fresh=fresh)
    buttons = [*_left_open(context, petition), *screen.buttons]
    if len(context.petitions) > 1:
        buttons.append([Button("petitions", "petitions:open:0")])
    return replace(screen, buttons=buttons, puts_keyboard_away=puts_away)


def _left_open(context: Context, petition: Petition) -> list[list[Button]]:
    """Other petitions that the person has begun to sign."""
    begun = [
        other
        for other in context.open_petitions
        if other.id != petition.id
        and (form := context.dialog.answers.get(str(other.id)))
        and not form["amending"]
    ]
    return [
        [
            Button(
                "go_on_signing",
                f"sign:{other.id}",
                variables={"title": other.texts(context.language).title},
            )
        ]
        for other in begun[:MOST_LEFT_OPEN]
    ]


async def _page(context: Context, petition: Petition, *, fresh: bool) -> Screen:
    view = await context.view(petition)
    try:
        signature = await signature_of(context.db, petition, context.supporter)
    except UnderReview as held:
        return await under_review_page(context, petition, held.signature, fresh=fresh)
    except NotSigned:
        pass
    else:
        return await signed_page(context, petition, signature, fresh=fresh)
    if not petition.is_open:
        return Screen(Text("start/closed", {"campaign": view}), page_buttons(petition), fresh=fresh)
    whole = previous_answers.whole(petition, await previous_answers.found(context, petition))
    again = [[Button("sign_as_before", f"sign:{petition.id}:{whole.campaign_id}")]] if whole else []
    told = previous_answers.describe(context, whole) if whole else None
    return Screen(
        Text("start/welcome", {"campaign": view, "earlier": told}),
        [[Button("sign", f"sign:{petition.id}")], *again, *page_buttons(petition)],
        picture=petition.definition.picture,
        picture_key=f"{petition.campaign.slug}:{petition.campaign.version}",
        fresh=fresh,
    )


async def signed_page(
    context: Context, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """Already signed: when and with which number, and what can still be done about it."""
    hears = await subscriptions.hears_updates(context.db, petition, context.supporter)
    variables = {
        "campaign": await context.view(petition),
        "number": signature.number,
        "signed_on": signature.signed_at.astimezone(petition.zone).date(),
        "updates": hears,
    }
    said = await comments.of(context.db, signature.id)
    own = [[Button("my_comment", f"quote:{petition.id}:show")]] if said else []
    buttons = [*signed_buttons(petition, hears=hears), *own]
    return Screen(Text("start/signed", variables), buttons, fresh=fresh)


async def under_review_page(
    context: Context, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """Signed, but it does not count: because its code has not come, or because staff are looking
    at it; what that means, and whom to write to. Who shares a phone number is told nothing."""
    if signature.status == "pending":
        waiting = await pending_signatures.of(context.db, signature.id)
        if waiting is not None and waiting.cause == "email":
            return await email_code.page(context, petition, signature, fresh=fresh)
        return await signed_page(context, petition, signature, fresh=fresh)
    withdraw = Button("withdraw", f"withdraw:{petition.id}:ask")
    own = [[withdraw]] if signature.status != "withdrawn" else []
    return Screen(
        Text(
            "start/under_review",
            {"campaign": await context.view(petition), "number": signature.number},
        ),
        [*own, *page_buttons(petition)],
        fresh=fresh,
    )


async def blocked_page(context: Context, petition: Petition) -> Screen:
    """The account cannot sign; everything else is as for everybody."""
    return Screen(
        Text("start/blocked", {"campaign": await context.view(petition)}), page_buttons(petition)
    )


def signed_buttons(petition: Petition, *, hears: bool) -> Rows:
    """What a signer can do: share, choose about updates, take another step, change, withdraw."""
    updates = (
        Button("updates_off", f"updates:{petition.id}:off")
        if hears
        else Button("updates_on", f"updates:{petition.id}:on")
    )
    change = [Button("change_answers", f"change:{petition.id}")] if petition.is_open else []
    return [
        [Button("share", f"page:share:{petition.id}"), updates],
        *(
            [[Button("what_else", f"steps:{petition.id}:list")]]
            if next_steps.has_more(petition)
            else []
        ),
        [*change, Button("withdraw", f"withdraw:{petition.id}:ask")],
        [
            Button("news", f"page:news:{petition.id}"),
            Button("read_more", f"page:more:{petition.id}"),
        ],
    ]


def page_buttons(petition: Petition) -> Rows:
    """The pages about a campaign."""
    return [
        [
            Button("read_more", f"page:more:{petition.id}"),
            Button("questions", f"page:questions:{petition.id}"),
        ],
        [
            Button("news", f"page:news:{petition.id}"),
            Button("share", f"page:share:{petition.id}"),
        ],
        [Button("privacy", f"page:privacy:{petition.id}")],
    ]
