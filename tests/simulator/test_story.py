"""Promises of a story played in the simulator: where it is, and how its viewers steer it."""

import asyncio
from typing import Any

import pytest

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Json

LAUNCH = {"chapter": 1, "chapters": 16, "at": "2009-10-20T10:00:00+01:00", "title": "Launched"}


async def read(telegram: Telegram, **query: Any) -> Json:
    async with telegram.session.get(f"{telegram.address}/story", params=query) as answer:
        story: Json = await answer.json()
        return story


async def steers(telegram: Telegram, **wish: Any) -> tuple[int, Json]:
    async with telegram.session.post(f"{telegram.address}/story", json=wish) as answer:
        return answer.status, await answer.json()


async def test_there_is_no_story_at_first(telegram: Telegram) -> None:
    assert (await read(telegram))["chapter"] == 0


async def test_a_chapter_is_shown_and_sets_the_clocks(telegram: Telegram) -> None:
    await telegram.control("story", **LAUNCH, caption="Ada signs.")
    story = await read(telegram)
    assert {name: story[name] for name in LAUNCH} == LAUNCH
    assert story["caption"] == "Ada signs."
    assert 0 <= telegram.world.now() - 1256029200 < 60


async def test_who_waits_is_told_at_once(telegram: Telegram) -> None:
    version = (await read(telegram))["version"]
    waiting = asyncio.create_task(read(telegram, after=version, wait=25))
    await telegram.control("story", **LAUNCH)
    assert (await waiting)["title"] == "Launched"


async def test_a_viewer_pauses_speeds_up_and_goes_on(telegram: Telegram) -> None:
    await telegram.control("story", **LAUNCH)
    assert (await steers(telegram, playing=False))[1]["playing"] is False
    assert (await steers(telegram, speed=4))[1]["speed"] == 4
    _, story = await steers(telegram, next=True)
    assert (story["skips"], story["playing"]) == (1, True)


@pytest.mark.parametrize("wish", [{"speed": 1000}, {"speed": "fast"}, {"speed": None}])
async def test_a_speed_that_is_none_changes_nothing(telegram: Telegram, wish: Json) -> None:
    before = await read(telegram)
    status, _ = await steers(telegram, **wish)
    assert status == 400
    assert await read(telegram) == before


@pytest.mark.parametrize("at", ["soon", "", None, 7])
async def test_a_chapter_without_a_time_changes_nothing(telegram: Telegram, at: object) -> None:
    before = await read(telegram)
    url = f"{telegram.address}/control/story"
    async with telegram.session.post(url, json={**LAUNCH, "at": at}) as answer:
        assert answer.status == 400
    assert await read(telegram) == before
