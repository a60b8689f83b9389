"""Promises of normal forms: those of Unicode for what people write, and never for ever."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.normalisation import MOST_MARKS, Form, normalised

FORMS: tuple[Form, ...] = ("NFC", "NFKC", "NFKD")


@pytest.mark.parametrize("form", FORMS)
@given(st.text(max_size=MOST_MARKS))
def test_what_people_write_is_as_unicode_has_it(form: Form, text: str) -> None:
    assert normalised(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("mark", ["\u0301", "\u0f73", "\u0301\u0323", "\uff9e\u0301"])
def test_of_marks_without_end_thirty_are_left(mark: str) -> None:
    tidy = normalised("NFC", "a" + mark * 2_000 + "b")
    assert tidy[-1] == "b"
    assert len(tidy) <= 2 + 2 * MOST_MARKS
