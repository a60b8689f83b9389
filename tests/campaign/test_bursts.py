"""Promises about bursts: an unusual batch is told of once, as exactly that batch; a lively campaign
is left alone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from campaign import own_email
from campaign.invalidation import bursts
from campaign.petition import Petition
from campaign.referrals import links
from campaign.signing import sign as sign_record
from campaign.signing.choices import Choices
from storage import bursts as kept
from storage import invalidation_search, staff
from storage.bursts import Burst
from storage.database import Database
from storage.tables import notifications
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Sign = Callable[..., Awaitable[None]]


@pytest.fixture
async def petition(database: Database) -> Petition:
    async with database.transaction() as db:
        await petitions.person(db, 1, NOW)
        await staff.upsert(db, 1, "owner", NOW)
    return await petitions.published(database, "keep-the-unit", NOW)


async def sign(
    database: Database, petition: Petition, people: range, at: datetime, code: str = ""
) -> None:
    async with database.transaction() as db:
        for who in people:
            supporter = await petitions.person(db, who, at)
            if code:
                await petitions.opens(db, petition, code, supporter, at)
            await petitions.signs(db, petition, supporter, at)


async def look(database: Database, petition: Petition, now: datetime) -> list[Burst]:
    """The new ones that editors are told of."""
    new = await bursts.detect(database, petition, now=now)
    async with database.reading() as db:
        told = await db.scalars(
            select(notifications.c.subject_id).where(notifications.c.template == "staff/burst")
        )
        found = [await kept.of(db, one) for one in sorted(set(told) & set(new))]
    return [one for one in found if one is not None]


async def test_a_burst_is_told_once_and_is_exactly_its_batch(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        leaflet, _ = await links.source(db, petition, "leaflet", created_by=None, now=NOW)
    await sign(database, petition, range(1, 4), NOW - 60 * MINUTE, leaflet.code)
    assert await look(database, petition, NOW - 55 * MINUTE) == []
    await sign(database, petition, range(100, 130), NOW - 2 * MINUTE, leaflet.code)
    await sign(database, petition, range(200, 203), NOW - 2 * MINUTE)
    (burst,) = await look(database, petition, NOW)
    assert burst.count >= 30
    assert await look(database, petition, NOW) == []
    await sign(database, petition, range(300, 330), NOW + 3 * MINUTE, leaflet.code)
    assert await look(database, petition, NOW + 5 * MINUTE) == [], "it is the same one"
    async with database.reading() as db:
        by_link = await kept.going_on(db, petition.id, "link", str(leaflet.id), NOW)
        assert by_link is not None
        batch = await invalidation_search.sample(db, petition.id, bursts.rule_of(by_link), 100)
        assert await invalidation_search.count(db, petition.id, bursts.rule_of(by_link)) == 60
    assert len(batch) == 60


@pytest.mark.parametrize("kind", ["referrer", "postcode", "name"])
async def test_every_kind_is_noticed(database: Database, petition: Petition, kind: str) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        own = await petitions.signs(db, petition, ada, NOW - 60 * MINUTE)
    await sign(database, petition, range(100, 125), NOW - MINUTE, own.code)
    await bursts.detect(database, petition, now=NOW)
    key = {"referrer": str(own.id), "postcode": "SW1A 1AA", "name": "ada"}[kind]
    async with database.reading() as db:
        burst = await kept.going_on(db, petition.id, kind, key, NOW)
        assert burst is not None
        assert await invalidation_search.count(db, petition.id, bursts.rule_of(burst)) == 25


async def test_codes_that_nobody_types_are_a_burst_of_which_nothing_can_be_held_back(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        for who in range(100, 125):
            await sign_record.sign(
                db,
                petition,
                await petitions.person(db, who, NOW),
                {"name": "Ada", "postcode": "SW1A 1AA", "email": f"ada{who}@example.org"},
                choices=Choices(),
                shown=petition.shown("en"),
                language="en",
                now=NOW - MINUTE,
                channel="web",
                unproven=True,
            )
    (burst,) = await look(database, petition, NOW)
    assert (burst.kind, burst.key, burst.count) == ("code", "", 25)
    assert bursts.rule_of(burst) is None
    assert await is_on(database, petition, NOW)


@pytest.mark.parametrize("spoken_of", [True, False], ids=["of the campaign", "of none"])
async def test_codes_for_addresses_that_nobody_types_are_one_too(
    database: Database, petition: Petition, spoken_of: bool
) -> None:
    """A program needs no signature to have codes sent to other people."""
    async with database.transaction() as db:
        for who in range(100, 125):
            person = await petitions.person(db, who, NOW)
            await own_email.ask(
                db,
                person,
                f"ada{who}@example.org",
                campaign_id=petition.id if spoken_of else None,
                asked_in="web",
                key=b"key",
                now=NOW - MINUTE,
            )
    (burst,) = await look(database, petition, NOW)
    assert (burst.kind, burst.key, burst.count) == ("code", "", 25)
    assert await is_on(database, petition, NOW)


async def test_a_muted_campaign_says_nothing_for_a_day(
    database: Database, petition: Petition
) -> None:
    await look(database, petition, NOW - 10 * MINUTE)
    async with database.transaction() as db:
        await kept.mute(db, petition.id, NOW + bursts.MUTED_FOR)
    await sign(database, petition, range(100, 130), NOW - MINUTE)
    assert await look(database, petition, NOW) == []
    later = NOW + 2 * bursts.MUTED_FOR
    await sign(database, petition, range(200, 230), later - MINUTE)
    assert len(await look(database, petition, later)) == 1


async def is_on(database: Database, petition: Petition, now: datetime) -> bool:
    async with database.reading() as db:
        return await bursts.is_on(db, petition.id, now)


async def test_a_burst_is_on_until_an_hour_after_it_was_last_seen(
    database: Database, petition: Petition
) -> None:
    other = await petitions.published(database, "another", NOW)
    assert not await is_on(database, petition, NOW)
    for minutes in (0, 5):
        at = NOW + minutes * MINUTE
        first = 100 + 100 * minutes
        await sign(database, petition, range(first, first + 30), at - MINUTE)
        await look(database, petition, at)
        assert await is_on(database, petition, at)
    last_seen = NOW + 5 * MINUTE
    for minutes, on in ((4, True), (60, True), (61, False)):
        assert await is_on(database, petition, last_seen + minutes * MINUTE) == on
    assert not await is_on(database, other, last_seen)


async def test_a_muted_burst_is_on_all_the_same(database: Database, petition: Petition) -> None:
    await look(database, petition, NOW - 10 * MINUTE)
    async with database.transaction() as db:
        await kept.mute(db, petition.id, NOW + bursts.MUTED_FOR)
    await sign(database, petition, range(100, 130), NOW - MINUTE)
    await look(database, petition, NOW)
    assert await is_on(database, petition, NOW)


async def test_a_burst_of_days_to_come_is_not_on_once_the_clock_is_right(
    database: Database, petition: Petition
) -> None:
    """Set back by hours, it goes on: it may."""
    ahead = NOW + timedelta(days=2)
    await sign(database, petition, range(100, 130), ahead - MINUTE)
    await look(database, petition, ahead)
    assert not await is_on(database, petition, NOW)
    assert await is_on(database, petition, ahead - timedelta(hours=6))


@given(st.lists(st.integers(20, 60), min_size=20, max_size=100))
def test_what_is_as_lively_as_ever_is_no_burst(peaks: list[int]) -> None:
    middle = sorted(peaks)[len(peaks) // 2]
    seen = bursts._Seen("link", "1", middle, bursts.usual(peaks))
    assert not seen.is_burst


@given(st.lists(st.integers(0, 5), min_size=20, max_size=100), st.integers(0, 5))
def test_one_strange_hour_does_not_become_usual(peaks: list[int], strange: int) -> None:
    seen = bursts._Seen("link", "1", 200, bursts.usual([*peaks, *[10_000] * strange]))
    assert seen.is_burst


def test_a_few_are_nothing_to_tell_of() -> None:
    assert not bursts._Seen("link", "1", bursts.LEAST - 1, 0).is_burst
    assert bursts._Seen("link", "1", bursts.LEAST, 0).is_burst
