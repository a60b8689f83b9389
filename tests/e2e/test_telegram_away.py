"""Promises for the minute in which Telegram takes no messages, while it still delivers them."""

import pytest

from handlers.house import MOST_TIMES_LEFT
from tests.e2e.people import Person
from tests.e2e.stage import Stage


async def test_an_answer_that_telegram_does_not_take_comes_when_it_does(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, ada: Person
) -> None:
    monkeypatch.setattr("handlers.show.RETRY_AFTER_SECONDS", (0.01, 0.01))
    await ada.says("/sign")
    await stage.control("faults", method="sendMessage", kind="502", times=5)
    asked = await ada.says("Ada King")
    assert "What is your postcode?" in asked.text
    assert "went wrong" not in asked.text
    await ada.says("E1 6AN")
    await ada.taps("I agree")
    await stage.control("faults", method="editMessageText", kind="502", times=5)
    assert "number 1" in (await ada.taps("Sign now")).text
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert signature.full_name == "Ada King"
    assert (await stage.totals()).total == 1


async def test_an_answer_that_is_never_taken_is_given_up_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, ada: Person
) -> None:
    monkeypatch.setattr("handlers.show.RETRY_AFTER_SECONDS", (0.01,))
    monkeypatch.setattr("bot.intake.polling.PAUSES", (0.01,))
    first, each_time_more = 2, 4  # where they are is a picture, or its text alone
    fails = first + MOST_TIMES_LEFT * each_time_more
    await stage.control("faults", method="*", kind="502", chat_id=ada.id, times=fails)
    await ada.writes("/help")
    assert "went wrong" in (await ada.reads()).text
    assert "/sign" in (await ada.says("/help")).text
