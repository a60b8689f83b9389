"""Bodies that are not the Bot API's leave the fate of a message unknown; some refusals do not."""

import json
from typing import Any

import pytest
from aiohttp import web
from telegram.ext import ExtBot

from campaign.delivery.messenger import BotRefused, DeliveryFault, NotNow, Refused, Unreachable
from campaign.delivery.messenger import FateUnknown as UnknownToDelivery
from channels.telegram.http_client import AiohttpRequest, FateUnknown
from channels.telegram.messenger import TelegramMessenger
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from handlers.screens import Outgoing
from storage.delivery_claims import Recipient
from tests.bot.servers import MESSAGE, TOKEN, answering, bot_at
from tests.folded import for_each

WHOLE = json.dumps({"ok": True, "result": MESSAGE}).encode()
NOT_THE_BOT_APIS = {
    "HTML": b"<html><body>Welcome to the hotel's Wi-Fi</body></html>",
    "nothing": b"",
    "cut off": WHOLE[:-1],
    "cut off in the middle": WHOLE[: len(WHOLE) // 2],
    "a list": b"[]",
    "null": b"null",
    "true": b"true",
    "a number": b"7",
    "a word": b'"ok"',
    "an error of somebody else": b'{"error": "upstream connect error"}',
    "ok alone": b'{"ok": true}',
    "not ok, without a reason": b'{"ok": false}',
    "not ok, with a number for a reason": b'{"ok": false, "description": 7}',
    "ok as a word": b'{"ok": "true", "result": {}}',
    "no text": b"\xff\xfe\x00{",
    "very deep": b"[" * 100_000,
    "odd parameters": b'{"ok": false, "description": "x", "parameters": []}',
    "an odd wait": b'{"ok": false, "description": "x", "parameters": {"retry_after": "soon"}}',
    "an endless wait": b'{"ok": false, "description": "x", "parameters": {"retry_after": 1%s}}'
    % (b"0" * 400),
}


def refusal(description: str, **parameters: object) -> bytes:
    told = {"ok": False, "description": description}
    return json.dumps(told | ({"parameters": parameters} if parameters else {})).encode()


def answer(status: int, body: bytes) -> Any:
    async def give(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status, body=body)

    return give


@for_each("name", NOT_THE_BOT_APIS)
async def test_what_is_no_answer_of_the_bot_api_leaves_the_fate_unknown(name: str) -> None:
    for status in (200, 302, 400, 403, 404, 429, 502):
        give = answer(status, NOT_THE_BOT_APIS[name])
        async with answering(give) as address, bot_at(address) as bot:
            with pytest.raises(FateUnknown) as raised:
                await bot.send_message(2, "Hello")
        assert str(raised.value) == f"HTTP {status}"


REFUSALS: list[tuple[int, bytes, type[DeliveryFault]]] = [
    (500, refusal("Internal Server Error: restart"), UnknownToDelivery),
    (502, refusal("Bad Gateway"), UnknownToDelivery),
    (200, b"<html>", UnknownToDelivery),
    (200, b'{"ok": true, "result": null}', UnknownToDelivery),
    (200, b'{"ok": true, "result": {"date": 1}}', UnknownToDelivery),
    (200, b'{"ok": true, "result": [{"message_id": "7"}]}', UnknownToDelivery),
    (401, refusal("Unauthorized"), BotRefused),
    (404, refusal("Not Found"), BotRefused),
    (400, refusal("Bad Request: Logged out"), BotRefused),
    (400, refusal("Bad Request: wrong file identifier/HTTP URL specified"), Refused),
    (413, b"<html>413 Request Entity Too Large</html>", Refused),
    (403, refusal("Forbidden: bot was blocked by the user"), Unreachable),
    (429, refusal("Too Many Requests", retry_after=4000), NotNow),
]


@for_each("status, body, fault", REFUSALS)
async def test_delivery_is_told_what_is_known_of_a_message(
    status: int, body: bytes, fault: type[DeliveryFault]
) -> None:
    async with answering(answer(status, body)) as address:
        rate_limiter = TwoLaneRateLimiter()
        bot: ExtBot[Any] = ExtBot(
            TOKEN, f"{address}/bot", request=AiohttpRequest(), rate_limiter=rate_limiter
        )
        await bot.request.initialize()
        try:
            with pytest.raises(fault):
                await TelegramMessenger(bot, rate_limiter).send(
                    Recipient(1, 2, "Ada", None, "en", 0, True),
                    Outgoing("sendMessage", {"text": "Hello"}),
                )
        finally:
            await bot.request.shutdown()
