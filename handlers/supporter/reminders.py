"""What reminders say, and the way out under each."""

from dataclasses import replace

from campaign import reminders
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import home
from storage.reminders import MUTED_AS


def screen(petition: Petition, kind: str, language: str) -> Screen:
    """The reminder as a message."""
    body = Text(f"reminders/{kind}", {"campaign": petition.view(language)})
    if kind == "unfinished":
        return Screen(
            body,
            [
                [Button("go_on", f"sign:{petition.id}")],
                [Button("forget_answers", f"remind:{petition.id}:no")],
            ],
        )
    return Screen(
        body,
        [
            [Button("share", f"page:share:{petition.id}")],
            [Button("no_more_reminders", f"hear:{petition.id}:{MUTED_AS}:off")],
        ],
    )


async def declined(context: Context) -> Screen:
    """No, thank you: what was answered is forgotten, and it is not asked again."""
    petition = context.find_petition(context.args[0])
    if petition is None:
        return await home(context)
    await reminders.decline(context.db, petition, context.supporter, "unfinished", now=context.now)
    if context.dialog.flow == "sign" and context.dialog.campaign_id == petition.id:
        context.leave_form(petition, forget=True)
    else:
        answers = {k: v for k, v in context.dialog.answers.items() if k != str(petition.id)}
        context.dialog = replace(context.dialog, answers=answers)
    return Screen(
        Text("reminders/forgotten", {"campaign": await context.view(petition)}),
        [[Button("home", f"page:home:{petition.id}")]],
    )
