"""Where a person is in the form: kept with the dialog, shown as a question."""

from dataclasses import replace

from campaign.fields import FieldProblem
from campaign.petition import Petition
from campaign.signing.form import CONSENT, Form
from handlers.context import SIGNING, Visit
from handlers.screens import Screen, Text
from handlers.supporter.home import campaign_page, front_door
from handlers.supporter.signing import funnel, previous_answers, screens


def place(visit: Visit) -> tuple[Petition, Form] | None:
    """The campaign and form the person is in the middle of."""
    petition = visit.petition(visit.dialog.campaign_id)
    if visit.dialog.flow != SIGNING or petition is None:
        return None
    form = kept(visit, petition)
    return (petition, form) if form is not None else None


def kept(visit: Visit, petition: Petition) -> Form | None:
    """The form as far as this petition's is filled in; None if it is not begun."""
    written = visit.dialog.answers.get(str(petition.id))
    if written is None:
        return None
    step = visit.dialog.step if is_in(visit, petition) else ""
    return Form.from_dict(petition.definition, step, written)


def is_in(visit: Visit, petition: Petition) -> bool:
    """Whether the person is in the middle of this petition's form."""
    return visit.dialog.flow == SIGNING and visit.dialog.campaign_id == petition.id


async def present(visit: Visit) -> Screen:
    """The screen of where the person is: the open question, or the front door."""
    here = place(visit)
    if here is None:
        petition = visit.current_petition
        return (
            await campaign_page(visit, petition, fresh=True)
            if petition
            else await front_door(visit)
        )
    return screens.ask(visit, *here, await previous_answers.found(visit, here[0]))


async def in_new_language(visit: Visit) -> Screen:
    """Where the person is, after a change of language; a consent shown in the old one is shown
    anew, because what is agreed to is the wording on the screen."""
    here = place(visit)
    if here is None:
        return await present(visit)
    return await go_to(visit, *here)


async def go_to(visit: Visit, petition: Petition, form: Form) -> Screen:
    """Put the person at the form's present step, and ask it."""
    if form.step == CONSENT:
        form = form.showing(petition.shown(visit.language))
    at_phone = visit.dialog.flow == SIGNING and visit.dialog.step == "phone"
    visit.go_to(petition.id, SIGNING, form.step, form.to_dict(), under=str(petition.id))
    if not form.amending:
        await funnel.come_to(visit, petition, form.step)
    given = await previous_answers.found(visit, petition) if form.is_question else []
    screen = screens.ask(visit, petition, form, given)
    return replace(screen, puts_keyboard_away=at_phone and form.step != "phone")


def with_notice(screen: Screen, note: Text) -> Screen:
    """A screen with a notice above it, as a new message."""
    return replace(screen, above=note, fresh=True)


def says(problem: FieldProblem) -> Text:
    """What is wrong with an answer, and what to do."""
    variables = {} if problem.limit is None else {"limit": problem.limit}
    return Text(f"sign/problem_{problem.field}_{problem.reason}", variables)
