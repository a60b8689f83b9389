"""Promises about numbers worth telling, and about the goal that moves on."""

from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from campaign.goals import crossed, raised, usual

totals = st.integers(0, 20_000_000)


def test_the_usual_numbers_are_those_people_expect() -> None:
    assert list(islice(usual(), 8)) == [100, 250, 500, 1000, 2500, 5000, 10_000, 25_000]


@given(st.none() | st.lists(st.integers(1, 20_000_000), max_size=20), st.lists(totals, min_size=1))
def test_looking_often_or_seldom_finds_each_milestone_once(
    numbers: list[int] | None, looks: list[int]
) -> None:
    rising = sorted({0, *looks})
    step_by_step = [one for a, b in pairwise(rising) for one in crossed(numbers, a, b)]
    assert step_by_step == crossed(numbers, 0, rising[-1])
    assert len(set(step_by_step)) == len(step_by_step)


def test_a_number_is_reached_when_the_total_is_exactly_that() -> None:
    assert crossed(None, 0, 99) == []
    assert crossed(None, 99, 100) == [100]
    assert crossed(None, 100, 250) == [250], "and the one before has been told"
    assert crossed([100, 130], 100, 130) == [130]


@given(totals, totals)
def test_a_total_that_falls_crosses_nothing(before: int, total: int) -> None:
    if total <= before:
        assert crossed(None, before, total) == []


def test_the_goal_moves_on_at_nine_tenths_and_not_before() -> None:
    assert raised(2000, 1799) == 2000
    assert raised(2000, 1800) == 2500
    assert raised(2000, 2250) == 5000, "and again, if nine tenths of the next are reached as well"


@given(st.integers(1, 100_000_000), totals, totals)
def test_the_goal_is_never_reached_and_never_moves_back(goal: int, a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert goal <= raised(goal, low) <= raised(goal, high)
    assert raised(goal, high) > high
