"""Promises of a campaign's story: in the order of its days, whatever its sources."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from campaign import timeline
from campaign.errors import ChangedSince
from campaign.petition import Petition
from campaign.timeline import Entry
from storage.database import Connection, Database
from storage.events import Event
from tests.campaign import petitions

NOW = datetime(2009, 11, 3, 10, tzinfo=UTC)


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "story", NOW)


async def happens(
    database: Database,
    petition: Petition,
    what: str,
    *,
    days: int = 0,
    starts_at: datetime | None = None,
    welsh: str = "",
) -> Event:
    async with database.transaction() as db:
        person = await petitions.person(db, 1, NOW)
        texts = {"en": {"what": what}} | ({"cy": {"what": welsh}} if welsh else {})
        now = NOW + timedelta(days=days)
        return await timeline.add(
            db,
            petition,
            "event",
            texts,
            starts_at=starts_at,
            by=person.id,
            actor=person.telegram_id,
            now=now,
        )


async def a_thousand(db: Connection, petition: Petition, language: str) -> Sequence[Entry]:
    return [Entry("milestone", date(2009, 11, 4), NOW + timedelta(days=1, hours=1), what="1,000")]


async def test_entries_of_other_sources_are_merged_in_by_their_days(
    database: Database, petition: Petition
) -> None:
    await happens(database, petition, "later", days=4)
    await happens(database, petition, "told early", starts_at=datetime(2009, 11, 5, 9, tzinfo=UTC))
    await happens(database, petition, "first")
    sources = (*timeline.SOURCES, a_thousand)
    async with database.reading() as db:
        story = await timeline.story(db, petition, "en", sources)
        news = await timeline.news(db, petition, "en", sources)
    assert [entry.what for entry in story] == ["first", "1,000", "told early", "later"]
    assert [entry.what for entry in news] == ["later", "1,000", "first", "told early"]


async def test_a_day_is_that_of_the_campaigns_calendar(
    database: Database, petition: Petition
) -> None:
    """Half past eleven at night in UTC is the next day in London's summer."""
    at = datetime(2009, 6, 30, 23, 30, tzinfo=UTC)
    made = await happens(database, petition, "in the night", starts_at=at)
    async with database.reading() as db:
        found = await timeline.one(db, petition, made.id, "en")
    assert found is not None
    assert found.day == date(2009, 7, 1)


async def test_words_that_are_missing_in_a_language_are_the_first_languages(
    database: Database, petition: Petition
) -> None:
    await happens(database, petition, "A vigil")
    await happens(database, petition, "A letter", days=1, welsh="Llythyr")
    async with database.reading() as db:
        story = await timeline.story(db, petition, "cy")
        unknown = await timeline.story(db, petition, "fr")
    assert [entry.what for entry in story] == ["A vigil", "Llythyr"]
    assert [entry.what for entry in unknown] == ["A vigil", "A letter"]


async def test_what_has_happened_so_far_is_neither_to_come_nor_everything(
    database: Database, petition: Petition
) -> None:
    for day in range(5):
        await happens(database, petition, f"day {day}", days=day)
    await happens(database, petition, "this evening", starts_at=NOW + timedelta(days=4, hours=8))
    async with database.reading() as db:
        story = await timeline.story(db, petition, "en")
    found = timeline.so_far(story, petition, now=NOW + timedelta(days=4))
    assert [entry.what for entry in found] == ["day 2", "day 3", "day 4"]


async def test_many_who_sign_at_once_read_the_story_once_a_second(
    database: Database, petition: Petition
) -> None:
    seconds = 100.0
    stories = timeline.KeptStories(fresh_for=1.0, monotonic=lambda: seconds)

    async def told(language: str) -> list[str]:
        async with database.reading() as db:
            return [entry.what for entry in await stories.story(db, petition, language)]

    assert await told("en") == []
    await happens(database, petition, "A vigil", welsh="Gwylnos")
    assert await told("en") == [], "as it was a moment ago"
    assert await told("cy") == ["Gwylnos"], "each language has its own"
    seconds += 1.1
    assert await told("en") == ["A vigil"]


async def test_a_change_of_an_older_version_is_refused(
    database: Database, petition: Petition
) -> None:
    made = await happens(database, petition, "A vigil")
    async with database.transaction() as db:
        await timeline.change(db, made, {"en": {"what": "Two vigils"}}, actor=1, now=NOW)
        with pytest.raises(ChangedSince):
            await timeline.remove(db, made, actor=1, now=NOW)
        found = await timeline.one(db, petition, made.id, "en")
    assert found is not None
    assert found.what == "Two vigils"
