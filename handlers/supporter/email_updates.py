"""Hearing by email: the words that it means, yes to them, or no more of it."""

from dataclasses import replace
from typing import Literal

from campaign import email_updates
from campaign.email_updates import AddressOfAnother, NoProvenAddress
from campaign.errors import WordingChanged
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Page, Updates
from handlers.supporter.choice_limit import TOO_OFTEN, too_often
from handlers.supporter.signing.onward import follow_buttons
from storage.wordings import Wording


class ByEmail(Action, prefix="mail"):
    """Hear by email, after a question, or no more.

    Attributes:
        wording_id: the wording that is agreed to.
    """

    petition_id: int
    do: Literal["ask", "on", "off"]
    wording_id: int | None = None


async def offer(context: Context, petition: Petition) -> Rows:
    """The way to the question, for those who have an address and are not written to there."""
    if not context.services.emails_updates:
        return []
    if await email_updates.hears(context.db, petition, context.supporter):
        return []
    if await email_updates.proven_address(context.db, petition, context.supporter) is None:
        return []
    return [[Button("hear_by_email", ByEmail(petition.id, "ask"))]]


async def choose(context: Context, action: ByEmail) -> Screen:
    """Ask, agree, or stop; the same choice twice changes nothing, and says how it stands."""
    petition = context.petition(action.petition_id)
    if action.do == "off":
        await email_updates.stop(
            context.db, petition.id, context.supporter.id, method="button", now=context.now
        )
        return Screen(Text("email_updates/off"), _onward(petition))
    if not context.services.emails_updates:
        return await _elsewhere(context, petition, "no_address")
    wording = await _wording(context, petition)
    if action.do == "ask":
        return await _ask(context, petition, wording)
    if await too_often(context):
        return replace(await _ask(context, petition, wording), toast=TOO_OFTEN)
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
        return await _ask(context, petition, wording)
    except NoProvenAddress:
        return await _elsewhere(context, petition, "no_address")
    except AddressOfAnother:
        return await _elsewhere(context, petition, "of_another")
    return Screen(
        Text("email_updates/on", {"email": email}),
        [[Button("stop_emails", ByEmail(petition.id, "off"))], *_onward(petition)],
    )


async def _ask(context: Context, petition: Petition, wording: Wording) -> Screen:
    email = await email_updates.proven_address(context.db, petition, context.supporter)
    if email is None:
        return await _elsewhere(context, petition, "no_address")
    return Screen(
        Text("email_updates/ask", {"email": email, "wording": wording.text}),
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
