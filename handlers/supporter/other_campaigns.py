"""May we tell you about other campaigns? Asked once, after signing, and settled by yes or no."""

from contextlib import suppress
from dataclasses import replace
from typing import Literal

from campaign import subscriptions
from campaign.errors import WordingChanged
from campaign.petition import CONSENT_OTHER, Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Page
from handlers.supporter.choice_limit import TOO_OFTEN, too_often


class Once(Action, prefix="once"):
    """The question, and both answers to it.

    Attributes:
        wording_id: the wording that is answered.
    """

    petition_id: int
    do: Literal["ask", "yes", "no"]
    wording_id: int | None = None


async def offer(context: Context, petition: Petition) -> Rows:
    """The way to the question, for those who have not answered it."""
    me = context.supporter
    if not context.can.writes_first:
        return []
    if not await subscriptions.may_ask_of_others(context.db, petition, me, context.language):
        return []
    return [[Button("ask_of_others", Once(petition.id, "ask"))]]


async def question(context: Context, petition: Petition) -> Screen | None:
    """The words in full, and yes and no as equals; None if it has been answered."""
    wording = petition.wording(CONSENT_OTHER, context.language)
    me = context.supporter
    if wording is None or not await subscriptions.may_ask_of_others(
        context.db, petition, me, context.language
    ):
        return None
    return Screen(
        Text("subscriptions/others_once", {"wording": wording.text}),
        [
            [
                Button("others_yes", Once(petition.id, "yes", wording.id)),
                Button("others_no", Once(petition.id, "no", wording.id)),
            ]
        ],
        fresh=True,
    )


async def answer(context: Context, action: Once) -> Screen:
    """Yes or no, to the words on the screen; if they have changed since, those are asked."""
    petition = context.petition(action.petition_id)
    do = subscriptions.hear_of_others if action.do == "yes" else subscriptions.refuse_others
    if action.do == "yes":
        context.promise_to_write()
    if action.do == "yes" and await too_often(context):
        return replace(await _answered(context, petition), toast=TOO_OFTEN)
    if action.do != "ask":
        with suppress(WordingChanged):
            await do(
                context.db,
                petition,
                context.supporter,
                shown=action.wording_id or 0,
                language=context.language,
                now=context.now,
            )
    return await question(context, petition) or await _answered(context, petition)


async def _answered(context: Context, petition: Petition) -> Screen:
    """What the person has chosen, and that it can be changed."""
    agreed = await subscriptions.hears_of_others(context.db, petition.id, context.supporter)
    return Screen(
        Text("subscriptions/others_answered", {"agreed": agreed}),
        [[Button("home", Page("home", petition.id))]],
    )


ROUTES = Routes(actions={Once: answer})
