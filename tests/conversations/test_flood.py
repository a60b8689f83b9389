"""Promises when somebody floods the bot: a polite word once, their place kept, others unharmed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conversations.form_steps import signs
from tests.e2e.people import Arrives
from tests.stage.stage import Stage, Telegram

FLOOD = 200
QUICK_SECONDS = 3.0


@pytest.fixture
async def stage(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Stage]:
    """With the limits that a bot has if nobody says otherwise, but for signing."""
    async with Stage.on(telegram, tmp_path, limits={"signings": 2}) as stage:
        yield stage


async def test_a_flood_is_told_once_its_place_is_kept_and_others_are_answered(
    arrives: Arrives,
) -> None:
    ada, bob = await arrives("Ada"), await arrives("Bob")
    await ada.says("/sign")
    await ada.says("Ada Lovelace")
    flood = asyncio.gather(*(ada.writes("no postcode") for _ in range(FLOOD)))
    now = asyncio.get_running_loop().time
    begun = now()
    await signs(bob)
    assert now() - begun < QUICK_SECONDS * 5, "five acts"
    await flood
    await asyncio.sleep(3)
    told = [m for m in await ada.chat() if "a lot at once" in m.get("text", "")]
    answered = [m for m in await ada.chat() if not m["out"]]
    assert len(told) == 1
    assert len(answered) < FLOOD / 2, "most of it is confirmed without work"
    await ada.reads()
    assert "agree" in (await ada.says("SW1A 1AA")).text.lower(), "where she was"


async def test_signing_again_and_again_ends_politely(stage: Stage, arrives: Arrives) -> None:
    ada = await arrives("Ada", last_name="Lovelace")
    for _ in range(2):
        await signs(ada)
        await ada.says("/withdraw")
        await ada.taps("Yes, take my name off")
        await asyncio.sleep(2)
    await ada.says("/sign")
    await ada.taps("Use “")
    await ada.says("SW1A 1AA")
    refused = await ada.taps("Just sign")
    assert "Please wait 30 minutes" in refused.text
    assert "Ada Lovelace" in refused.text, "the answers are kept"
    assert (await stage.totals()).live == 0
