"""Promises of `python -m simulator`: options, one ready line, a clean stop, ids that rise."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.simulator.phone import TOKEN

ROOT = Path(__file__).resolve().parents[2]
READY = "simulator listening on "
STOPS_WITHIN = 3.0


@dataclass
class Running:
    """A simulator in a process of its own."""

    process: asyncio.subprocess.Process
    address: str
    session: aiohttp.ClientSession

    async def calls(self, method: str, **parameters: Any) -> dict[str, Any]:
        url = f"{self.address}/bot{TOKEN}/{method}"
        async with self.session.post(url, json=parameters) as answer:
            told: dict[str, Any] = await answer.json()
            return told

    async def posts(self, path: str, **body: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.address}{path}", json=body) as answer:
            told: dict[str, Any] = await answer.json()
            assert answer.status < 300, told
            return told

    async def stops(self, how: signal.Signals) -> tuple[int, float, str]:
        """Exit status, seconds that it took, and what stands in its error output."""
        begun = time.monotonic()
        self.process.send_signal(how)
        _, errors = await asyncio.wait_for(self.process.communicate(), 120)
        assert self.process.returncode is not None
        return self.process.returncode, time.monotonic() - begun, errors.decode()


@asynccontextmanager
async def running(*options: str) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator", "--port", "0", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        assert line.startswith(f"{READY}http://127.0.0.1:")
        async with aiohttp.ClientSession() as session:
            yield Running(process, line.removeprefix(READY).strip(), session)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_at_once_while_bots_and_people_wait(how: signal.Signals) -> None:
    async with running() as telegram:
        await telegram.calls("getMe")
        person = await telegram.posts("/people", first_name="Ada")
        screen = f"{telegram.address}/people/{person['id']}"
        waiting = [
            asyncio.create_task(telegram.calls("getUpdates", timeout=50)),
            asyncio.create_task(_drain(telegram.session, f"{screen}/events?wait=50")),
            asyncio.create_task(_drain(telegram.session, f"{screen}/stream")),
        ]
        await asyncio.sleep(0.3)
        assert not any(task.done() for task in waiting)
        status, seconds, errors = await telegram.stops(how)
        ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert status == 0
    assert seconds < STOPS_WITHIN
    assert errors == ""
    assert all(isinstance(end, aiohttp.ClientError | None) for end in ended), ended


async def _drain(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as answer:
        await answer.read()


async def test_ids_go_on_rising_over_a_restart() -> None:
    async def written() -> list[tuple[int, int]]:
        async with running() as telegram:
            await telegram.calls("getMe")
            person = await telegram.posts("/people", first_name="Ada")
            told = [
                await telegram.posts(f"/people/{person['id']}/messages", text="x")
                for _ in range(20)
            ]
            return [(each["message"]["message_id"], each["update_id"]) for each in told]

    numbers = [*await written(), *await written()]
    for rising in zip(*numbers, strict=True):
        assert list(rising) == sorted(set(rising))


async def test_people_of_a_file_are_there_from_the_start(tmp_path: Path) -> None:
    seeds = tmp_path / "people.json"
    ada = {"id": 7, "first_name": "Ada", "language_code": "cy", "phone": "+447700900001"}
    seeds.write_text(json.dumps([ada, {"first_name": "Ben"}]), encoding="utf-8")
    async with (
        running("--seed-people", str(seeds)) as telegram,
        telegram.session.get(f"{telegram.address}/people") as answer,
    ):
        people = await answer.json()
    assert [person["first_name"] for person in people] == ["Ada", "Ben"]
    assert ada.items() <= people[0].items()
    assert people[1]["id"] > 0


async def test_the_bot_has_the_name_of_the_option() -> None:
    async with running("--bot-username", "wards_bot") as telegram:
        assert (await telegram.calls("getMe"))["result"]["username"] == "wards_bot"


@pytest.mark.parametrize(
    ("options", "refusals"),
    [(["--strict"], True), (["--strict", "--no-limits"], False), ([], False)],
)
async def test_limits_hold_as_the_options_say(options: list[str], refusals: bool) -> None:
    async with running(*options) as telegram:
        await telegram.calls("getMe")
        person = await telegram.posts("/people", first_name="Ada")
        await telegram.posts(f"/people/{person['id']}/messages", text="/start")
        told = [
            await telegram.calls("sendMessage", chat_id=person["id"], text="x") for _ in range(12)
        ]
    refused = [answer for answer in told if not answer["ok"]]
    assert bool(refused) is refusals
    assert all(answer["parameters"]["retry_after"] >= 1 for answer in refused)


async def test_nothing_that_people_or_tests_order_breaks_it() -> None:
    async with running() as telegram:
        await telegram.calls("getMe")
        person = await telegram.posts("/people", first_name="Ada")
        screen = f"/people/{person['id']}"
        for path in (
            *("/people", "/groups", f"{screen}/messages", f"{screen}/taps", f"{screen}/open"),
            *(f"{screen}/inline/choose", "/control/faults", "/control/redeliver"),
            *("/control/clock", "/control/limits", "/control/inline"),
        ):
            for value in (None, -1, "x", "\ud800", [], {}, [None], {"a": 1}, float("1e308")):
                for name in NAMES:
                    body = json.dumps({**VALID, name: value})
                    url = f"{telegram.address}{path}"
                    async with telegram.session.post(url, data=body) as answer:
                        assert answer.status != 500, (path, name, value)
        assert (await telegram.stops(signal.SIGTERM))[2] == ""


VALID = {"method": "getMe", "kind": "429", "times": 1}
NAMES = (
    *("first_name", "id", "language_code", "title", "members", "text", "chat_id", "reply_to"),
    *("contact", "forward_of", "message_id", "data", "link", "result_id", "method", "kind"),
    *("times", "chance", "seconds", "retry_after", "advance_seconds", "enabled"),
    *("inline_query_id", "feedback"),
)
