"""Promises of the numbers for staff: days, hours, the way to a signature, and what lies ahead."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from campaign.signing import funnel
from campaign.stats import projection
from campaign.stats.projection import NoProjection, band, project
from campaign.stats.times import Times, reckoned
from storage.database import Database
from storage.signature_times import quarter_of
from storage.together import change_together
from tests import engines
from tests.campaign.petitions import published
from tests.histories import run_histories

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2027, 3, 29, 9, 30, tzinfo=UTC)
COUNTS = st.lists(st.integers(0, 500), min_size=14, max_size=28)


def at(*moments: datetime) -> list[tuple[int, int]]:
    return [(quarter_of(moment), 1) for moment in moments]


@pytest.mark.parametrize(
    ("moment", "day", "hour"),
    [
        (datetime(2027, 3, 27, 23, 59, tzinfo=UTC), date(2027, 3, 27), 23),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), date(2027, 3, 28), 0),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), date(2027, 3, 28), 2),
        (datetime(2027, 3, 28, 23, 0, tzinfo=UTC), date(2027, 3, 29), 0),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), date(2027, 10, 31), 1),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), date(2027, 10, 31), 1),
    ],
)
def test_a_day_and_an_hour_are_those_of_the_campaigns_clocks(
    moment: datetime, day: date, hour: int
) -> None:
    found = reckoned(at(moment), [], LONDON, NOW)
    assert found.by_day == {day: 1}
    assert found.busiest() == (day.weekday(), hour)


def test_days_end_right_where_clocks_differ_by_quarters_of_an_hour() -> None:
    nepal = ZoneInfo("Asia/Kathmandu")
    before = datetime(2027, 1, 1, 18, 14, tzinfo=UTC)
    found = reckoned(at(before, before + timedelta(minutes=1)), [], nepal, NOW)
    assert found.by_day == {date(2027, 1, 1): 1, date(2027, 1, 2): 1}


@given(
    st.lists(st.integers(0, 450 * 24 * 60), min_size=1, max_size=30),
    st.integers(0, 100),
)
def test_no_signature_is_lost_between_the_days(minutes: list[int], paper: int) -> None:
    signed = [NOW - timedelta(minutes=ago) for ago in minutes]
    found = reckoned(at(*signed), [(signed[0], paper)], LONDON, NOW)
    assert sum(found.by_day.values()) == len(minutes) + paper
    assert sum(sum(hours) for hours in found.by_hour) == len(minutes)
    days = [day for day, _ in found.totals()]
    assert days == sorted(set(days))
    assert found.totals()[-1][1] == sum(
        count for day, count in found.by_day.items() if day <= found.today
    )


def steady(count: int, days: int = 28) -> Times:
    today = NOW.date()
    by_day = {today - timedelta(days=ago): count for ago in range(days, 0, -1)}
    return Times(by_day, ((0,) * 24,) * 7, today)


def test_a_steady_pace_is_foretold_to_the_day() -> None:
    found = project(steady(10), 280, 380, is_open=True, now=NOW)
    assert found.early == found.middle == found.late == NOW + timedelta(days=10)
    assert (found.days, found.a_week) == (28, 70)


@given(COUNTS, st.integers(1, 100_000))
def test_the_band_is_ordered_and_never_in_the_past(added: list[int], missing: int) -> None:
    known = [float("inf") if far is None else far for far in band(added, missing)]
    assert known == sorted(known)
    assert all(far >= 0 for far in known)
    assert known == [float("inf") if far is None else far for far in band(added, missing)]


@given(COUNTS, st.integers(1, 100_000), st.integers(0, 100_000))
def test_a_higher_goal_is_never_reached_sooner(added: list[int], missing: int, more: int) -> None:
    never = projection.FARTHEST + 1.0
    near, far = band(added, missing), band(added, missing + more)
    assert all(
        (never if one is None else one) <= (never if other is None else other)
        for one, other in zip(near, far, strict=True)
    )


def test_weeks_that_differ_make_a_wide_band() -> None:
    today = NOW.date()
    added = [70] * 7 + [10] * 7 + [40] * 7 + [5] * 7
    by_day = {today - timedelta(days=28 - place): count for place, count in enumerate(added)}
    times = Times(by_day, ((0,) * 24,) * 7, today)
    found = project(times, sum(added), sum(added) + 2000, is_open=True, now=NOW)
    assert found.early
    assert found.late
    assert found.late - found.early > timedelta(days=20)


FEW = Times({NOW.date() - timedelta(days=20): 3}, ((0,) * 24,) * 7, NOW.date())


@pytest.mark.parametrize(
    ("times", "total", "is_open", "reason"),
    [
        (steady(10), 2000, True, "reached"),
        (steady(10), 280, False, "closed"),
        (steady(10, 13), 130, True, "short"),
        (steady(0), 100, True, "still"),
        (Times({}, ((0,) * 24,) * 7, NOW.date()), 0, True, "short"),
        (FEW, 3, True, "short"),
    ],
)
def test_what_cannot_be_foretold_honestly_is_refused(
    times: Times, total: int, is_open: bool, reason: str
) -> None:
    with pytest.raises(NoProjection) as refused:
        project(times, total, 2000, is_open=is_open, now=NOW)
    assert refused.value.reason == reason


STEPS = ("name", "postcode", "review", "signed")
PEOPLE = st.integers(1, 4)


class Way(RuleBasedStateMachine):
    """People on their way to a signature, and what has been kept of each of them."""

    ways = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database = runner.run, database
        Way.ways += 1
        self.petition = self.run(published(database, f"way-{Way.ways}", NOW))
        self.kept: dict[int, list[str]] = {}
        self.farthest: dict[int, int] = {}

    @rule(who=PEOPLE, step=st.sampled_from((*STEPS, "no-such-step")))
    def comes_to(self, who: int, step: str) -> None:
        """In any order: forward, back, past several at once, anew."""

        async def act() -> list[str]:
            async with self.database.transaction() as db:
                before = self.kept.get(who, [])
                new, counted = funnel.record_step(db, self.petition, step, before, now=NOW)
                await change_together(db, *counted)
                return new

        self.kept[who] = [*self.kept.get(who, []), *self.run(act())]
        if step in STEPS:
            self.farthest[who] = max(self.farthest.get(who, -1), STEPS.index(step))

    @invariant()
    def each_person_is_counted_once_for_each_step(self) -> None:
        async def look() -> funnel.Funnel:
            async with self.database.reading() as db:
                return await funnel.funnel(db, self.petition)

        found = self.run(look())
        assert [step.name for step in found.steps] == list(STEPS)
        people = [step.people for step in found.steps]
        assert people == [
            sum(place <= farthest for farthest in self.farthest.values())
            for place in range(len(STEPS))
        ]
        stopped: list[Any] = [step.lost for step in found.steps]
        assert sum(stopped[:-1]) + found.signed == len(self.farthest)


@pytest.mark.parametrize("engine", engines.params())
def test_the_way_to_a_signature_is_right_after_any_history(engine: str, tmp_path: Path) -> None:
    run_histories(Way, engine, tmp_path, histories=6, steps=10)
