"""Promises of chats in which no bot is, or others are as well."""

from collections.abc import Awaitable, Callable

from telegram import Bot

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Phone

Arrives = Callable[..., Awaitable[Phone]]
LINK = "https://t.me/clamour_bot?start=r_abc"


async def gathers(telegram: Telegram, *members: Phone, **more: bool) -> int:
    """Make a group."""
    body = {"title": "Friends", "members": [member.id for member in members], **more}
    async with telegram.session.post(f"{telegram.address}/groups", json=body) as answer:
        return int((await answer.json())["id"])


async def test_people_write_with_each_other_unheard(
    telegram: Telegram, bot: Bot, ada: Phone, arrives: Arrives
) -> None:
    ben = await arrives("Ben")
    await bot.get_updates(offset=(await bot.get_updates())[-1].update_id + 1)
    told = await ada.writes(f"Look: {LINK}", chat_id=ben.id)
    assert told["update_id"] is None
    assert told["message"]["entities"] == [{"type": "url", "offset": 6, "length": len(LINK)}]
    answer = await ben.writes("I will", chat_id=ada.id, reply_to=told["message"]["message_id"])
    assert answer["message"]["reply_to_message"]["text"] == f"Look: {LINK}"
    assert [m["text"] for m in (await ada.looks(ben.id))["messages"]] == [f"Look: {LINK}", "I will"]
    assert await bot.get_updates() == ()
    cy = await arrives("Cy")
    assert (await cy.looks(ada.id))["messages"] == []
    for chat in (told["message"]["chat"]["id"], -300_001_000_000):
        refused = await telegram.calls("sendMessage", chat_id=chat, text="x")
        assert not refused["ok"]


async def test_chats_are_listed(telegram: Telegram, ada: Phone, arrives: Arrives) -> None:
    ben = await arrives("Ben")

    async def listed(phone: Phone) -> list[tuple[int, str, str]]:
        url = f"{telegram.address}/people/{phone.id}/chats"
        async with telegram.session.get(url) as answer:
            return [(chat["id"], chat["type"], chat["title"]) for chat in await answer.json()]

    with_bot = (ada.id, "bot", "Clamour demo")
    assert await listed(ada) == [with_bot]
    group = await gathers(telegram, ada)
    await ben.writes("Hello", chat_id=ada.id)
    assert await listed(ada) == [
        with_bot,
        (group, "group", "Friends"),
        (ben.id, "private", "Ben"),
    ]
    assert (ada.id, "private", "Ada Lovelace") in await listed(ben)
