"""Hearing by email: the words that it means, yes to them, or no more of it."""

from dataclasses import replace

from campaign import email_updates, subscriptions
from campaign.email_updates import AddressOfAnother, NoProvenAddress
from campaign.errors import WordingChanged
from campaign.petition import Petition
from campaign.signing import standing
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import ByEmail, Page, Updates
from handlers.supporter.choice_limit import TOO_OFTEN, too_often
from handlers.supporter.own_email_page import ask_address
from handlers.supporter.signing.onward import follow_buttons
from storage.wordings import Wording


async def offer(context: Context, petition: Petition) -> Rows:
    """The way to the question, for those who are not emailed about it."""
    if not context.services.emails_updates:
        return []
    if await email_updates.hears(context.db, petition, context.supporter):
        return []
    return [[Button("hear_by_email", ByEmail(petition.id, "ask"))]]


async def choose(context: Context, action: ByEmail) -> Screen:
    """Ask, agree, stop, or be emailed only; the same choice twice changes nothing, and says how it
    stands."""
    petition = context.petition(action.petition_id)
    if action.do == "off":
        await email_updates.stop(
            context.db, petition.id, context.supporter.id, method="button", now=context.now
        )
        return Screen(Text("email_updates/off"), _onward(petition))
    if not context.services.emails_updates:
        return await _elsewhere(context, petition, "no_address")
    if action.do == "instead":
        return await _instead(context, petition)
    if action.do == "ask":
        return await question(context, petition)
    if await too_often(context):
        return replace(await question(context, petition), toast=TOO_OFTEN)
    wording = await _wording(context, petition)
    try:
        email = await email_updates.agree(
            context.db,
            petition,
            context.supporter,
            shown=action.wording_id,
            asked=wording,
            now=context.now,
        )
    except WordingChanged:
        return await question(context, petition)
    except NoProvenAddress:
        return await _elsewhere(context, petition, "no_address")
    except AddressOfAnother:
        return await _elsewhere(context, petition, "of_another")
    return await _on(context, petition, email)


async def _on(context: Context, petition: Petition, email: str) -> Screen:
    """Where emails go; who hears in a chat, too, gets each update once, and there first."""
    me = context.supporter
    in_chat = me.reachable and await subscriptions.hears_updates(context.db, petition, me)
    instead = [[Button("emails_only", ByEmail(petition.id, "instead"))]] if in_chat else []
    stop = [Button("stop_emails", ByEmail(petition.id, "off"))]
    return Screen(
        Text("email_updates/on", {"email": email, "in_chat": in_chat}),
        [*instead, stop, *_onward(petition)],
    )


async def _instead(context: Context, petition: Petition) -> Screen:
    """No more updates in the chat, for those who are emailed."""
    me = context.supporter
    email = await email_updates.address_of(context.db, me)
    if email is None or not await email_updates.hears(context.db, petition, me):
        return await question(context, petition)
    await subscriptions.choose(
        context.db, petition, me, hears=False, language=context.language, now=context.now
    )
    return await _on(context, petition, email)


async def question(context: Context, petition: Petition) -> Screen:
    """May we email you? Where no address is known to be theirs, that is asked for first."""
    email = await email_updates.proven_address(context.db, petition, context.supporter)
    if email is None:
        return ask_address(context, petition)
    wording = await _wording(context, petition)
    signed = await standing.has_signed(context.db, petition, context.supporter)
    return Screen(
        Text("email_updates/ask", {"email": email, "wording": wording.text, "signed": signed}),
        [
            [Button("i_agree", ByEmail(petition.id, "on", wording.id))],
            [Button("back", Page("home", petition.id))],
        ],
        fresh=True,
    )


async def _elsewhere(context: Context, petition: Petition, why: str) -> Screen:
    """It cannot be done here, and what can."""
    return Screen(
        Text("email_updates/not", {"why": why}),
        [*follow_buttons(context, petition), [Button("home", Page("home", petition.id))]],
    )


async def _wording(context: Context, petition: Petition) -> Wording:
    language = petition.language(context.language)
    campaign = petition.view(language)
    usual = context.services.renderer.text("email_updates/wording", language, campaign=campaign)
    return await email_updates.wording(
        context.db, petition, language, usual=usual.strip(), now=context.now
    )


def _onward(petition: Petition) -> Rows:
    return [
        [
            Button("choose_updates", Updates(petition.id, "show")),
            Button("home", Page("home", petition.id)),
        ]
    ]


ROUTES = Routes(actions={ByEmail: choose})
