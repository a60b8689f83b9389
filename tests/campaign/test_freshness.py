"""Promises of what is read now and then: a change made here is seen by whoever asks after it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from campaign import catalogue
from campaign.catalogue import Catalogue
from campaign.freshness import Freshness
from storage import campaigns
from storage.database import Connection, Database
from tests.campaign.petitions import example

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


def test_it_is_read_again_after_its_time_or_a_change() -> None:
    now = 100.0
    freshness = Freshness(5, lambda: now)
    assert freshness.is_over()
    with freshness.reading():
        now += 3  # what is read is as old as the beginning of the reading
    assert not freshness.is_over()
    now += 2.5
    assert freshness.is_over()
    with freshness.reading():
        pass
    freshness.end()
    assert freshness.is_over()


def test_a_reading_that_fails_or_that_a_change_overtakes_does_not_count() -> None:
    freshness = Freshness(5, lambda: 100.0)
    with pytest.raises(LookupError), freshness.reading():
        raise LookupError
    assert freshness.is_over()
    with freshness.reading():
        freshness.end()
    assert freshness.is_over()


async def test_a_campaign_changed_while_the_campaigns_are_read_is_seen_at_the_next_look(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Catalogue(database, fresh_for=3600)
    before = example()
    await catalogue.publish(database, before, now=NOW)
    read = campaigns.changes_token

    async def overtaken(db: Connection) -> Any:
        token = await read(db)
        await catalogue.publish(database, before.model_copy(update={"goal": 77_777}), now=NOW)
        seen.look_again()
        return token

    monkeypatch.setattr(campaigns, "changes_token", overtaken)
    await seen.petitions()
    monkeypatch.setattr(campaigns, "changes_token", read)
    (petition,) = await seen.petitions()
    assert petition.campaign.goal == 77_777
