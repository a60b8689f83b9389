"""Promises about too much: who floods waits, others do not, and nobody waits for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaign.limits import MOST_REMEMBERED, Bucket, Doorkeeper, Rates, Verdict
from campaign.signing_limit import minutes_to_wait
from storage.database import Database
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
FLOOD = 1_000
SECOND = timedelta(seconds=1)


def test_a_person_in_a_hurry_is_always_heard() -> None:
    door = Doorkeeper()
    for tap in range(300):
        assert door.ask(1, NOW + tap * SECOND / 3) is Verdict.COME_IN


def test_a_flood_is_told_once_and_nobody_else_waits() -> None:
    door = Doorkeeper(Rates(all_updates=0))
    verdicts = []
    for number in range(FLOOD):
        verdicts.append(door.ask(1, NOW))
        assert door.ask(2 + number % 200, NOW) is Verdict.COME_IN
    assert verdicts[:30] == [Verdict.COME_IN] * 30
    assert verdicts[30] is Verdict.TOO_FAST
    assert set(verdicts[31:]) == {Verdict.PASS_OVER}
    assert door.ask(1, NOW + 3 * SECOND) is Verdict.COME_IN
    assert door.passed_over(1) == FLOOD - 30
    assert door.passed_over(1) == 0


def test_a_flood_that_goes_on_is_not_answered_again() -> None:
    door = Doorkeeper()
    verdicts = [door.ask(1, NOW + number * SECOND / 20) for number in range(FLOOD)]
    assert verdicts.count(Verdict.TOO_FAST) == 1
    door.ask(1, NOW + 100 * SECOND)
    again = [door.ask(1, NOW + 100 * SECOND) for _ in range(40)]
    assert again.count(Verdict.TOO_FAST) == 1, "after some quiet it is said anew"


def test_all_together_are_put_off_and_not_turned_away() -> None:
    door = Doorkeeper(Rates(all_updates=100))
    verdicts = [door.ask(person, NOW) for person in range(150)]
    assert verdicts == [Verdict.COME_IN] * 100 + [Verdict.BUSY] * 50
    assert door.ask(149, NOW + SECOND) is Verdict.COME_IN


def test_zero_is_any_number() -> None:
    door = Doorkeeper(Rates(updates=0, all_updates=0, all_signings=0))
    assert {door.ask(1, NOW) for _ in range(FLOOD)} == {Verdict.COME_IN}
    assert all(door.may_sign(NOW) for _ in range(FLOOD))


def test_signatures_of_all_have_a_ceiling() -> None:
    door = Doorkeeper(Rates(all_signings=60))
    assert [door.may_sign(NOW) for _ in range(61)] == [True] * 60 + [False]
    assert door.may_sign(NOW + SECOND)


def test_after_that_they_come_back_evenly_over_the_minute() -> None:
    door = Doorkeeper(Rates(all_signings=60))
    assert all(door.may_sign(NOW) for _ in range(60))
    assert [door.may_sign(NOW + SECOND) for _ in range(2)] == [True, False]


def test_a_bucket_says_how_long_until_there_is_a_token_again() -> None:
    bucket = Bucket.full(2, per_second=0.5, now=NOW)
    assert bucket.seconds_to_one() == 0
    assert bucket.take(NOW)
    assert bucket.seconds_to_one() == 0
    assert bucket.take(NOW)
    assert bucket.seconds_to_one() == 2
    bucket.fill(NOW + SECOND)
    assert bucket.seconds_to_one() == 1


def test_of_who_still_waits_or_never_came_nothing_is_counted_yet() -> None:
    door = Doorkeeper(Rates(updates=1, seconds=10))
    assert door.passed_over(1) == 0
    door.ask(1, NOW)
    assert [door.ask(1, NOW) for _ in range(2)] == [Verdict.TOO_FAST, Verdict.PASS_OVER]
    assert door.passed_over(1) == 0, "it is told once, when they are heard again"
    assert door.ask(1, NOW + 10 * SECOND) is Verdict.COME_IN
    assert door.passed_over(1) == 2


def test_memory_is_bounded() -> None:
    door = Doorkeeper(Rates(all_updates=0))
    for person in range(MOST_REMEMBERED + 100):
        door.ask(person, NOW)
    assert len(door._guests) == MOST_REMEMBERED


@given(st.lists(st.floats(-5, 30), max_size=200))
def test_whatever_the_clock_does_nobody_waits_longer_than_the_bucket_takes(
    steps: list[float],
) -> None:
    door, now, latest = Doorkeeper(), NOW, NOW
    for step in steps:
        now += timedelta(seconds=step)
        latest = max(latest, now)
        door.ask(1, now)
    assert door.ask(1, latest + 10 * SECOND) is Verdict.COME_IN


async def test_an_account_signs_so_often_an_hour_and_a_restart_does_not_help(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        bob = await petitions.person(db, 2, NOW)
        waits = [await minutes_to_wait(db, ada.id, 10, now=NOW) for _ in range(11)]
        assert waits == [0] * 10 + [6]
        assert await minutes_to_wait(db, bob.id, 10, now=NOW) == 0
    async with database.transaction() as db:
        assert await minutes_to_wait(db, ada.id, 10, now=NOW) == 6
        assert await minutes_to_wait(db, ada.id, 10, now=NOW + timedelta(minutes=6)) == 0
        assert await minutes_to_wait(db, ada.id, 0, now=NOW) == 0
