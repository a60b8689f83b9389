"""Promises about too much: who floods waits, others do not, and nobody waits for ever."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.rate_limits import MOST_REMEMBERED, Bucket, RateLimiter, Rates, Verdict
from campaign.signing.limit import minutes_to_wait
from storage.database import Database
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
PEOPLE = itertools.count(1_000)
FLOOD = 1_000
BEGIN = 1_000.0
"""Of a monotonic clock, which begins anywhere."""


def test_a_person_in_a_hurry_is_always_heard() -> None:
    door = RateLimiter()
    for tap in range(300):
        assert door.ask(1, now=BEGIN + tap / 3) is Verdict.ALLOW


def test_a_flood_is_told_once_and_nobody_else_waits() -> None:
    door = RateLimiter(Rates(all_updates=0))
    verdicts = []
    for number in range(FLOOD):
        verdicts.append(door.ask(1, now=BEGIN))
        assert door.ask(2 + number % 200, now=BEGIN) is Verdict.ALLOW
    assert verdicts[:30] == [Verdict.ALLOW] * 30
    assert verdicts[30] is Verdict.WARN
    assert set(verdicts[31:]) == {Verdict.DROP}
    assert door.ask(1, now=BEGIN + 3) is Verdict.ALLOW
    assert door.passed_over(1) == FLOOD - 30
    assert door.passed_over(1) == 0


def test_a_flood_that_goes_on_is_not_answered_again() -> None:
    door = RateLimiter()
    verdicts = [door.ask(1, now=BEGIN + number / 20) for number in range(FLOOD)]
    assert verdicts.count(Verdict.WARN) == 1
    door.ask(1, now=BEGIN + 100)
    again = [door.ask(1, now=BEGIN + 100) for _ in range(40)]
    assert again.count(Verdict.WARN) == 1, "after some quiet it is said anew"


def test_all_together_are_put_off_and_not_turned_away() -> None:
    door = RateLimiter(Rates(all_updates=100))
    verdicts = [door.ask(person, now=BEGIN) for person in range(150)]
    assert verdicts == [Verdict.ALLOW] * 100 + [Verdict.DEFER] * 50
    assert door.ask(149, now=BEGIN + 1) is Verdict.ALLOW


def test_zero_is_any_number() -> None:
    door = RateLimiter(Rates(updates=0, all_updates=0, all_signings=0))
    assert {door.ask(1, now=BEGIN) for _ in range(FLOOD)} == {Verdict.ALLOW}
    assert all(door.may_sign(BEGIN) for _ in range(FLOOD))


def test_signatures_of_all_have_a_ceiling() -> None:
    door = RateLimiter(Rates(all_signings=60))
    assert [door.may_sign(BEGIN) for _ in range(61)] == [True] * 60 + [False]
    assert door.may_sign(BEGIN + 1)


def test_after_that_they_come_back_evenly_over_the_minute() -> None:
    door = RateLimiter(Rates(all_signings=60))
    assert all(door.may_sign(BEGIN) for _ in range(60))
    assert [door.may_sign(BEGIN + 1) for _ in range(2)] == [True, False]


def test_a_bucket_says_how_long_until_there_is_a_token_again() -> None:
    bucket = Bucket.full(2, per_second=0.5, now=BEGIN)
    assert bucket.seconds_to_one() == 0
    assert bucket.take(BEGIN)
    assert bucket.seconds_to_one() == 0
    assert bucket.take(BEGIN)
    assert bucket.seconds_to_one() == 2
    bucket.fill(BEGIN + 1)
    assert bucket.seconds_to_one() == 1


def test_of_who_still_waits_or_never_came_nothing_is_counted_yet() -> None:
    door = RateLimiter(Rates(updates=1, seconds=10))
    assert door.passed_over(1) == 0
    door.ask(1, now=BEGIN)
    assert [door.ask(1, now=BEGIN) for _ in range(2)] == [Verdict.WARN, Verdict.DROP]
    assert door.passed_over(1) == 0, "it is told once, when they are heard again"
    assert door.ask(1, now=BEGIN + 10) is Verdict.ALLOW
    assert door.passed_over(1) == 2


def test_memory_is_bounded() -> None:
    door = RateLimiter(Rates(all_updates=0))
    for person in range(MOST_REMEMBERED + 100):
        door.ask(person, now=BEGIN)
    assert len(door._accounts) == MOST_REMEMBERED


@given(st.lists(st.floats(0, 30), max_size=200))
def test_nobody_waits_longer_than_the_bucket_takes(steps: list[float]) -> None:
    door, now = RateLimiter(), BEGIN
    for step in steps:
        now += step
        door.ask(1, now=now)
    assert door.ask(1, now=now + 10) is Verdict.ALLOW


HOURS = st.floats(-50, 50)


@given(st.lists(st.tuples(HOURS, st.floats(0, 60)), min_size=1, max_size=50))
def test_a_bucket_on_a_clock_that_is_set_anywhere_counts_on_from_there(
    steps: list[tuple[float, float]],
) -> None:
    bucket, wall = Bucket.full(10, 10 / 3600, 0.0), 0.0
    for hours, minutes in steps:
        wall += hours * 3600
        bucket.take(wall)
        wall += minutes * 60
        bucket.take(wall)
    while bucket.take(wall):
        pass
    assert bucket.take(wall + 361), "a token comes back each six minutes, whatever was before"


async def test_an_account_signs_so_often_an_hour_and_a_restart_does_not_help(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        bob = await petitions.person(db, 2, NOW)
        waits = [await minutes_to_wait(db, ada.telegram_id, 10, now=NOW) for _ in range(11)]
        assert waits == [0] * 10 + [6]
        assert await minutes_to_wait(db, bob.telegram_id, 10, now=NOW) == 0
    async with database.transaction() as db:
        assert await minutes_to_wait(db, ada.telegram_id, 10, now=NOW) == 6
        assert await minutes_to_wait(db, ada.telegram_id, 10, now=NOW + timedelta(minutes=6)) == 0
        assert await minutes_to_wait(db, ada.telegram_id, 0, now=NOW) == 0


@given(st.lists(st.tuples(HOURS, st.integers(0, 12)), max_size=20))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_an_account_never_waits_longer_than_a_token_takes_whatever_the_clock_does(
    database: Database, steps: list[tuple[float, int]]
) -> None:
    now = NOW
    async with database.transaction() as db:
        ada = await petitions.person(db, next(PEOPLE), NOW)
        for hours, attempts in steps:
            now += timedelta(hours=hours)
            for _ in range(attempts):
                assert await minutes_to_wait(db, ada.telegram_id, 10, now=now) <= 6
        wait = await minutes_to_wait(db, ada.telegram_id, 10, now=now)
        later = now + timedelta(minutes=wait)
        assert wait == 0 or await minutes_to_wait(db, ada.telegram_id, 10, now=later) == 0


async def test_an_allowance_that_was_kept_before_the_clock_was_put_back_is_no_penalty(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        for _ in range(10):
            assert await minutes_to_wait(db, ada.telegram_id, 10, now=NOW) == 0
        back = NOW - timedelta(hours=1)
        assert await minutes_to_wait(db, ada.telegram_id, 10, now=back) == 6
        assert await minutes_to_wait(db, ada.telegram_id, 10, now=back) == 6, (
            "nothing is given for a step"
        )
        assert await minutes_to_wait(db, ada.telegram_id, 10, now=back + timedelta(minutes=6)) == 0
