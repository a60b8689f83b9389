"""What reminders say, and the way out under each."""

from dataclasses import replace

from campaign import reminders
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import front_door
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


async def declined(visit: Visit) -> Screen:
    """No, thank you: what was answered is forgotten, and it is not asked again."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    await reminders.decline(visit.db, petition, visit.supporter, "unfinished", now=visit.now)
    if visit.dialog.flow == "sign" and visit.dialog.campaign_id == petition.id:
        visit.leave_form(petition, forget=True)
    else:
        answers = {k: v for k, v in visit.dialog.answers.items() if k != str(petition.id)}
        visit.dialog = replace(visit.dialog, answers=answers)
    return Screen(
        Text("reminders/forgotten", {"campaign": await visit.view(petition)}),
        [[Button("home", f"page:home:{petition.id}")]],
    )
