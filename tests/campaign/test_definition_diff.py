"""Promises of the look at a change: what is different is said, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.definition.campaign_file import load_definition
from campaign.definition.diff import Change, changes, words
from campaign.definition.model import Definition
from tests.amount import cases
from tests.campaign import FULL_PROFILE
from tests.campaign.definitions import PNG, definitions

FULL = load_definition(FULL_PROFILE)


def changed(**values: Any) -> Definition:
    return Definition.from_dict({**FULL.to_dict(), **values})


def with_text(language: str, **values: Any) -> Definition:
    stored = FULL.to_dict()
    stored["text"][language].update(values)
    return Definition.from_dict(stored)


def keys(after: Definition) -> list[str]:
    return [change.key for change in changes(FULL, after)]


@settings(max_examples=cases(short=6, full=30))
@given(definitions())
def test_a_campaign_differs_from_itself_in_nothing(definition: Definition) -> None:
    assert changes(definition, Definition.from_dict(definition.to_dict())) == []


@settings(max_examples=cases(short=6, full=30))
@given(definitions(), definitions())
def test_two_campaigns_are_the_same_only_if_no_change_is_told(
    one: Definition, other: Definition
) -> None:
    assert bool(changes(one, other)) == (one != other)
    assert len(changes(one, other)) == len({(c.path, c.after is None) for c in changes(one, other)})


def test_a_changed_text_is_named_with_its_language() -> None:
    (change,) = changes(FULL, with_text("cy", summary="Crynodeb arall."))
    assert change.key == "text.cy.summary"
    assert change.after == "Crynodeb arall."
    assert change.before == FULL.text["cy"].summary


def test_a_new_first_reason_changes_no_other() -> None:
    reasons = ["A new one.", *FULL.text["en"].reasons]
    (change,) = changes(FULL, with_text("en", reasons=reasons))
    assert (change.key, change.before, change.after) == ("text.en.reasons[1]", None, "A new one.")


def test_a_reason_that_goes_is_named_where_it_stood() -> None:
    (change,) = changes(FULL, with_text("en", reasons=[FULL.text["en"].reasons[1]]))
    assert (change.key, change.after) == ("text.en.reasons[1]", None)


def test_two_reasons_that_change_places_have_moved() -> None:
    reasons = FULL.text["en"].reasons[::-1]
    (change,) = changes(FULL, with_text("en", reasons=list(reasons)))
    assert change.moved_from
    assert change.before == change.after


def test_a_changed_answer_is_told_without_its_question() -> None:
    asked = {"question": "What about farms?", "answer": "They stay."}
    assert keys(with_text("en", questions=[asked])) == ["text.en.questions[1].answer"]


@pytest.mark.parametrize(
    ("after", "meaning"),
    [
        (changed(status="closed"), "closes"),
        (changed(status="draft"), "hides"),
        (changed(keep_months=3), "data"),
        (changed(fields=[{"kind": "name"}]), "fields"),
        (with_text("en", title="Another"), "new_version"),
        (with_text("en", consent=FULL.text["cy"].consent.model_dump()), "asks_anew"),
        (with_text("en", privacy_notice="Another."), "data"),
        (changed(goal=7), ""),
    ],
)
def test_what_a_change_brings_with_it_is_known(after: Definition, meaning: str) -> None:
    assert {change.meaning for change in changes(FULL, after)} == {meaning}


def test_opening_is_told() -> None:
    assert Change(("status",), "closed", "open").meaning == "opens"


def test_another_picture_is_a_change_and_the_same_is_none() -> None:
    with_picture = FULL.model_copy(update={"picture": PNG})
    assert keys(with_picture) == ["picture"]
    assert changes(with_picture, with_picture.model_copy(update={"picture": bytes(PNG)})) == []
    other = FULL.model_copy(update={"picture": PNG + b"x"})
    assert [change.key for change in changes(with_picture, other)] == ["picture"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_words_that_are_told_make_up_both_texts(before: str, after: str) -> None:
    pieces = words(before, after)
    for text, other in ((before, "new"), (after, "gone")):
        told = "".join(piece.text for piece in pieces if piece.kind != other)
        head, *cuts = told.split("…")
        if "…" not in before + after:
            assert text.startswith(head.rstrip()) or not head
            assert cuts or told == text


def test_one_changed_word_is_told_with_a_few_around_it() -> None:
    before = " ".join(f"word{n}" for n in range(200))
    pieces = words(before, before.replace("word100 ", "other "))
    assert [(p.kind, p.text.strip()) for p in pieces if p.kind != "same"] == [
        ("gone", "word100"),
        ("new", "other"),
    ]
    assert sum(len(piece.text) for piece in pieces) < 120


def test_texts_that_have_nothing_in_common_are_told_whole() -> None:
    assert [p.kind for p in words("Open the rivers", "Close every road now")] == ["gone", "new"]


def numbered(numbers: range) -> str:
    return "".join(f"w{number} " for number in numbers)


def test_what_has_stayed_is_cut_to_five_words_beside_each_change() -> None:
    before = numbered(range(50))
    pieces = words(before, before.replace("w12 ", "A ").replace("w30 ", "B "))
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", f"… {numbered(range(7, 12))}"),
        ("gone", "w12 "),
        ("new", "A "),
        ("same", f"{numbered(range(13, 18))}… {numbered(range(25, 30))}"),
        ("gone", "w30 "),
        ("new", "B "),
        ("same", f"{numbered(range(31, 36))}…"),
    ]


def test_eleven_words_that_have_stayed_are_not_cut() -> None:
    before = numbered(range(23))
    pieces = words(before, before.replace("w11 ", "A "))
    assert [piece.text for piece in pieces if piece.kind == "same"] == [
        numbered(range(11)),
        numbered(range(12, 23)),
    ]


def test_a_text_that_repeats_itself_is_compared_word_by_word_too() -> None:
    before = "yes no " * 150
    pieces = words(before, before + "perhaps ")
    assert [piece.text for piece in pieces if piece.kind != "same"] == ["perhaps "]
