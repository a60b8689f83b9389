"""Promises of the form: nobody gets lost in it, and no answer is lost."""

from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from campaign.definition.campaign_file import load_definition
from campaign.fields import FieldProblem
from campaign.petition import ShownWordings
from campaign.questionnaire import REVIEW, NotAsked
from campaign.signing.form import HOME, Form
from campaign.signing.parse_answer import parse, phone_of_contact
from tests.campaign import FULL_PROFILE

DEFINITION = load_definition(FULL_PROFILE)
KINDS = [asked.kind for asked in DEFINITION.fields]
SHOWN = ShownWordings(1, 2, 3, 4)


class SomebodyFillsTheForm(RuleBasedStateMachine):
    """Any order of acts, with a restart (a trip through the database's JSON) in between."""

    def __init__(self) -> None:
        super().__init__()
        self.form = Form.begin(DEFINITION)
        self.given: dict[str, str | None] = {}
        self.left = False

    @precondition(lambda self: self.form.is_question)
    @rule(value=st.text(min_size=1))
    def answer(self, value: str) -> None:
        if self.form.step == "country":
            value = HOME
        self.given[self.form.step] = value
        self.form = self.form.answer(value)

    @precondition(lambda self: self.form.is_question and not self.form.required)
    @rule()
    def skip(self) -> None:
        self.given[self.form.step] = None
        self.form = self.form.skip()

    @rule()
    def keep(self) -> None:
        if self.form.is_question and self.form.step in self.form.answers:
            self.form = self.form.keep()
        else:
            with pytest.raises(NotAsked):
                self.form.keep()

    @rule(given=st.dictionaries(st.sampled_from([*KINDS, "shoe_size"]), st.text(min_size=1)))
    def fill(self, given: dict[str, str]) -> None:
        given = {kind: HOME if kind == "country" else value for kind, value in given.items()}
        fits = {kind: given[kind] for kind in self.form.unanswered if kind in given}
        if self.form.is_question and fits:
            self.form = self.form.fill(given)
            self.given |= fits
        else:
            with pytest.raises(NotAsked):
                self.form.fill(given)

    @rule()
    def back(self) -> None:
        earlier = self.form.back()
        self.form = earlier if earlier is not None else self.form.resumed()

    @rule(kind=st.sampled_from([*KINDS, "nonsense"]))
    def change(self, kind: str) -> None:
        if self.form.step == REVIEW and kind in KINDS:
            self.form = self.form.change(kind)
        else:
            with pytest.raises(NotAsked):
                self.form.change(kind)

    @rule()
    def restart(self) -> None:
        self.form = Form.from_dict(DEFINITION, self.form.step, self.form.to_dict())

    @invariant()
    def every_answer_is_kept(self) -> None:
        assert dict(self.form.answers) == self.given

    @invariant()
    def the_review_has_all_that_is_required(self) -> None:
        if self.form.step == REVIEW:
            assert self.form.complete
            assert all(
                self.form.answers[asked.kind] is not None
                for asked in DEFINITION.fields
                if asked.required
            )

    @invariant()
    def the_step_is_one_of_the_form(self) -> None:
        assert self.form.step in (*KINDS, REVIEW)


TestSomebodyFillsTheForm = SomebodyFillsTheForm.TestCase


def test_a_form_ends_at_its_review_when_all_is_answered() -> None:
    form = Form.begin(DEFINITION)
    while form.is_question:
        form = form.answer(HOME)
    assert form.step == REVIEW
    assert form.showing(SHOWN).shown == SHOWN


def test_earlier_answers_lead_to_the_review_and_each_can_be_changed() -> None:
    form = Form.begin(DEFINITION).answer("My own")
    form = form.fill({kind: HOME if kind == "country" else f"earlier {kind}" for kind in KINDS})
    assert form.step == REVIEW
    assert form.answers[KINDS[0]] == "My own", "what has been given here stays"
    changed = form.showing(SHOWN).change(KINDS[1]).answer("another")
    assert (changed.step, changed.answers[KINDS[1]]) == (REVIEW, "another")


def test_a_signature_that_is_being_changed_takes_nothing_from_elsewhere() -> None:
    form = replace(Form.begin(DEFINITION), amending=True)
    with pytest.raises(NotAsked):
        form.fill(dict.fromkeys(KINDS, "x"))


def test_a_question_the_campaign_dropped_leads_to_the_next_thing_to_do() -> None:
    stored = Form.begin(DEFINITION).to_dict()
    stored["answers"]["shoe_size"] = "42"
    form = Form.from_dict(DEFINITION, "shoe_size", stored)
    assert form.step == KINDS[0]
    assert "shoe_size" not in form.answers


def test_a_required_question_cannot_be_skipped() -> None:
    with pytest.raises(NotAsked):
        Form.begin(DEFINITION).skip()


def test_nothing_is_taken_that_was_not_asked_for() -> None:
    form = Form.begin(DEFINITION)
    with pytest.raises(NotAsked):
        form.change(KINDS[1])
    while form.is_question:
        form = form.answer(HOME)
    with pytest.raises(NotAsked):
        form.showing(SHOWN).answer("after the end")


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("name", " Ada  Lovelace ", "Ada Lovelace"),
        ("postcode", "sw1a1aa", "SW1A 1AA"),
        ("email", "ada@example.org", "ada@example.org"),
        ("country", "France", "FR"),
        ("comment", "It works.", "It works."),
    ],
)
def test_each_question_has_answers_of_its_own(kind: str, text: str, kept: str) -> None:
    assert parse(kind, text, "en") == kept


def test_a_phone_number_is_shared_and_not_typed() -> None:
    with pytest.raises(FieldProblem, match="typed"):
        parse("phone", "020 7946 0000", "en")
    with pytest.raises(FieldProblem, match="not_own"):
        phone_of_contact("442079460000", owner=8, sender=7)
    with pytest.raises(FieldProblem, match="not_own"):
        phone_of_contact("442079460000", owner=None, sender=7)
    for written in ("442079460000", "+442079460000"):  # Telegram leaves out the plus, or not
        assert phone_of_contact(written, owner=7, sender=7) == "+442079460000"
