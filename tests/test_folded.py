"""Promises of @for_each: every value is tried, and what broke is named."""

import inspect

import pytest

from tests.folded import for_each


@for_each("number, square", [(2, 4), (3, 9)])
def test_it_hands_in_each_value(number: int, square: int) -> None:
    assert number**2 == square


def test_every_value_is_tried_and_every_one_that_broke_is_named() -> None:
    tried = []

    @for_each("number", [1, 2, 3, 4])
    def even(number: int) -> None:
        tried.append(number)
        assert number % 2 == 0

    with pytest.raises(ExceptionGroup, match="2 of 4") as raised:
        even()
    assert tried == [1, 2, 3, 4]
    assert [error.__notes__ for error in raised.value.exceptions] == [
        ["broken by: 1"],
        ["broken by: 3"],
    ]


async def test_a_coroutine_is_waited_for_each_time() -> None:
    @for_each("number", [1, 2])
    async def broken(number: int) -> None:
        pytest.fail(f"no {number}")

    with pytest.raises(BaseExceptionGroup, match="2 of 2"):
        await broken()


def test_fixtures_are_still_asked_for() -> None:
    @for_each("number", [1])
    def wanting(tmp_path: object, number: int) -> None: ...

    assert list(inspect.signature(wanting).parameters) == ["tmp_path"]


def test_no_values_are_a_mistake() -> None:
    with pytest.raises(AssertionError, match="cannot fail"):
        for_each("number", [])
