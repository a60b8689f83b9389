"""Promises for several processes that do the same at the same moment."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from storage import campaigns, staff, wordings
from storage.database import Connection, Database
from storage.migrate import upgrade
from tests import engines
from tests.storage.world import NOW, campaign

ROOT = Path(__file__).parents[2]


async def _at_once(database: Database, *acts: Callable[[Connection], Awaitable[Any]]) -> list[Any]:
    """Do each in a transaction of its own, begun before any has ended."""

    async def do(act: Callable[[Connection], Awaitable[Any]]) -> Any:
        async with database.transaction() as db:
            done = await act(db)
            await asyncio.sleep(0.01)
        return done

    return await asyncio.gather(*(do(act) for act in acts))


async def test_a_campaign_loaded_twice_at_once_is_one_campaign(database: Database) -> None:
    made = await _at_once(database, *[campaign] * 5)
    assert len({(c.id, c.version) for c in made}) == 1
    async with database.reading() as db:
        assert len(await campaigns.all(db)) == 1
        assert len(await wordings.latest(db, made[0].id)) == 1


@pytest.mark.parametrize("url", engines.params()[1:], indirect=True)  # SQLite has one at a time
async def test_two_campaigns_that_change_at_once_are_both_noticed(database: Database) -> None:
    async def change(db: Connection, slug: str) -> None:
        await campaigns.upsert(db, slug=slug, status="open", goal=9, definition={}, now=NOW)

    async with database.transaction() as db:
        for slug in ("first", "second"):
            await campaign(db, slug)
    async with database.transaction() as slower:
        await change(slower, "first")
        async with database.transaction() as faster:
            await change(faster, "second")
        async with database.reading() as db:
            seen = await campaigns.changes_token(db)
    async with database.reading() as db:
        assert await campaigns.changes_token(db) > seen


async def test_texts_that_change_at_once_are_versions_one_after_the_other(
    database: Database,
) -> None:
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id

    def keep(text: str) -> Callable[[Connection], Awaitable[wordings.Wording]]:
        return lambda db: wordings.keep(
            db, campaign_id=campaign_id, kind="petition", language="en", text=text, now=NOW
        )

    kept = await _at_once(database, *(keep(text) for text in ("A", "B", "B", "C")))
    assert {wording.text for wording in kept} == {"A", "B", "C"}
    versions = {wording.version: wording.text for wording in kept}
    assert sorted(versions) == list(range(2, 2 + len(versions)))


async def test_an_owner_named_twice_at_once_is_one_owner(database: Database) -> None:
    await _at_once(database, *[lambda db: staff.upsert(db, 7, "owner", NOW)] * 5)
    async with database.transaction() as db:
        await staff.upsert(db, 7, "viewer", NOW)
        assert [(m.telegram_id, m.role) for m in await staff.all(db)] == [(7, "viewer")]


SIGNER = """
import asyncio, sys
from storage.database import Database
from storage.migrate import upgrade
from tests import engines
from tests.storage.world import campaign, sign

async def main(url, first, last):
    await upgrade(url)
    database = await Database.open(url)
    for telegram_id in range(first, last):
        async with database.transaction() as db:
            made = await campaign(db)
            signature = await sign(db, made.id, telegram_id)
        print(signature.number, flush=True)
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


async def test_processes_that_start_and_sign_at_once_share_one_count(empty_url: str) -> None:
    each, processes = 20, 3
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-W", "error", "-c", SIGNER, empty_url, str(n * each), str((n + 1) * each)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        for n in range(1, processes + 1)
    ]
    numbers: list[int] = []
    for process in running:
        out, err = await process.communicate()
        assert not err.decode()
        numbers += [int(line) for line in out.split()]
    assert sorted(numbers) == list(range(1, each * processes + 1))
    await upgrade(empty_url)
    database = await Database.open(empty_url)
    async with database.reading() as db:
        (found,) = await campaigns.all(db)
        assert (await campaigns.totals(db, found.id)) == await campaigns.recount(db, found.id)
    await database.close()
