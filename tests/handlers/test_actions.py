"""Promises of buttons as types: what goes out comes back, and nothing else comes in."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import router
from handlers.actions import MOST_BYTES, Action, Word

WIRE = st.characters(min_codepoint=33, max_codepoint=126)


class Sample(Action, prefix="sample:new"):
    number: int
    do: Literal["see", "remove"]
    word: Word | None = None
    page: int | None = None


@given(
    number=st.integers(0, 10**18 - 1),
    do=st.sampled_from(["see", "remove"]),
    word=st.from_regex(r"[a-z_.-]{1,20}", fullmatch=True),
    page=st.none() | st.integers(0, 99),
)
def test_every_action_comes_back_from_its_data(
    number: int, do: Literal["see", "remove"], word: str, page: int | None
) -> None:
    action = Sample(number, do, word, page)
    assert Sample.parse(str(action)) == action
    assert len(str(action)) <= MOST_BYTES


def test_what_is_left_out_at_the_end_is_none() -> None:
    assert str(Sample(7, "see")) == "sample:new:7:see"
    assert Sample.parse("sample:new:7:see") == Sample(7, "see", None, None)


@pytest.mark.parametrize(
    "data",
    [
        *("", "sample", "sample:new:7", "sample:new:7:", "sample:new:-7:see", "sample:new:7:see:"),
        *("sample:new:7:eat", "sample:new:7:see:a:b", "sample:new:7:see\n", "xsample:new:7:see"),
        *("sample:new:7:see:a b", f"sample:new:{'9' * 19}:see", "sample:new:٧x:see"),
    ],
)
def test_data_of_another_shape_is_not_taken(data: str) -> None:
    assert Sample.parse(data) is None


def test_a_value_that_does_not_fit_is_refused_before_it_is_sent() -> None:
    for action in (Sample(-1, "see"), Sample(7, "see", "a:b"), Sample(7, "see", "x" * 41)):
        with pytest.raises(ValueError, match="no callback data"):
            str(action)


@given(st.text(max_size=MOST_BYTES))
def test_any_data_leads_somewhere(data: str) -> None:
    handler = router.route(data)
    assert callable(handler)


ACTIONS = [action for feature in router.FEATURES for action in feature.actions]


@given(
    st.sampled_from(ACTIONS).flatmap(
        lambda action: st.from_regex(action.pattern(), fullmatch=True, alphabet=WIRE)
    )
)
def test_no_two_buttons_take_the_same_data(data: str) -> None:
    assert sum(action.parse(data) is not None for action in ACTIONS) == 1
