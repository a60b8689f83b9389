"""Promises of every parser of typed answers, whatever is typed."""

import tomllib
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign import fields
from campaign.fields import FieldProblem
from storage.email_keys import email_key, mailbox_key
from tests.folded import for_each
from tests.hostile import VALUES, big_list

MESSAGES = Path(__file__).parents[2] / "messages"
REASONS = {
    "name": {"empty", "too_long", "link", "no_letters"},
    "postcode": {"malformed"},
    "email": {"malformed"},
    "phone": {"malformed"},
    "country": {"unknown"},
    "comment": {"empty", "too_long", "link"},
}
LIMITS = {"name": 100, "postcode": 8, "email": 254, "phone": 16, "country": 2, "comment": 500}
PARSERS: dict[str, Callable[[str], str]] = {
    "name": fields.name,
    "postcode": fields.postcode,
    "email": fields.email,
    "phone": fields.phone,
    "country": partial(fields.country, language="cy"),
    "comment": fields.comment,
}
STEERING = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"

anything = st.text(st.characters(exclude_categories=()), max_size=120)
awkward = st.text(
    st.sampled_from(
        "aé\u0301\u0327 \n\x00\u200c\u200d\u202e\ufe0f\ufe00\U000e0100\U000e0067\U000e007f\u034f"
        "\u3164\u115f\u1160ᄀ각م\u064bक\u094dᠠ\u180b\u180e👩🏿🏴❤#1.@/:\u2126\ufb01\uf900ßİ\ud800\ufffe"
    ),
    max_size=40,
)
# Answers as they are meant, with a few strange characters put in.
nearly = st.builds(
    lambda text, place, strange: text[:place] + strange + text[place:],
    st.sampled_from(
        ["Ada Lovelace", "SW1A 1AA", "ada@example.org", "+44 20 7946 0000", "Wales", "Keep it."]
    ),
    st.integers(0, 16),
    awkward,
)
every_field = pytest.mark.parametrize("field", PARSERS)


def parsed(field: str, text: str) -> str | FieldProblem:
    try:
        return PARSERS[field](text)
    except FieldProblem as problem:
        return problem


def assert_has_a_text(problem: FieldProblem, field: str) -> None:
    """The problem names its field and a reason that messages/ has a text for."""
    assert problem.field == field
    assert problem.reason in REASONS[field]
    assert (problem.limit is not None) == (problem.reason == "too_long")


def assert_kept_well(field: str, text: str) -> None:
    answer = parsed(field, text)
    if isinstance(answer, FieldProblem):
        assert_has_a_text(answer, field)
        return
    assert PARSERS[field](answer) == answer
    assert 1 <= len(answer) <= LIMITS[field]
    assert unicodedata.is_normalized("NFC", answer)
    assert answer == " ".join(answer.split())
    assert not any(unicodedata.category(c) in ("Cc", "Cs") or c in STEERING for c in answer)
    answer.encode("utf-8")


@every_field
@given(text=st.one_of(anything, awkward, nearly))
@example(text="ﷺ" * 30)
@example(text="\u0958" * 60)
def test_any_text_gives_an_answer_that_keeps_well_or_a_problem(field: str, text: str) -> None:
    assert_kept_well(field, text)


@every_field
@for_each("text", [*VALUES, *big_list()])
def test_hostile_text_gives_an_answer_that_keeps_well_or_a_problem(field: str, text: str) -> None:
    assert_kept_well(field, text)


@every_field
@for_each("text", ["", " ", "\n\t", "\x00", "\u200b\u200d", "\u3164", "\u2800"])
def test_nothing_to_see_is_no_answer(field: str, text: str) -> None:
    assert isinstance(parsed(field, text), FieldProblem)


@every_field
def test_a_problem_does_not_repeat_what_was_typed(field: str) -> None:
    secret = "https://ada.example/1843" * 200
    with pytest.raises(FieldProblem) as raised:
        PARSERS[field](secret)
    assert "ada" not in repr(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@given(text=st.one_of(anything, awkward))
def test_a_key_never_fails_and_is_its_own_key(text: str) -> None:
    for key_of in (fields.name_key, email_key, mailbox_key):
        key = key_of(text)
        assert key_of(key) == key


@every_field
def test_every_reason_has_a_text_in_every_language(field: str) -> None:
    languages = [path.parent for path in MESSAGES.glob("*/language.toml")]
    assert len(languages) >= 2
    for language in languages:
        said = tomllib.loads((language / "words.toml").read_text(encoding="utf-8"))["sign"]
        for reason in REASONS[field]:
            assert f"problem_{field}_{reason}" in said
