"""Promises of what a browser's chat shows again."""

import asyncio

from storage import addresses, web_chats
from storage.database import Connection, Database
from tests.storage.world import NOW


async def session(db: Connection) -> int:
    ada = await addresses.add(db, "web", "5f2e" * 16, now=NOW)
    (one,) = await addresses.of_supporter(db, ada.id)
    return one.id


def bubbles(*numbers: int) -> list[dict[str, object]]:
    return [
        {"number": number, "words": "Ada signs", "buttons": [["Yes", "y"]]} for number in numbers
    ]


async def test_the_newest_forty_bubbles_are_kept(database: Database) -> None:
    async with database.transaction() as db:
        here = await session(db)
        assert await web_chats.of(db, here) is None
        for first in range(1, 61, 3):
            numbers = (first, first + 1, first + 2)
            said = await web_chats.append(
                db, here, bubbles(*numbers), last_number=numbers[-1], now=NOW
            )
    async with database.reading() as db:
        found = await web_chats.of(db, here)
    assert found == said
    assert found is not None
    assert list(found.bubbles) == bubbles(*range(21, 61))
    assert found.last_number == 60


async def test_what_two_tabs_say_at_once_is_all_kept(database: Database) -> None:
    async with database.transaction() as db:
        here = await session(db)

    async def say(number: int) -> None:
        async with database.transaction() as db:
            await web_chats.append(db, here, bubbles(number), last_number=number, now=NOW)

    await asyncio.gather(*(say(number) for number in range(8)))
    async with database.reading() as db:
        found = await web_chats.of(db, here)
    assert found is not None
    assert sorted(one["number"] for one in found.bubbles) == list(range(8))


async def test_what_comes_late_leaves_the_newest_number(database: Database) -> None:
    async with database.transaction() as db:
        here = await session(db)
        await web_chats.append(db, here, bubbles(5), last_number=5, now=NOW)
        said = await web_chats.append(db, here, bubbles(3), last_number=3, now=NOW)
    assert said is not None
    assert (said.last_number, list(said.bubbles)) == (5, bubbles(5, 3))


async def test_what_two_processes_answer_is_kept_once(database: Database) -> None:
    async with database.transaction() as db:
        here = await session(db)

    async def answer() -> None:
        async with database.transaction() as db:
            await web_chats.append(db, here, bubbles(5), last_number=5, now=NOW)

    await asyncio.gather(*(answer() for _ in range(4)))
    async with database.transaction() as db:
        await web_chats.append(db, here, bubbles(6), last_number=0, now=NOW)
        found = await web_chats.append(db, here, bubbles(7), last_number=0, now=NOW)
    assert found is not None
    assert list(found.bubbles) == bubbles(5, 6, 7), "what nobody has asked for has no number"


async def test_a_chat_that_is_cleared_says_nothing(database: Database) -> None:
    async with database.transaction() as db:
        here = await session(db)
        await web_chats.append(db, here, bubbles(1), last_number=1, now=NOW)
        await web_chats.clear(db, here)
        assert await web_chats.of(db, here) is None
        await web_chats.append(db, here, bubbles(2), last_number=2, now=NOW)
        await addresses.remove(db, here)
        assert await web_chats.of(db, here) is None
        assert await web_chats.append(db, here, bubbles(3), last_number=3, now=NOW) is None


async def test_nothing_said_can_be_read_in_the_rows_of_an_encrypted_database(
    sealed: Database,
) -> None:
    async with sealed.transaction() as db:
        here = await session(db)
        await web_chats.append(db, here, bubbles(1), last_number=1, now=NOW)
        raw = (await db.exec_driver_sql("SELECT CAST(bubbles AS text) FROM web_chats")).scalar_one()
        assert "words" not in raw
        assert "Ada" not in raw
        found = await web_chats.of(db, here)
    assert found is not None
    assert list(found.bubbles) == bubbles(1)
