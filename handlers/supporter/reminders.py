"""Reminders: their texts, and the button that ends them."""

from dataclasses import replace
from typing import Literal

from campaign import reminders
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Hear, Page, Sign
from storage.reminders import MUTED_AS


class Decline(Action, prefix="remind"):
    """No reminder, and forget the answers."""

    petition_id: int
    answer: Literal["no"] = "no"


def screen(petition: Petition, kind: str, language: str) -> Screen:
    """The reminder as a message."""
    body = Text(f"reminders/{kind}", {"campaign": petition.view(language)})
    if kind == "unfinished":
        return Screen(
            body,
            [
                [Button("go_on", Sign(petition.id))],
                [Button("forget_answers", Decline(petition.id))],
            ],
        )
    return Screen(
        body,
        [
            [Button("share", Page("share", petition.id))],
            [Button("no_more_reminders", Hear(petition.id, MUTED_AS, "off"))],
        ],
    )


async def decline(context: Context, action: Decline) -> Screen:
    """No, thank you: what was answered is forgotten, and it is not asked again."""
    petition = context.petition(action.petition_id)
    await reminders.decline(context.db, petition, context.supporter, "unfinished", now=context.now)
    if context.dialog.flow == "sign" and context.dialog.campaign_id == petition.id:
        context.leave_form(petition, forget=True)
    else:
        answers = {k: v for k, v in context.dialog.answers.items() if k != str(petition.id)}
        context.dialog = replace(context.dialog, answers=answers)
    return Screen(
        Text("reminders/forgotten", {"campaign": await context.view(petition)}),
        [[Button("home", Page("home", petition.id))]],
    )


ROUTES = Routes(actions={Decline: decline})
