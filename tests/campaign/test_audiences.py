"""Promises of who a broadcast reaches: of those who chose to hear, exactly who is meant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaign import subscriptions
from campaign.broadcasts import audience as kept
from campaign.petition import Petition
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import audiences, consents, supporters
from storage import subscriptions as stored
from storage.addresses import TELEGRAM
from storage.audiences import Audience
from storage.database import Database
from tests.campaign import petitions
from tests.folded import for_each

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
POSTCODES = ("SW1A 1AA", "E1 6AN", "EH1 1YZ")


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "audience", NOW)


@pytest.fixture
async def town(database: Database, petition: Petition) -> dict[int, set[str]]:
    """Thirty people by Telegram id, and what is so of each."""
    people: dict[int, set[str]] = {}
    async with database.transaction() as db:
        leaflet, _ = await petitions.links.source(db, petition, "leaflet", created_by=None, now=NOW)
    for who in range(1, 31):
        facts = people.setdefault(who, set())
        async with database.transaction() as db:
            person = await petitions.person(db, who, NOW)
            if who % 4 == 0:
                await petitions.opens(db, petition, leaflet.code, person, NOW)
                facts.add("leaflet")
            if who % 5 == 0:
                await supporters.choose_language(db, person.id, "cy")
            facts.add("cy" if who % 5 == 0 else "en")
        async with database.transaction() as db:
            if who % 2:
                place = who % 3
                await sign.sign(
                    db,
                    petition,
                    person,
                    {"name": f"Ada {who}", "postcode": POSTCODES[place]},
                    choices=Choices(updates=who % 7 != 0),
                    shown=petition.shown("en"),
                    language="en",
                    now=NOW + who * DAY,
                )
                facts |= {"signed", POSTCODES[place][:2].rstrip("0123456789")}
            else:
                await subscriptions.choose(
                    db, petition, person, hears=who % 7 != 0, language="en", now=NOW
                )
            if who % 7 != 0:
                facts.add("hears")
            if who == 30:
                await supporters.set_reachable(db, who, False)
                facts.discard("hears")
    return people


async def found(database: Database, petition: Petition, audience: Audience) -> set[int]:
    """Telegram ids, page by page; the count and a round trip through JSON must agree."""
    assert kept.from_dict(kept.to_dict(audience)) == audience
    ids: list[int] = []
    async with database.reading() as db:
        while page := await audiences.page(
            *(db, petition.id, "news", audience),
            channels=[TELEGRAM],
            after=ids[-1] if ids else 0,
            limit=4,
        ):
            ids += page
        assert await audiences.count(db, petition.id, "news", audience) == len(ids)
        people = [await supporters.by_id(db, one) for one in ids]
    return {person.telegram_id for person in people if person is not None}


@for_each(
    "audience, wanted",
    [
        (Audience(), {"hears"}),
        (Audience(who="signers"), {"hears", "signed"}),
        (Audience(who="signers", languages=("cy",)), {"hears", "signed", "cy"}),
        (Audience(areas=("SW",)), {"hears", "signed", "SW"}),
        (Audience(areas=("E",)), {"hears", "signed", "E"}),
        (Audience(areas=("EH",), languages=("en",)), {"hears", "signed", "EH", "en"}),
    ],
)
async def test_exactly_those_are_found(
    database: Database,
    petition: Petition,
    town: dict[int, set[str]],
    audience: Audience,
    wanted: set[str],
) -> None:
    expected = {who for who, facts in town.items() if wanted <= facts}
    assert expected
    assert await found(database, petition, audience) == expected


async def test_those_who_have_not_signed_are_found(
    database: Database, petition: Petition, town: dict[int, set[str]]
) -> None:
    expected = {w for w, facts in town.items() if "hears" in facts and "signed" not in facts}
    assert await found(database, petition, Audience(who="not_signed")) == expected


async def test_signers_of_a_time_are_found(
    database: Database, petition: Petition, town: dict[int, set[str]]
) -> None:
    between = Audience(signed_after=NOW + 5 * DAY, signed_before=NOW + 11 * DAY)
    assert await found(database, petition, between) == {5, 9}
    assert 11 in await found(database, petition, replace(between, signed_before=None))


async def test_who_came_by_a_source_and_who_brought_somebody_are_found(
    database: Database, petition: Petition, town: dict[int, set[str]]
) -> None:
    async with database.transaction() as db:
        (leaflet,) = await petitions.links.sources(db, petition.id)
        ada = await petitions.person(db, 1, NOW)
        code = (await petitions.links.personal(db, petition, ada, now=NOW)).code
    came = {w for w, facts in town.items() if {"hears", "leaflet"} <= facts}
    assert await found(database, petition, Audience(source_id=leaflet.id)) == came
    async with database.transaction() as db:
        friend = await petitions.person(db, 99, NOW)
        await petitions.opens(db, petition, code, friend, NOW)
    async with database.transaction() as db:
        await petitions.signs(db, petition, friend, NOW)
    assert await found(database, petition, Audience(referred=True)) == {1}
    rest = {w for w, facts in town.items() if "hears" in facts} - {1}
    assert await found(database, petition, Audience(referred=False)) == rest


async def test_who_hears_is_what_the_ledger_says(
    database: Database, petition: Petition, town: dict[int, set[str]]
) -> None:
    async with database.transaction() as db:
        for who in (1, 2, 3):
            person = await petitions.person(db, who, NOW)
            await subscriptions.stop_all(db, person, method="command", now=NOW)
        again = await petitions.person(db, 2, NOW)
        await subscriptions.choose(db, petition, again, hears=True, language="en", now=NOW)
    async with database.reading() as db:
        hears = await stored.all_of(db, petition.id)
        assert hears == await stored.recount(db, petition.id)
    assert len(hears) == len([w for w in town if w % 7 != 0]) - 2


async def test_who_wants_no_news_hears_of_decisions_all_the_same(
    database: Database, petition: Petition, town: dict[int, set[str]]
) -> None:
    everybody = {w for w, facts in town.items() if "hears" in facts}
    async with database.transaction() as db:
        for who, hears in ((1, False), (2, False), (2, False), (2, True), (3, True)):
            person = await petitions.person(db, who, NOW)
            await subscriptions.choose_kind(db, petition, person, "news", hears=hears, now=NOW)
    assert await found(database, petition, Audience()) == everybody - {1}
    async with database.reading() as db:
        assert await audiences.count(db, petition.id, "decision", Audience()) == len(everybody)
        second = await supporters.by_telegram_id(db, 2)
        assert second is not None
        ledger = await consents.current(db, second.id, petition.id)
    assert ledger["updates:news"].granted
    assert ledger["updates"].granted
