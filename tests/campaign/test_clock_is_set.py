"""Promises when somebody sets the machine's clock, forward or back: nothing is done twice, nobody
waits for the clock to catch up with itself, and no claim is kept by the dead."""

import ast
import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import digests, my_data
from campaign.broadcasts import states
from campaign.delivery.messenger import NotNow
from campaign.invalidation import bursts
from campaign.my_data import TooOften
from campaign.signing import standing
from campaign.stats import morning
from handlers.redelivery import REMEMBERED_UPDATES, is_redelivered, remember
from handlers.services import Services
from storage import alerts, notifications, pending_signatures, staff
from storage import digests as kept_digests
from storage.database import Database
from storage.dialogs import Dialog
from tests.campaign import petitions
from tests.campaign.delivery_world import (
    NOW,
    Clock,
    Post,
    dispatch,
    drafted,
    listeners,
    sender,
    started,
    told,
)
from tests.campaign.petitions import person, published
from tests.campaign.test_digests import FRIDAY, weekly, words

ROOT = Path(__file__).resolve().parents[2]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STEPS = st.lists(st.integers(-6 * 60, 6 * 60).map(lambda minutes: minutes * MINUTE), max_size=8)
on_both = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

READERS_OF_THE_CLOCK = {
    "handlers/services.py",  # Services.clock
    "bot/file_clock.py",  # a clock of its own, for stories
    "campaign/catalogue.py",  # Catalogue.clock, until the bot gives it its own
    "bot/jobs/schedule.py",  # sees that it has been set
    "bot/heartbeat.py",  # a row that others take for alive for a minute
    "storage/encryption/rewrite.py",  # a note of when
    "storage/drift.py",  # a note of when
}
"""Who may read the wall clock beside commands, which are over in a moment."""


def readings(of: str) -> Iterator[str]:
    """The files in which the wall clock is read."""
    for file in sorted((ROOT / of).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if called.endswith(
                    ("datetime.now", "utcnow", "time.time", "time_ns", "today", "localtime")
                ):
                    yield str(file.relative_to(ROOT))


@pytest.mark.parametrize("folder", ["bot", "handlers", "campaign", "storage", "messages", "packs"])
def test_the_wall_clock_is_read_in_one_place(folder: str) -> None:
    found = {file for file in readings(folder) if not file.startswith("bot/cli/")}
    assert found <= READERS_OF_THE_CLOCK


@given(steps=STEPS)
@on_both
async def test_an_alert_is_told_again_after_an_hour_whatever_the_clock_does(
    database: Database, steps: list[timedelta]
) -> None:
    now, heard = NOW, 0
    async with database.transaction() as db:
        await alerts.forget(db, "x", [])
        assert await alerts.claim(db, "x", now, every=HOUR)
        for step in steps:
            now += step
            heard += await alerts.claim(db, "x", now, every=HOUR)
        assert heard <= len([step for step in steps if step]), "no more than once a step"
        assert await alerts.claim(db, "x", now + HOUR, every=HOUR)


@given(steps=STEPS)
@on_both
async def test_what_a_dead_process_had_claimed_is_free_after_minutes(
    database: Database, steps: list[timedelta]
) -> None:
    petition = await published(database, "unit", NOW)
    async with database.transaction() as db:
        await person(db, 1, NOW)
        await notifications.add(db, [1], "timeline/passed", campaign_id=petition.id, now=NOW)
        await notifications.claim(db, now=NOW, lost_before=NOW - 5 * MINUTE, limit=100)
    back = NOW + sum(steps, timedelta()) + 6 * MINUTE
    if timedelta() <= back - NOW <= 5 * MINUTE:
        return  # the clock looks as if only a moment had passed
    async with database.transaction() as db:
        found = await notifications.claim(db, now=back, lost_before=back - 5 * MINUTE, limit=100)
        for notification_id in found.get(1, ()):
            await notifications.end(db, notification_id, back)
    assert found


@given(steps=STEPS)
@on_both
async def test_what_staff_are_to_be_told_does_not_wait_for_the_clock(
    database: Database, steps: list[timedelta]
) -> None:
    async with database.transaction() as db:
        await notifications.add(db, [1], "backup/failed", now=NOW)
        back = NOW - abs(sum(steps, timedelta()))
        assert await notifications.are_due(db, now=back, lost_before=back - MINUTE)
        ((_, ids),) = (
            await notifications.claim(db, now=back, lost_before=back - MINUTE, limit=100)
        ).items()
        for notification_id in ids:
            await notifications.postpone(db, notification_id, NOW + HOUR, known_unsent=True)
        assert not await notifications.are_due(db, now=back, lost_before=back - MINUTE)
        for notification_id in ids:
            await notifications.end(db, notification_id, back)


async def test_a_weeks_digest_is_made_once_whatever_the_clock_does(database: Database) -> None:
    petition = await weekly(database)
    made = []

    async def look(now: datetime) -> None:
        async with database.transaction() as db:
            if digests.is_due(petition, now) and not await digests.is_made(db, petition, now):
                await digests.make(db, petition, words, now=now)
                made.append(now)

    week, year = timedelta(days=7), timedelta(days=364)
    for now in (FRIDAY, FRIDAY + HOUR, FRIDAY - HOUR, FRIDAY, FRIDAY + year, FRIDAY, FRIDAY + HOUR):
        await look(now)
    assert made == [FRIDAY, FRIDAY + year]
    await look(FRIDAY + week)
    assert made[-1] == FRIDAY + week, "a year that never was keeps nobody waiting"
    async with database.reading() as db:
        newest = await kept_digests.latest(db, petition.id, FRIDAY + week)
    assert newest is not None
    assert newest.at == FRIDAY + week


async def test_a_mornings_summary_comes_once_whatever_the_clock_does(database: Database) -> None:
    petition = await published(database, "unit", NOW - timedelta(days=30))
    async with database.transaction() as db:
        ada = await person(db, 1, NOW)
        await staff.upsert(db, 1, "owner", NOW)
        await morning.switch(db, petition, ada, on=True, now=NOW - timedelta(days=1))

        async def comes(now: datetime) -> bool:
            return await morning.claim_next(db, petition, now=now) is not None

        day = timedelta(days=1)
        assert await comes(NOW)
        for step in (-12 * HOUR, -HOUR, HOUR, timedelta(), -day):
            assert not await comes(NOW + step)
        assert await comes(NOW + 300 * day), "the clock is wrong"
        assert await comes(NOW + day), "and right again"
        assert not await comes(NOW + day)


async def test_a_burst_is_told_once_and_the_next_one_too(database: Database) -> None:
    petition = await published(database, "unit", NOW)

    async def sign(people: range, at: datetime) -> None:
        async with database.transaction() as db:
            for who in people:
                await petitions.signs(db, petition, await person(db, who, at), at)

    await sign(range(1, 41), NOW - 2 * MINUTE)
    assert len(await bursts.detect(database, petition, now=NOW)) > 0
    assert await bursts.detect(database, petition, now=NOW - 5 * MINUTE) == []
    assert await bursts.detect(database, petition, now=NOW) == []
    back = NOW - 6 * HOUR
    await sign(range(100, 180), back - 2 * MINUTE)
    async with database.reading() as db:
        before = await kept_count(db, petition.id)
    await bursts.detect(database, petition, now=back)
    async with database.reading() as db:
        assert await kept_count(db, petition.id) >= before, "it is looked at, not waited for"
        assert await bursts_looked(db, petition.id) == bursts._floor(back)


async def kept_count(db: object, campaign_id: int) -> int:
    from storage import bursts as kept

    found = [
        await kept.going_on(db, campaign_id, kind, key, NOW - timedelta(days=1))  # type: ignore[arg-type]
        for kind in kept.KINDS
        for key in ("SW1A 1AA", "ada lovelace")
    ]
    return sum(one.count for one in found if one is not None)


async def bursts_looked(db: object, campaign_id: int) -> datetime | None:
    from storage import bursts as kept

    return await kept.looked_until(db, campaign_id)  # type: ignore[arg-type]


def _dialog(*numbers: int, at: datetime = NOW) -> Dialog:
    return Dialog(1, None, "", "", {}, 0, numbers, at)


@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(1, 5)), max_size=40))
def test_an_update_that_comes_again_is_known_whatever_the_clock_did_meanwhile(
    steps: list[tuple[int, int]],
) -> None:
    dialog, now, number = _dialog(), NOW, 1000
    for hours, forward in steps:
        now, number = now + hours * HOUR, number + forward
        assert not is_redelivered(dialog, number, now)
        dialog = remember(dialog, number, now)
        for later in (timedelta(), 400 * HOUR, -400 * HOUR):
            assert is_redelivered(dialog, number, now + later)


@pytest.mark.parametrize("days", [-400, -4, 4, 400])
def test_numbers_that_begin_anew_after_quiet_days_turn_nobody_away(days: int) -> None:
    known = tuple(range(9000, 9000 + REMEMBERED_UPDATES))
    assert not is_redelivered(_dialog(*known), 17, NOW + timedelta(days=days))
    assert is_redelivered(_dialog(*known), 17, NOW - HOUR), "of an hour nobody makes a week"


def _updates_from(api_url: str) -> Services:
    services = Services(None, None, SimpleNamespace())  # type: ignore[arg-type]
    services.are_numbered_by(1234567, api_url)
    return services


def test_lower_numbers_of_another_bot_or_server_turn_nobody_away() -> None:
    before, after = _updates_from("https://api.telegram.org"), _updates_from("http://10.0.0.1:81")
    dialog = _dialog()
    for update_id in range(9000, 9000 + 2 * REMEMBERED_UPDATES):
        dialog = remember(dialog, before.number_of(update_id), NOW)
    assert is_redelivered(dialog, before.number_of(17), NOW)
    for update_id in range(17, 17 + 2 * REMEMBERED_UPDATES):
        number = after.number_of(update_id)
        assert not is_redelivered(dialog, number, NOW)
        dialog = remember(dialog, number, NOW)
        assert is_redelivered(dialog, number, NOW)
    assert is_redelivered(dialog, after.number_of(16), NOW)


def test_what_was_noted_before_numbers_told_their_server_is_known() -> None:
    services = _updates_from("https://api.telegram.org")
    assert is_redelivered(_dialog(9000, 9001), services.number_of(9001), NOW)
    assert not is_redelivered(_dialog(9000, 9001), services.number_of(17), NOW)


async def test_a_scheduled_update_begins_once_whatever_the_clock_does(database: Database) -> None:
    petition = await published(database, "unit", NOW)
    await listeners(database, petition, 3)
    number = await drafted(database, petition)
    async with database.transaction() as db:
        await states.schedule(db, number, NOW + HOUR, now=NOW)
    clock, begun = Clock(), 0
    due = dispatch(database, Post(), clock)
    for hours in (0, -5, 0.5, -1, 1.1, -3, 1.5, 5):
        clock.ahead = timedelta(hours=hours)
        before = (await told(database, number)).status
        await due._start_what_is_due()
        after = (await told(database, number)).status
        begun += (before, after) == ("scheduled", "sending")
        assert (after == "scheduled") is (begun == 0)
    assert begun == 1


@pytest.mark.parametrize("hours", [-5.0, -1.0])
async def test_who_had_to_wait_does_not_wait_for_the_clock_to_catch_up(
    database: Database, hours: float
) -> None:
    petition = await published(database, "unit", NOW)
    people = await listeners(database, petition, 3)
    post, clock = Post(), Clock()
    post.faults[2] = [NotNow(20)]
    number = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, clock).send(number))
    await post.has_brought(2)
    clock.ahead = timedelta(hours=hours)
    await asyncio.wait_for(sending, 120)
    assert sorted(post.arrived.elements()) == people, "each once"
    assert (await told(database, number)).status == "done"


async def test_a_code_put_off_before_the_clock_was_put_back_is_sent(database: Database) -> None:
    petition = await published(database, "unit", NOW)
    pause = timedelta(minutes=10)
    async with database.transaction() as db:
        ada = await person(db, 1, NOW)
        await petitions.signs(db, petition, ada, NOW)
        signed = await standing.standing(db, petition, ada)
        await pending_signatures.add(db, signed, "email", {}, wants_code=True, now=NOW)
        await pending_signatures.change(db, signed.id, not_before=NOW + pause)

        async def due(now: datetime) -> int:
            return len(await pending_signatures.due(db, now, 10, longest_pause=pause))

        assert [await due(NOW), await due(NOW + pause)] == [0, 1]
        assert await due(NOW - HOUR) == 1


async def test_own_data_can_be_asked_for_although_the_clock_was_wrong(database: Database) -> None:
    async with database.transaction() as db:
        ada = await person(db, 1, NOW)
        for _ in range(2):
            await my_data.collect(db, ada, now=NOW + timedelta(days=300))
        with pytest.raises(TooOften):  # what was asked for counts from now on
            await my_data.collect(db, ada, now=NOW)
        with pytest.raises(TooOften):
            await my_data.collect(db, ada, now=NOW + 23 * HOUR)
        await my_data.collect(db, ada, now=NOW + 25 * HOUR)


@pytest.mark.parametrize("step", [-3 * HOUR, 3 * HOUR])
def test_a_process_that_has_died_is_not_taken_for_alive(step: timedelta) -> None:
    from bot.cli.processes import alive
    from storage.processes import Process

    def seen(at: datetime) -> Process:
        return Process("a", "web", "1", "1", 1, (), at, at)

    now = datetime.now(UTC)
    assert alive([seen(now)])
    assert not alive([seen(now + step)])
