"""Promises for the minute in which Telegram takes no messages, while it still delivers them."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from handlers.services import MOST_TIMES_LEFT
from tests.e2e.killable import free_port
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot, simulator_within


def hooked(mode: str) -> dict[str, Any]:
    """The settings of a bot that Telegram calls, or that polls."""
    if mode == "polling":
        return {}
    port = free_port()
    hook = {"url": f"http://127.0.0.1:{port}/telegram", "port": port}
    return {"telegram": {"mode": mode}, "webhook": hook}


async def test_an_answer_that_telegram_does_not_take_comes_when_it_does(
    monkeypatch: pytest.MonkeyPatch, stage: RunningBot, ada: Person
) -> None:
    monkeypatch.setattr("channels.telegram.show.RETRY_AFTER_SECONDS", (0.01, 0.01))
    await ada.says("/sign")
    await stage.control("faults", method="sendMessage", kind="502", times=5)
    asked = await ada.says("Ada King")
    assert "What is your postcode?" in asked.text
    assert "went wrong" not in asked.text
    await ada.says("E1 6AN")
    await stage.control("faults", method="editMessageText", kind="502", times=5)
    assert "number 1" in (await ada.taps("Just sign")).text
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert signature.full_name == "Ada King"
    assert (await stage.totals()).total == 1


async def test_an_answer_that_is_never_taken_is_given_up_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, stage: RunningBot, ada: Person
) -> None:
    monkeypatch.setattr("channels.telegram.show.RETRY_AFTER_SECONDS", (0.01,))
    monkeypatch.setattr("channels.telegram.polling.PAUSES", (0.01,))
    first, each_time_more = 2, 4  # where they are is a picture, or its text alone
    fails = first + MOST_TIMES_LEFT * each_time_more
    await stage.control("faults", method="*", kind="502", chat_id=ada.id, times=fails)
    await ada.writes("/help")
    assert "went wrong" in (await ada.reads()).text
    assert "/sign" in (await ada.says("/help")).text


@pytest.mark.parametrize(
    ("mode", "methods"),
    [("polling", ("getMe", "deleteWebhook")), ("webhook", ("getMe", "setWebhook"))],
)
async def test_a_bot_that_starts_while_telegram_fails_goes_on_when_it_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str, methods: tuple[str, ...]
) -> None:
    monkeypatch.setattr("bot.retry.PAUSES", (0.05,))
    async with simulator_within() as address, aiohttp.ClientSession() as session:
        for method in methods:
            order = {"method": method, "kind": "502", "times": 3}
            async with session.post(f"{address}/control/faults", json=order) as answer:
                assert answer.status == 201
        async with RunningBot.open(address, tmp_path, **hooked(mode)):
            ada = await Person.arrive(session, address)
            assert (await ada.says("/start")).has_picture
