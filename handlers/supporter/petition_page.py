"""One petition for one person: open, closed, signed, under review, or blocked."""

from dataclasses import replace

from campaign import email_updates, next_steps, subscriptions, timeline
from campaign.errors import NotSigned, UnderReview
from campaign.petition import Petition
from campaign.signing.standing import signature_of
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import closed, other_campaigns
from handlers.supporter.buttons import (
    ByEmail,
    ChangeAnswers,
    ListPetitions,
    OwnComment,
    Page,
    Sign,
    Steps,
    Updates,
    Withdraw,
)
from handlers.supporter.closed import page_buttons
from handlers.supporter.signing import code_page, previous_answers
from storage import comments, pending_signatures
from storage.signatures import Signature

MOST_LEFT_OPEN = 2


async def petition_page(context: Context, petition: Petition, *, fresh: bool = False) -> Screen:
    """What there is to see and do; and the way back to another form left open."""
    puts_away = context.select(petition)
    context.leave_address()
    screen = await _page(context, petition, fresh=fresh)
    buttons = [*_left_open(context, petition), *screen.buttons]
    if len(context.petitions) > 1:
        buttons.append([Button("petitions", ListPetitions("open", 0))])
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
                Sign(other.id),
                variables={"title": other.texts(context.language).title},
            )
        ]
        for other in begun[:MOST_LEFT_OPEN]
    ]


async def _page(context: Context, petition: Petition, *, fresh: bool) -> Screen:
    try:
        signature = await signature_of(context.db, petition, context.supporter)
    except UnderReview as held:
        return await under_review_page(context, petition, held.signature, fresh=fresh)
    except NotSigned:
        pass
    else:
        return await signed_page(context, petition, signature, fresh=fresh)
    if not petition.is_open:
        return await closed.page(context, petition, fresh=fresh)
    view = await context.view(petition)
    whole = previous_answers.whole(petition, await previous_answers.found(context, petition))
    again = [[Button("sign_as_before", Sign(petition.id, whole.campaign_id))]] if whole else []
    told = previous_answers.describe(context, whole) if whole else None
    return Screen(
        Text(
            "start/welcome",
            {"campaign": view, "earlier": told, "by_account": context.can.proves_person},
        ),
        [[Button("sign", Sign(petition.id))], *again, *page_buttons(petition)],
        picture=petition.definition.picture,
        picture_key=petition.picture_key,
        picture_label="picture_petition",
        picture_variables={"title": view.title},
        fresh=fresh,
    )


async def signed_page(
    context: Context, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """Already signed: when and with which number, and what can still be done about it."""
    by_email = await email_updates.hears(context.db, petition, context.supporter)
    hears = by_email or await subscriptions.hears_updates(context.db, petition, context.supporter)
    variables = {
        "campaign": await context.view(petition),
        "number": signature.number,
        "signed_on": signature.signed_at.astimezone(petition.zone).date(),
        "updates": hears,
        "coming": await timeline.ahead(context.db, petition, context.language, now=context.now)
        if not petition.is_open
        else None,
        "zone": petition.definition.timezone,
    }
    said = await comments.of(context.db, signature.id)
    own = [[Button("my_comment", OwnComment(petition.id, "show"))]] if said else []
    others = [
        *await other_campaigns.offer(context, petition),
        *closed.still_open(context, petition),
    ]
    updates = [[_updates(context, petition, hears=hears)]]
    buttons = [*_signed_buttons(petition), *updates, *own, *others]
    return Screen(Text("start/signed", variables), buttons, fresh=fresh)


async def under_review_page(
    context: Context, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """Signed, but it does not count: because its code has not come, or because staff are looking
    at it; what that means, and whom to write to. Who shares a phone number is told nothing."""
    if signature.status == "pending":
        waiting = await pending_signatures.of(context.db, signature.id)
        if waiting is not None and waiting.cause == "email":
            return await code_page.page(context, petition, signature, fresh=fresh)
        return await signed_page(context, petition, signature, fresh=fresh)
    withdraw = Button("withdraw", Withdraw(petition.id, "ask"))
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


def _updates(context: Context, petition: Petition, *, hears: bool) -> Button:
    """On or off; on by email where nothing can be sent to the person later."""
    if hears:
        return Button("updates_off", Updates(petition.id, "off"))
    if context.services.emails_updates and not context.can.writes_first:
        return Button("hear_by_email", ByEmail(petition.id, "ask"))
    return Button("updates_on", Updates(petition.id, "on"))


def _signed_buttons(petition: Petition) -> Rows:
    """What a signer can do: share while it is open, take another step, change, withdraw."""
    share = [Button("share", Page("share", petition.id))] if petition.is_open else []
    label = "change_answers" if petition.is_open else "correct_answers"
    change = Button(label, ChangeAnswers(petition.id))
    return [
        *([share] if share else []),
        *(
            [[Button("what_else", Steps(petition.id, "list"))]]
            if next_steps.has_more(petition)
            else []
        ),
        [change, Button("withdraw", Withdraw(petition.id, "ask"))],
        [
            Button("news", Page("news", petition.id)),
            Button("read_more", Page("more", petition.id)),
        ],
    ]
