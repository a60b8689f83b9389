"""Promises of the form that staff fill in: whatever is tapped and typed, nothing given is lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.questionnaire import REVIEW, NotAsked, Questionnaire, questions

ASKED = questions(
    [("who", False, True), ("quote", True, True), ("link", True, False)], ["en", "cy"]
)
ACTS = ("answer", "skip", "back", "change:who@en", "change:link", "change:quote@cy", "store")


def test_each_question_comes_once_and_its_words_again_in_each_further_language() -> None:
    form = Questionnaire.begin(ASKED)
    asked = []
    while form.step != REVIEW:
        asked.append(form.step)
        form = form.answer(f"to {form.step}")
    assert asked == ["who@en", "quote@en", "link", "who@cy", "quote@cy"]
    assert form.texts() == {
        "en": {"who": "to who@en", "quote": "to quote@en"},
        "cy": {"who": "to who@cy", "quote": "to quote@cy"},
    }


def test_what_was_skipped_is_not_asked_for_in_other_languages() -> None:
    form = Questionnaire.begin(ASKED).answer("An MP").skip().skip()
    assert form.step == "who@cy"
    assert form.skip().step == REVIEW
    assert form.skip().texts() == {"en": {"who": "An MP"}}


def test_in_a_further_language_every_text_may_be_skipped() -> None:
    asked = questions(
        [("who", False, True), ("quote", True, True), ("link", True, False)], ["en", "cy"]
    )
    assert asked == ASKED
    assert [(one.name, one.language, one.optional) for one in asked] == [
        ("who", "en", False),
        ("quote", "en", True),
        ("link", "", True),
        ("who", "cy", True),
        ("quote", "cy", True),
    ]


def test_what_has_to_be_answered_cannot_be_skipped() -> None:
    form = Questionnaire.begin(ASKED)
    with pytest.raises(NotAsked):
        form.skip()
    assert form.back() is None


def test_a_single_language_asks_once() -> None:
    asked = questions([("who", False, True), ("days", False, False)], ["en"])
    assert [one.key for one in asked] == ["who@en", "days"]


@given(st.lists(st.sampled_from(ACTS), max_size=40))
def test_any_history_keeps_answers_and_reviews_only_what_is_complete(acts: list[str]) -> None:
    form, given_last = Questionnaire.begin(ASKED), {}
    for number, act in enumerate(acts):
        step = form.step
        try:
            if act == "answer":
                form = form.answer(number)
                given_last[step] = number
            elif act == "skip":
                form = form.skip()
                given_last[step] = None
            elif act == "back":
                form = form.back() or form
            elif act == "store":
                kept = json.loads(json.dumps(form.to_dict()))
                assert Questionnaire.from_dict(ASKED, kept) == form
            else:
                form = form.change(act.partition(":")[2])
        except NotAsked:
            assert form.step == step
        assert dict(form.answers) == given_last
        assert form.step == REVIEW or form.current in ASKED
        if form.step == REVIEW:
            assert form.complete
            assert form.answers["who@en"] is not None


def test_a_question_that_is_new_is_asked_before_the_look() -> None:
    kept = {"step": REVIEW, "answers": {"who@en": "An MP"}}
    assert Questionnaire.from_dict(ASKED, kept).step == "quote@en"


def test_a_question_that_is_asked_no_longer_is_forgotten() -> None:
    kept = {"step": "gone", "answers": {"who@en": "An MP", "gone": 1}}
    form = Questionnaire.from_dict(ASKED, kept)
    assert form.step == "quote@en"
    assert dict(form.answers) == {"who@en": "An MP"}


def test_nothing_is_taken_that_is_not_asked() -> None:
    form = Questionnaire.begin(ASKED)
    with pytest.raises(NotAsked):
        form.skip()
    while form.step != REVIEW:
        form = form.answer("x")
    for refused in (lambda: form.answer("after the end"), form.skip):
        with pytest.raises(NotAsked):
            refused()
