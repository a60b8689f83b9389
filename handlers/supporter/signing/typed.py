"""A text of a person who fills the form: an answer, or a word that is an act."""

from campaign.fields import FieldProblem
from campaign.fields.normalize import one_line
from campaign.petition import Petition
from campaign.signing import doubts
from campaign.signing.doubts import Doubt
from campaign.signing.form import HAVE_POSTCODES, Form
from handlers.context import Context
from handlers.labels import typed_button
from handlers.screens import Screen, Text
from handlers.supporter.signing import form as form_taps
from handlers.supporter.signing import previous_answers, prompts
from handlers.supporter.signing.state import (
    answered,
    closed_meanwhile,
    go_to,
    is_too_late,
    parsed,
    place,
    present,
    says,
    with_notice,
)

MOST_DOUBTED = 100
SWAPPED = frozenset(
    {
        *(("name", "email"), ("name", "phone")),
        *(("postcode", "name"), ("postcode", "email"), ("postcode", "phone")),
    }
)
"""Answers that are known for another question's."""

TO_STOP = frozenset({"stop", "cancel"})
ONLY_TAPPED = frozenset({"sign", "cancel"})


class NotSigning(Exception):
    """The person is in no form."""


class Means(Exception):
    """A word was typed that is no answer here, and an act of its own.

    Attributes:
        act: its name in `acts.ACTS`.
    """

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act


async def typed(context: Context, text: str) -> Screen:
    """A text where an answer was asked; help where a tap was.

    Raises:
        NotSigning: the person is in no form.
    """
    here = place(context)
    if here is None:
        raise NotSigning
    if is_too_late(*here):
        return await closed_meanwhile(context, here[0])
    petition, form = here
    if tap := await _tap(context, petition, form, text):
        do, argument = tap
        return await do(context, petition, form, argument)
    act = context.services.renderer.act(text)
    if act is not None and _has_said_so_before(form, text):
        return await form_taps.stop(context, petition, form, "")
    if act is not None and (question := _question_about(context, form, act, text)):
        return await go_to(context, petition, form.ask_back(question))
    if act is not None and not _is_asked_back(form, text):
        raise Means(act)
    if not form.is_question:
        return await _helped(context, petition, form)
    try:
        value = parsed(context, form.step, text)
    except FieldProblem as problem:
        return await _not_taken(context, petition, form, text, problem)
    doubt = doubts.doubt_about(form.step, value)
    if doubt is not None and not _is_asked_back(form, value):
        return await go_to(context, petition, form.ask_back(doubt))
    return await answered(context, petition, form, value)


async def _helped(context: Context, petition: Petition, form: Form) -> Screen:
    """What the present screen is for, above it; without what was asked back there."""
    note = Text("help/step", {"campaign": await context.view(petition), "step": form.step})
    if form.doubted is None:
        return with_notice(await present(context), note)
    return with_notice(await go_to(context, petition, form.without_doubt()), note)


async def _tap(
    context: Context, petition: Petition, form: Form, text: str
) -> tuple[form_taps.Tap, str] | None:
    """The button under the question whose label was typed. Not where somebody may be called that,
    nor where it signs, agrees or loses answers: those are taps."""
    if tap := await form_taps.keyboard_tap(context, petition, form, text):
        return tap
    if form.step == "name" and _can_be_answer(context, form, one_line(text)):
        return None
    rows = prompts.ask(context, petition, form, await previous_answers.found(context, petition))
    button = typed_button(context, rows.buttons, text)
    data = button.data if button else None
    if not isinstance(data, prompts.Answer) or data.name in ONLY_TAPPED:
        return None
    return form_taps.TAPS[data.name], data.value or ""


async def _not_taken(
    context: Context, petition: Petition, form: Form, text: str, problem: FieldProblem
) -> Screen:
    """Why an answer cannot be taken, and what it is likely meant for."""
    if form.step == "postcode":
        meant = doubts.country_meant(text, context.language)
        if meant is not None and meant not in HAVE_POSTCODES:
            if not petition.definition.from_anywhere:
                return prompts.only_uk(context, petition)
            doubt = Doubt("postcode", one_line(text)[:MOST_DOUBTED], "country", meant, False)
            return await go_to(context, petition, form.ask_back(doubt))
    looks_like = doubts.looks_like(text)
    if looks_like is not None and (form.step, looks_like) in SWAPPED:
        return with_notice(await present(context), Text(f"sign/problem_{form.step}_{looks_like}"))
    return with_notice(await present(context), says(problem))


def _question_about(context: Context, form: Form, act: str, text: str) -> Doubt | None:
    """What to ask of a word that is an act: whether it is the answer, where it can be one; whether
    to stop, where answers are lost. None where it is clear."""
    typed = one_line(text)
    possible = form.is_question and _can_be_answer(context, form, typed)
    if possible and _is_asked_back(form, typed):
        return None
    if possible or act in TO_STOP:
        return Doubt(form.step, typed, "word", act, possible)
    return None


def _has_said_so_before(form: Form, text: str) -> bool:
    """Whether this word to stop has been asked back, and is said again."""
    doubt = form.doubted
    return (
        doubt is not None
        and doubt.reason == "word"
        and doubt.likely in TO_STOP
        and doubt.value.casefold() == one_line(text).casefold()
    )


def _can_be_answer(context: Context, form: Form, text: str) -> bool:
    try:
        parsed(context, form.step, text)
    except FieldProblem:
        return False
    return True


def _is_asked_back(form: Form, value: str) -> bool:
    """Whether just this has been asked back, so that giving it again is the answer."""
    return (
        form.doubted is not None
        and form.doubted.possible
        and (form.doubted.value == one_line(value))
    )
