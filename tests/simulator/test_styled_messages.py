"""Promises of bold and the like that people put into their messages and captions."""

import json
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Json, Phone

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
BOLD = {"type": "bold", "offset": 5, "length": 3}


async def heard(bot: Bot) -> Any:
    return (await bot.get_updates())[-1].message


async def post(telegram: Telegram, who: Phone, **body: Any) -> int:
    url = f"{telegram.address}/people/{who.id}/messages"
    async with telegram.session.post(url, **body) as answer:
        return answer.status


async def test_bold_words_reach_the_bot(bot: Bot, ada: Phone, telegram: Telegram) -> None:
    assert await post(telegram, ada, json={"text": "Keep the unit", "entities": [BOLD]}) == 200
    [entity] = (await heard(bot)).entities
    assert (entity.type, entity.offset, entity.length) == ("bold", 5, 3)


async def test_a_bold_caption_reaches_the_bot(bot: Bot, ada: Phone, telegram: Telegram) -> None:
    form = aiohttp.FormData()
    form.add_field("photo", PNG, filename="a.png")
    form.add_field("caption", "Keep the unit")
    form.add_field("caption_entities", json.dumps([BOLD]))
    assert await post(telegram, ada, data=form) == 200
    message = await heard(bot)
    assert message.caption == "Keep the unit"
    assert [entity.type for entity in message.caption_entities] == ["bold"]


@pytest.mark.parametrize(
    "entities",
    [
        "bold",
        [7],
        [{"type": "bot_command", "offset": 0, "length": 3}],
        [BOLD | {"offset": -1}],
        [BOLD | {"length": 0}],
        [BOLD | {"length": 9}],
        [BOLD | {"offset": None}],
    ],
)
async def test_styles_that_no_app_sends_are_refused(
    bot: Bot, ada: Phone, telegram: Telegram, entities: Json
) -> None:
    body = {"text": "Keep the unit"[:12], "entities": entities}
    assert await post(telegram, ada, json=body) == 400
