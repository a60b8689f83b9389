"""Promises about messages above Telegram's free limit: paid for only if the operator says so."""

import asyncio
from typing import Any

import aiohttp
import pytest
from telegram.ext import ExtBot

from channels.telegram.http_client import AiohttpRequest
from channels.telegram.messenger import TelegramMessenger
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from handlers.screens import Outgoing
from storage.delivery_claims import Recipient
from tests.e2e.listeners import FIRST, people_are_there
from tests.e2e.running_bot import simulator_within
from tests.stage.bot import TOKEN

PEOPLE = 60


@pytest.mark.parametrize("may_pay", [True, False])
async def test_what_is_above_the_free_limit_goes_only_if_it_may_be_paid_for(may_pay: bool) -> None:
    async with simulator_within() as address:
        await people_are_there(address, PEOPLE)
        async with aiohttp.ClientSession(address) as session:
            async with session.post("/control/clock", json={"advance_seconds": 11}):
                pass
            await _send_to_all(address, may_pay=may_pay)
            async with session.get("/control/stats") as answer:
                refused = (await answer.json())["refused_429"]
    assert (refused == 0) is may_pay


async def _send_to_all(address: str, *, may_pay: bool) -> None:
    rate_limiter = TwoLaneRateLimiter(messages_per_second=1000)
    bot: ExtBot[Any] = ExtBot(
        TOKEN, base_url=f"{address}/bot", request=AiohttpRequest(), rate_limiter=rate_limiter
    )
    await bot._request[1].initialize()
    messenger = TelegramMessenger(bot, rate_limiter, may_pay=may_pay)
    letter = Outgoing("sendMessage", {"text": "Hello"})
    try:
        await asyncio.gather(
            *(
                messenger.send(Recipient(n, FIRST + n, "Ada", None, "en", 0, True), letter)
                for n in range(PEOPLE)
            )
        )
    finally:
        await bot._request[1].shutdown()
