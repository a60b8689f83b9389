"""Promises of answers that Telegram holds back, for a bot that is killed meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from storage.database import Database
from storage.tables import notifications
from tests import engines, migrated
from tests.amount import cases
from tests.conversations.form_steps import to_review
from tests.e2e.killable import Killable, own_hook
from tests.e2e.people import Person
from tests.e2e.running_bot import simulator
from tests.e2e.signers import until_updates_are_taken

HOLD, OTHERS = cases(short=(120, 8), full=(30, 50))
"""For how many seconds one is held back, and how many others are answered meanwhile."""
IS_WAITED_FOR = cases(short=False, full=True)
"""Whether the hold ends by itself; otherwise the clocks are put on while the bot is dead."""


def shows(moment: datetime, clock: Path) -> Path:
    """The clock of a bot that starts, put to this moment."""
    clock.write_text(moment.isoformat(), encoding="utf-8")
    return clock


async def until_it_is_owed(url: str) -> None:
    """Until the outbox has the answer; before that, Telegram would deliver the tap again, and Ada
    read that she has signed already."""
    async with asyncio.timeout(HOLD):
        database = await Database.open(url)
        try:
            while not await is_queued(database):
                await asyncio.sleep(0.02)
        finally:
            await database.close()


async def is_queued(database: Database) -> bool:
    async with database.reading() as db:
        found = await db.execute(select(notifications.c.id))
        return found.first() is not None


@pytest.mark.crash
@pytest.mark.parametrize("engine", engines.params())
async def test_killed_while_an_answer_is_owed_it_comes_once_and_nobody_has_waited_for_it(
    engine: str, tmp_path: Path
) -> None:
    mode = {"sqlite": "polling", "postgresql": "webhook"}[engine]
    await engines.require(engine)
    async with (
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as address,
        Killable.running(
            tmp_path / "config.toml",
            api=address,
            database=url,
            clock=shows(datetime.now(UTC), tmp_path / "clock"),
            **own_hook(mode),
        ) as bot,
        aiohttp.ClientSession() as session,
    ):
        await until_updates_are_taken(session, address)
        ada = await Person.arrive(session, address, "Ada", last_name="Lovelace")
        others = [await Person.arrive(session, address, f"Bob {n}") for n in range(OTHERS)]
        await to_review(ada)
        hold = {"chat_id": ada.id, "seconds": HOLD}
        async with session.post(f"{address}/control/hold", json=hold) as answer:
            assert answer.status == 200
        await ada.presses("Just sign")
        for other in others:
            await other.writes("/start")
        for other in others:
            other.quiet = 0.0
            assert "human trafficking unit" in (await other.reads()).text
        await until_it_is_owed(url)
        assert "You have signed" not in str(await ada.chat()), "the hold is over"
        await bot.kill()
        if not IS_WAITED_FOR:
            shows(datetime.now(UTC) + timedelta(seconds=HOLD), tmp_path / "clock")
            jump = {"advance_seconds": HOLD}
            async with session.post(f"{address}/control/clock", json=jump) as answer:
                assert answer.status == 200
        await bot.restart()
        await ada.sees("You have signed")
        await ada.catches_up()
        assert await ada.hears_nothing(within=2)
        assert str(await ada.chat()).count("You have signed") == 1
