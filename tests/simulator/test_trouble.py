"""Promises of ordered trouble: faults and limits."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Phone


async def said(ada: Phone) -> list[str]:
    return [message["text"] for message in (await ada.looks())["messages"][1:]]


async def test_a_429_is_told_with_its_wait_as_often_as_ordered(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    await telegram.control("faults", method="sendMessage", kind="429", times=1, retry_after=7)
    told = await telegram.calls("sendMessage", chat_id=ada.id, text="x")
    assert told == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.id, "x")
    await telegram.control("clock", advance_seconds=7)
    assert await bot.send_message(ada.id, "x")


async def test_a_held_chat_takes_no_message_and_no_change_and_no_other_is_held(
    telegram: Telegram, bot: Bot, ada: Phone, arrives: Callable[..., Awaitable[Phone]]
) -> None:
    bob = await arrives("Bob")
    await bob.writes("/start")
    sent = await bot.send_message(ada.id, "x")
    await telegram.control("hold", chat_id=ada.id, seconds=30)
    for refused in (bot.send_message(ada.id, "y"), sent.edit_text("y")):
        with pytest.raises(RetryAfter) as raised:
            await refused
        assert raised.value.retry_after == timedelta(seconds=30)
    assert await bot.send_message(bob.id, "y")
    await telegram.control("clock", advance_seconds=30)
    assert await sent.edit_text("y")


async def test_who_asks_again_at_once_from_the_same_offset_is_given_one_update(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    for text in ("one", "two"):
        await ada.writes(text)
    await telegram.control("limits", hurried_polls=True)
    assert [len(await bot.get_updates()) for _ in range(2)] == [3, 1]
    await telegram.control("clock", advance_seconds=1)
    assert len(await bot.get_updates()) == 3
    await telegram.control("limits", hurried_polls=False)
    assert len(await bot.get_updates()) == 3


async def test_who_asks_again_soon_from_the_same_offset_waits_three_seconds_for_nothing(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    offset = (await bot.get_updates())[-1].update_id + 1
    await telegram.control("limits", hurried_polls=True)
    assert await bot.get_updates(offset=offset) == ()
    waits = asyncio.create_task(bot.get_updates(offset=offset, timeout=0))
    await asyncio.sleep(0.1)
    await ada.writes("one")
    assert [update.message.text for update in await waits if update.message] == ["one"]
    await telegram.control("clock", advance_seconds=3)
    assert await bot.get_updates(offset=offset + 1) == ()


async def test_a_webhook_is_set_once_a_second(telegram: Telegram, bot: Bot) -> None:
    url = "https://example.org/telegram"
    assert await bot.set_webhook(url)
    with pytest.raises(RetryAfter):
        await bot.set_webhook(url)
    assert await bot.delete_webhook()
    await telegram.control("clock", advance_seconds=1)
    assert await bot.set_webhook(url)


async def test_a_400_refuses_one_chat_alone(
    telegram: Telegram, bot: Bot, ada: Phone, arrives: Callable[..., Awaitable[Phone]]
) -> None:
    bob = await arrives("Bob")
    await bob.writes("/start")
    await telegram.control("faults", method="sendMessage", kind="400", chat_id=ada.id)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(ada.id, "x")
    assert await bot.send_message(bob.id, "x")


@pytest.mark.parametrize("kind", ["500", "502"])
async def test_a_fault_of_the_server_is_told_until_it_is_ended(
    telegram: Telegram, bot: Bot, ada: Phone, kind: str
) -> None:
    await telegram.control("faults", method="*", kind=kind)
    with pytest.raises(NetworkError):
        await bot.send_message(ada.id, "x")
    async with telegram.session.delete(f"{telegram.address}/control/faults") as answer:
        assert answer.status == 200
    assert await bot.send_message(ada.id, "x")


@pytest.mark.parametrize(("kind", "arrived"), [("cut_before", []), ("cut_after", ["x"])])
async def test_a_cut_answer_leaves_the_work_done_or_not(
    telegram: Telegram, bot: Bot, ada: Phone, kind: str, arrived: list[str]
) -> None:
    await telegram.control("faults", method="sendMessage", kind=kind, times=1)
    with pytest.raises(NetworkError):
        await bot.send_message(ada.id, "x")
    assert await said(ada) == arrived


async def test_a_slow_answer_takes_its_time(telegram: Telegram, bot: Bot, ada: Phone) -> None:
    await telegram.control("faults", method="sendMessage", kind="slow", seconds=0.3)
    begun = time.monotonic()
    await bot.send_message(ada.id, "x")
    assert time.monotonic() - begun >= 0.3


async def test_a_fault_strikes_one_chat_by_chance_the_same_each_time(
    telegram: Telegram, bot: Bot, ada: Phone, arrives: Callable[..., Awaitable[Phone]]
) -> None:
    ben = await arrives("Ben")
    await ben.writes("/start")
    runs = []
    for _ in range(2):
        await telegram.control(
            "faults", method="sendMessage", kind="500", chance=0.5, seed=1, chat_id=ada.id
        )
        runs.append(
            [
                (await telegram.calls("sendMessage", chat_id=ada.id, text="x"))["ok"]
                for _ in range(20)
            ]
        )
        assert (await telegram.calls("sendMessage", chat_id=ben.id, text="x"))["ok"]
        async with telegram.session.delete(f"{telegram.address}/control/faults"):
            pass
    assert runs[0] == runs[1]
    assert set(runs[0]) == {True, False}


@pytest.mark.parametrize("order", [{"kind": "x", "method": "*"}, {"kind": "429"}, {"method": 1}])
async def test_a_wrong_order_is_refused(telegram: Telegram, order: dict[str, object]) -> None:
    async with telegram.session.post(f"{telegram.address}/control/faults", json=order) as answer:
        assert answer.status == 400


async def test_those_who_have_not_just_written_get_a_burst_then_one_a_second(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    await telegram.control("clock", advance_seconds=11)
    for _ in range(5):
        await bot.send_message(ada.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.id, "x")
    await telegram.control("clock", advance_seconds=1)
    await bot.send_message(ada.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.id, "x")


async def test_no_more_than_30_a_second_to_those_who_have_not_just_written(
    telegram: Telegram,
    bot: Bot,
    arrives: Callable[..., Awaitable[Phone]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = [await arrives(f"P{n}") for n in range(40)]
    for person in people:
        await person.writes("/start")
    await telegram.control("clock", advance_seconds=11)
    stopped = telegram.world.now()
    monkeypatch.setattr(telegram.world, "now", lambda: stopped)
    answers = [await telegram.calls("sendMessage", chat_id=p.id, text="x") for p in people]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False] * 10
    assert answers[-1]["parameters"]["retry_after"] == 1
    paid = await telegram.calls(
        "sendMessage", chat_id=people[-1].id, text="x", allow_paid_broadcast=True
    )
    assert paid["ok"], "up to 1,000 a second, for Stars"


async def test_a_group_takes_20_a_minute(telegram: Telegram, bot: Bot, ada: Phone) -> None:
    body = {"title": "Friends", "members": [ada.id]}
    async with telegram.session.post(f"{telegram.address}/groups", json=body) as answer:
        group = (await answer.json())["id"]
    for _ in range(20):
        assert (await telegram.calls("sendMessage", chat_id=group, text="x"))["ok"]
        await telegram.control("clock", advance_seconds=1.1)
    told = await telegram.calls("sendMessage", chat_id=group, text="x")
    assert 30 < told["parameters"]["retry_after"] <= 60


async def test_without_limits_nobody_waits(telegram: Telegram, bot: Bot, ada: Phone) -> None:
    await telegram.control("limits", enabled=False, strict=True)
    for _ in range(50):
        assert (await telegram.calls("sendMessage", chat_id=ada.id, text="x"))["ok"]


async def test_what_was_called_is_counted(telegram: Telegram, bot: Bot, ada: Phone) -> None:
    await bot.send_message(ada.id, "x")
    async with telegram.session.get(f"{telegram.address}/control/stats") as answer:
        stats = await answer.json()
    assert stats["calls"]["sendMessage"] == 1
    assert (stats["pending_updates"], stats["people"]) == (1, 1)
