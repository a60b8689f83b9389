"""Where a person is in the form: kept with the dialog, shown as a question."""

from dataclasses import replace

from campaign import catalogue
from campaign.fields import FieldProblem
from campaign.petition import Petition
from campaign.questionnaire import REVIEW
from campaign.signing import parse_answer
from campaign.signing.form import HOME, Form
from handlers.context import SIGNING, Context
from handlers.screens import Button, Screen, Text
from handlers.supporter import closed
from handlers.supporter.buttons import Updates
from handlers.supporter.home import home
from handlers.supporter.petition_page import petition_page
from handlers.supporter.signing import funnel, previous_answers, prompts


def place(context: Context) -> tuple[Petition, Form] | None:
    """The campaign and form the person is in the middle of."""
    petition = context.selected if context.dialog.flow == SIGNING else None
    form = kept(context, petition) if petition else None
    return (petition, form) if petition and form else None


async def closed_meanwhile(context: Context, petition: Petition) -> Screen:
    """Signing has ended while the person was in the form: their answers are thrown away."""
    context.leave_form(petition, forget=True)
    now = (await catalogue.current(context.db, petition.id) or petition).as_of(context.now)
    return Screen(
        Text("sign/closed_meanwhile", {"campaign": await context.view(now)}),
        [[Button("updates_on", Updates(now.id, "on"))], *closed.still_open(context, now)],
        fresh=True,
    )


def is_too_late(petition: Petition, form: Form) -> bool:
    """Whether the form leads nowhere any more; a signature can be corrected all the same."""
    return not petition.is_open and not form.amending


def kept(context: Context, petition: Petition) -> Form | None:
    """The form as far as this petition's is filled in; None if it is not begun."""
    written = context.dialog.answers.get(str(petition.id))
    if written is None:
        return None
    step = context.dialog.step if is_in(context, petition) else ""
    by_email = not context.can.proves_person
    return Form.from_dict(petition.definition, step, written, by_email=by_email)


def is_in(context: Context, petition: Petition) -> bool:
    """Whether the person is in the middle of this petition's form."""
    return context.dialog.flow == SIGNING and context.dialog.campaign_id == petition.id


async def present(context: Context) -> Screen:
    """The screen of where the person is: the open question, or the front door."""
    here = place(context)
    if here is not None and is_too_late(*here):
        return await closed_meanwhile(context, here[0])
    if here is None:
        petition = context.current_petition
        return (
            await petition_page(context, petition, fresh=True) if petition else await home(context)
        )
    return prompts.ask(context, *here, await previous_answers.found(context, here[0]))


async def in_new_language(context: Context) -> Screen:
    """Where the person is, after a change of language; a consent shown in the old one is shown
    again, because what is agreed to is the wording on the screen."""
    here = place(context)
    if here is None:
        return await present(context)
    return await go_to(context, *here)


async def go_to(context: Context, petition: Petition, form: Form) -> Screen:
    """Put the person at the form's present step, and ask it."""
    if form.step == REVIEW and not form.amending:
        shown = petition.shown(context.language)
        alone = not context.can.writes_first
        form = form.showing(shown.to_sign_alone if alone else shown.to_sign)
    at_phone = context.dialog.flow == SIGNING and context.dialog.step == "phone"
    context.go_to(petition.id, SIGNING, form.step, form.to_dict(), under=str(petition.id))
    if not form.amending:
        funnel.record_step(context, petition, form.step)
    given = await previous_answers.found(context, petition) if form.is_question else []
    screen = prompts.ask(context, petition, form, given)
    return replace(screen, puts_keyboard_away=at_phone and form.step != "phone")


def parsed(context: Context, kind: str, text: str) -> str:
    """What was typed in answer to a question, as it will be kept.

    Raises:
        campaign.fields.FieldProblem: says which field and what is wrong with it.
    """
    typed = not context.can.contact_request
    return parse_answer.parse(kind, text, context.language, phone_typed=typed)


async def answered(context: Context, petition: Petition, form: Form, value: str) -> Screen:
    """An answer has come. A country in place of a postcode is none that has postcodes."""
    if form.step == "country" and form.elsewhere:
        if value == HOME:
            return await go_to(context, petition, form.has_postcode())
        if not petition.definition.from_anywhere:
            return prompts.only_uk(context, petition)
    return await go_to(context, petition, form.answer(value))


def with_notice(screen: Screen, note: Text) -> Screen:
    """A screen with a notice above it, as a new message."""
    return replace(screen, above=note, fresh=True)


def says(problem: FieldProblem) -> Text:
    """What is wrong with an answer, and what to do."""
    variables = {} if problem.limit is None else {"limit": problem.limit}
    return Text(f"sign/problem_{problem.field}_{problem.reason}", variables)
