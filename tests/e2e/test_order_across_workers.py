"""Promises of three web workers that take turns with one person's messages."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from storage.database import Database
from storage.tables import dialogs, supporters
from tests import engines, migrated
from tests.amount import cases
from tests.e2e.fleet import fleet
from tests.e2e.running_bot import simulator
from tests.e2e.signers import until_nothing_is_left

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

PEOPLE = cases(short=15, full=50)
ROUNDS = 3
POSTCODES = ("SW1A 1AA", "E1 6AN", "CF10 3NQ")


def typed(person: int) -> list[str]:
    """What somebody types without waiting for an answer; each round replaces the one before."""
    words = []
    for turn in range(ROUNDS):
        words += ["/sign", f"Ada {person} {turn}", POSTCODES[turn], "/cancel"]
    return words[:-1]


@pytest.mark.parametrize("copies", [1, 2], ids=["each by one", "each by two at once"])
async def test_what_fifty_people_type_ahead_is_taken_in_its_order(
    copies: int, tmp_path: Path
) -> None:
    await engines.require("postgresql")
    async with (
        migrated.migrated_url("postgresql", tmp_path) as url,
        simulator("--no-limits") as address,
        fleet(tmp_path, *("web",) * 3, api=address, database=url, copies=copies),
        aiohttp.ClientSession(address, connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        ids = await asyncio.gather(*(_types(session, n) for n in range(PEOPLE)))
        await until_nothing_is_left(session, address)
        found = await _dialogs(url)
    assert found == {
        telegram_id: (f"Ada {n} {ROUNDS - 1}", POSTCODES[ROUNDS - 1], "review")
        for n, telegram_id in enumerate(ids)
    }


async def _types(session: aiohttp.ClientSession, number: int) -> int:
    async with session.post("/people", json={"first_name": f"Ada {number}"}) as made:
        person: int = (await made.json())["id"]
    for text in typed(number):
        async with session.post(f"/people/{person}/messages", json={"text": text}) as taken:
            assert taken.status < 300
    return person


async def _dialogs(url: str) -> dict[int, tuple[str, str, str]]:
    database = await Database.open(url)
    async with database.reading() as db:
        rows = await db.execute(
            select(supporters.c.telegram_id, dialogs.c.answers, dialogs.c.step).join_from(
                dialogs, supporters
            )
        )
        found = {row.telegram_id: _given(row.answers, row.step) for row in rows}
    await database.close()
    return found


def _given(answers: dict[str, Any], step: str) -> tuple[str, str, str]:
    (form,) = (kept for name, kept in answers.items() if name.isdigit())
    return form["answers"]["name"], form["answers"]["postcode"], step
