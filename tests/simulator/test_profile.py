"""Promises of a bot's own face: commands, name, descriptions, chats."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Phone
from tests.simulator.test_chats import gathers


async def test_everybody_sees_the_commands_meant_for_them(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    async def commands(chat: int | str = "") -> list[str]:
        url = f"{ada.address}/people/{ada.id}/commands?chat={chat}"
        async with ada.session.get(url) as answer:
            return [command["description"] for command in await answer.json()]

    assert await commands() == []
    await bot.set_my_commands([BotCommand("start", "all")])
    assert await commands() == ["all"]
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("start", "private")], private)
    assert await commands() == ["private"]
    await bot.set_my_commands([BotCommand("start", "English")], private, language_code="en")
    assert await commands() == ["English"]
    await bot.set_my_commands([BotCommand("start", "Ada")], BotCommandScopeChat(ada.id))
    assert await commands() == ["Ada"]
    group = await gathers(telegram, ada)
    assert await commands(group) == ["all"]
    await bot.set_my_commands([BotCommand("sign", "group")], BotCommandScopeAllGroupChats())
    assert await commands(group) == ["group"]
    assert await commands() == ["Ada"]


async def test_wrong_commands_are_refused(bot: Bot) -> None:
    for command, description in (("Ä", "x"), ("a b", "x"), ("start", "x" * 257)):
        with pytest.raises(BadRequest, match="ot_command"):
            await bot.set_my_commands([(command, description)])
    with pytest.raises(BadRequest, match="ot_commands_too_much"):
        await bot.set_my_commands([(f"c{n}", "x") for n in range(101)])


async def test_descriptions_and_name_are_kept_by_language(bot: Bot, ada: Phone) -> None:
    await bot.set_my_description("All", language_code="")
    await bot.set_my_description("Pawb", language_code="cy")
    assert (await bot.get_my_description("cy")).description == "Pawb"
    assert (await bot.get_my_description("de")).description == "All"
    assert (await ada.looks())["bot"]["description"] == "All"
    await bot.set_my_name("Clamour")
    assert (await bot.get_me()).first_name == "Clamour"
    with pytest.raises(BadRequest):
        await bot.set_my_description("x" * 513)


async def test_a_chat_is_described(bot: Bot, ada: Phone) -> None:
    chat = await bot.get_chat(ada.id)
    assert (chat.first_name, chat.type) == ("Ada", "private")
    with pytest.raises(BadRequest, match="hat not found"):
        await bot.get_chat(5)
