"""Promises when somebody floods the bot: a polite word once, their place kept, others unharmed."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.conversations.form_steps import signs
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot, simulator_within

FLOOD = 200
QUICK_SECONDS = 3.0


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[RunningBot]:
    """With the limits that a bot has if nobody says otherwise, but for signing."""
    limits = {"signings": 2}
    async with (
        simulator_within() as address,
        RunningBot.open(address, tmp_path, limits=limits) as stage,
    ):
        yield stage


async def test_a_flood_is_told_once_its_place_is_kept_and_others_are_answered(
    guarded: RunningBot,
) -> None:
    async with aiohttp.ClientSession() as session:
        ada = await Person.arrive(session, guarded.address, "Ada")
        bob = await Person.arrive(session, guarded.address, "Bob")
        await ada.says("/sign")
        await ada.says("Ada Lovelace")
        flood = asyncio.gather(*(ada.writes("no postcode") for _ in range(FLOOD)))
        begun = time.monotonic()
        await signs(bob)
        assert time.monotonic() - begun < QUICK_SECONDS * 5, "five acts"
        await flood
        await asyncio.sleep(3)
        told = [m for m in await ada.chat() if "a lot at once" in m.get("text", "")]
        answered = [m for m in await ada.chat() if not m["out"]]
        assert len(told) == 1
        assert len(answered) < FLOOD / 2, "most of it is confirmed without work"
        await ada.reads()
        assert "agree" in (await ada.says("SW1A 1AA")).text.lower(), "where she was"


async def test_signing_again_and_again_ends_politely(guarded: RunningBot) -> None:
    async with aiohttp.ClientSession() as session:
        ada = await Person.arrive(session, guarded.address, "Ada", last_name="Lovelace")
        for _ in range(2):
            await signs(ada)
            await ada.says("/withdraw")
            await ada.taps("Yes, take my name off")
            await asyncio.sleep(2)
        await ada.says("/sign")
        await ada.taps("Use “")
        await ada.says("SW1A 1AA")
        await ada.taps("I agree")
        refused = await ada.taps("Sign now")
        assert "Please wait 30 minutes" in refused.text
        assert "Ada Lovelace" in refused.text, "the answers are kept"
        assert (await guarded.totals()).live == 0
