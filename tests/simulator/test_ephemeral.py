"""Promises of messages that one member of a group alone sees."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Phone
from tests.simulator.test_chats import gathers

Arrives = Callable[..., Awaitable[Phone]]


@pytest.fixture
async def ben(arrives: Arrives) -> Phone:
    return await arrives("Ben")


async def seen(phone: Phone, group: int) -> list[str]:
    return [one["text"] for one in (await phone.looks(group))["messages"] if "text" in one]


async def whispers(telegram: Telegram, group: int, to: object, **more: Any) -> str:
    """Send to one alone; gives what it is refused for."""
    parameters = {"receiver_user_id": to}
    told = await telegram.calls(
        "sendMessage", chat_id=group, text="psst", ephemeral_message_parameters=parameters, **more
    )
    return str(told.get("description", ""))


async def test_an_administrator_writes_what_one_member_alone_sees(
    telegram: Telegram, bot: Bot, ada: Phone, ben: Phone
) -> None:
    group = await gathers(telegram, ada, ben, administrator=True)
    assert await whispers(telegram, group, ada.id) == ""
    assert await seen(ada, group) == ["psst"]
    assert await seen(ben, group) == []
    assert "psst" not in str(await ben.events())
    assert "PARTICIPANT" in await whispers(telegram, group, 5)
    assert "parse" in await whispers(telegram, group, "Ada")


async def test_another_bot_answers_only_who_has_asked_so(
    telegram: Telegram, bot: Bot, ada: Phone, ben: Phone
) -> None:
    group = await gathers(telegram, ada, ben)
    assert "BOT_NOT_ADMIN" in await whispers(telegram, group, ada.id)
    await ada.does("messages", text="/start")
    assert "BOT_NOT_ADMIN" in await whispers(telegram, ada.id, ada.id)
    secret = BotCommand("sign", "Sign", api_kwargs={"is_ephemeral": True})
    await bot.set_my_commands([secret], BotCommandScopeAllGroupChats())
    for command in ("/sign", "/sign@clamour_bot now"):
        asked = (await ada.does("messages", text=command, chat_id=group))["message"]
        assert asked["ephemeral_message_id"]
        reply = {"ephemeral_message_id": asked["ephemeral_message_id"]}
        assert await whispers(telegram, group, ada.id, reply_parameters=reply) == ""
        refused = await whispers(telegram, group, ben.id, reply_parameters=reply)
        assert "BOT_NOT_ADMIN" in refused, "it was not Ben who asked"
    assert (await seen(ada, group))[-1] == "psst"
    assert await seen(ben, group) == []
    await ada.does("messages", text="/sign@another_bot", chat_id=group)
    await ada.does("messages", text="/signs", chat_id=group)
    assert await seen(ben, group) == ["/sign@another_bot", "/signs"]
