"""Promises of the inbox, for a bot that is killed between a question and its answer."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from storage import staff
from storage.database import Database
from storage.tables import inbox_messages, notifications
from tests import engines, migrated
from tests.amount import cases
from tests.e2e.killable import Killable, own_hook
from tests.e2e.people import Person
from tests.e2e.running_bot import simulator
from tests.e2e.signers import until_updates_are_taken

HOLD, WRITERS = cases(short=(10, 4), full=(30, 8))
"""For how many seconds one is held back, and how many people write."""


async def postponed(url: str) -> None:
    """Until the outbox has an answer that Telegram does not take yet."""
    database = await Database.open(url)
    try:
        async with asyncio.timeout(HOLD):
            while True:
                async with database.reading() as db:
                    found = await db.execute(
                        select(notifications.c.id).where(
                            notifications.c.template == "inbox/answer",
                            notifications.c.not_before > notifications.c.created_at,
                            notifications.c.claimed_at.is_(None),
                        )
                    )
                    if found.first() is not None:
                        return
                await asyncio.sleep(0.02)
    finally:
        await database.close()


async def employ(url: str, telegram_id: int) -> None:
    """Let somebody be an owner."""
    database = await Database.open(url)
    try:
        async with database.transaction() as db:
            await staff.upsert(db, telegram_id, "owner", datetime.now(UTC))
    finally:
        await database.close()


async def written(url: str) -> list[str]:
    database = await Database.open(url)
    try:
        async with database.reading() as db:
            return sorted(await db.scalars(select(inbox_messages.c.words)))
    finally:
        await database.close()


@pytest.mark.crash
@pytest.mark.parametrize("engine", engines.params())
async def test_killed_between_question_and_answer_each_comes_once_to_the_right_person(
    engine: str, tmp_path: Path
) -> None:
    mode = {"sqlite": "polling", "postgresql": "webhook"}[engine]
    await engines.require(engine)
    async with (
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as address,
        Killable.running(
            tmp_path / "config.toml", api=address, database=url, **own_hook(mode)
        ) as bot,
        aiohttp.ClientSession() as session,
    ):
        await until_updates_are_taken(session, address)
        olive = await Person.arrive(session, address, "Olive")
        await olive.says("/start")
        await employ(url, olive.id)
        people = [
            await Person.arrive(session, address, f"Ada{n}", last_name=f"Surname{n}")
            for n in range(WRITERS)
        ]
        for number, person in enumerate(people):
            await person.says(f"My question has the number {number}, please")
            await person.presses("Yes, pass it on")
        await bot.kill()
        await bot.restart()
        for person in people:
            await person.sees("Passed on to the campaign")
        questions = [f"My question has the number {n}, please" for n in range(WRITERS)]
        assert await written(url) == sorted(questions)

        hold = {"chat_id": people[0].id, "seconds": HOLD}
        async with session.post(f"{address}/control/hold", json=hold) as answer:
            assert answer.status == 200
        for number in range(WRITERS):
            listed = await olive.says("/inbox")
            while not any("1 · Ada" in label for label in listed.buttons):
                listed = await olive.says("/inbox")  # news of who has written came first
            shown = await olive.taps("1 · Ada", on=listed)
            assert "Surname" not in shown.text
            asked = next(n for n in range(WRITERS) if f"number {n}," in shown.text)
            message_id = olive.last.messages[-1]["message_id"]
            done = await olive.says(f"Answer to {asked}.", reply_to=message_id)
            while "on its way" not in done.text:
                done = await olive.reads()  # the conversation shown anew came first
            assert "on its way" in done.text, number
        await postponed(url)
        await bot.kill()
        await bot.restart()
        for number, person in enumerate(people):
            await person.sees(f"Answer to {number}.")
        for number, person in enumerate(people):
            answers = [one for one in await person.chat() if "has answered you" in str(one)]
            assert [f"Answer to {number}." in str(one) for one in answers] == [True]
