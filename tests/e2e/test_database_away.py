"""Promises for the minute in which the database is away."""

import asyncio
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from storage.errors import DatabaseUnavailable
from tests.cluster import cluster
from tests.conversations.form_steps import signs
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot, simulator_within


@pytest.mark.postgres
async def test_postgresql_crashes_and_comes_back_under_people_who_sign(tmp_path: Path) -> None:
    """They are told kindly to wait, what they answered meanwhile is taken up, nothing is lost."""
    async with (
        cluster() as server,
        simulator_within() as address,
        RunningBot.open(address, tmp_path, url=server.url) as stage,
        aiohttp.ClientSession() as session,
    ):
        before, ada, bob = [await Person.arrive(session, address) for _ in range(3)]
        await signs(before)
        await ada.says("/sign")
        await server.crash()
        told = await ada.says("Ada King")
        assert "nothing is lost" in told.text.lower()
        assert "nothing is lost" in (await bob.says("/start")).text.lower()
        await asyncio.sleep(1)
        await server.start()
        assert "postcode" in (await ada.reads(within=40)).text
        assert "Read more" in (await bob.reads(within=40)).buttons
        await ada.says("E1 6AN")
        assert "You have signed" in (await ada.taps("Just sign")).text
        with suppress(DatabaseUnavailable):  # the test's own connection is of before the crash
            await stage.totals()
        assert (await stage.totals()).total == 2
        signature = await stage.signature(ada.id)
        assert signature is not None
        assert signature.full_name == "Ada King"
