"""A promise for when two wait for each other on PostgreSQL, and it ends one of them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import dialogs, locks
from tests import engines
from tests.conversations.several import FIRST, link, two_campaigns
from tests.crosswise import until_waiting
from tests.e2e.people import Person
from tests.stage.stage import Stage


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    async with two_campaigns(request.param, tmp_path) as stage:
        yield stage


@pytest.mark.parametrize("stage", engines.params()[1:], indirect=True)
async def test_who_signs_and_is_ended_by_a_deadlock_has_signed_once_and_hears_it_once(
    stage: Stage, ada: Person
) -> None:
    await ada.opens(link("keep-the-unit"))
    await ada.taps("✍️ Sign")
    await ada.taps("Use “Ada Lovelace”")
    await ada.says("SW1A 1AA")
    async with stage.database.reading() as db:
        her_id = await db.scalar(
            text("SELECT id FROM supporters WHERE telegram_id = :account"), {"account": ada.id}
        )
    async with asyncio.TaskGroup() as both, stage.database.transaction() as db:
        await db.execute(text("SET LOCAL deadlock_timeout = '60s'"))  # so it is the other's to find
        await locks.totals(db, FIRST)
        signs = both.create_task(ada.taps("Just sign"))
        await until_waiting(stage.database, 1)
        await dialogs.lock_in_order(db, [her_id], stage.services.clock())
    answer = signs.result()
    assert "You have signed" in answer.text
    assert sum("You have signed" in one.get("text", "") for one in answer.messages) == 1
    async with stage.database.reading() as db:
        assert await db.scalar(text("SELECT count(*) FROM signatures")) == 1
        assert await db.scalar(text("SELECT live FROM campaign_totals WHERE campaign_id = 1")) == 1
        assert await db.scalar(text("SELECT sum(count) FROM signature_times")) == 1
        assert await db.scalar(text("SELECT count(*) FROM consents WHERE purpose = 'sign'")) == 1
