"""Promises of updates: polled, posted, confirmed, in order, filtered, redelivered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from tests.simulator.conftest import Telegram
from tests.simulator.phone import Json, Phone

SECRET = "s3cret"


@dataclass
class Hook:
    """A webhook that notes what it is told, and answers as it is told.

    Attributes:
        statuses: the next answers' HTTP statuses; 200 when there are none left.
        hold: updates with this text wait here until it is set.
    """

    url: str = ""
    updates: list[Json] = field(default_factory=list)
    told: asyncio.Condition = field(default_factory=asyncio.Condition)
    secrets: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.updates.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        async with self.told:
            self.told.notify_all()
        held = self.hold.get(update.get("message", {}).get("text", ""))
        if held is not None:
            await held.wait()
        self.at_once -= 1
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def texts(self) -> list[str]:
        return [u["message"]["text"] for u in self.updates if "message" in u]

    async def has(self, count: int) -> None:
        async with asyncio.timeout(120):
            async with self.told:
                await self.told.wait_for(lambda: len(self.updates) >= count)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def texts(bot: Bot, **parameters: Any) -> list[str]:
    updates = await bot.get_updates(**parameters)
    return [u.message.text or "" for u in updates if u.message is not None]


async def test_a_limit_gives_the_oldest_first(bot: Bot, ada: Phone) -> None:
    await ada.writes("one")
    assert await texts(bot, limit=1) == ["/start"]
    assert await texts(bot) == ["/start", "one"]


async def test_a_negative_offset_keeps_only_the_last(bot: Bot, ada: Phone) -> None:
    for text in ("one", "two"):
        await ada.writes(text)
    assert await texts(bot, offset=-1) == ["two"]
    assert await texts(bot) == ["two"]


async def test_an_update_keeps_what_was_so_when_it_was_made(bot: Bot, ada: Phone) -> None:
    told = await ada.writes("first")
    await ada.edits(told["message"]["message_id"], "second")
    _, first, second = await bot.get_updates()
    assert first.message is not None
    assert second.edited_message is not None
    assert (first.message.text, second.edited_message.text) == ("first", "second")
    assert second.edited_message.edit_date is not None


async def test_kinds_that_are_not_wanted_are_not_kept(bot: Bot, ada: Phone) -> None:
    sent = await bot.send_message(ada.id, "x")
    await bot.get_updates(offset=-1, allowed_updates=["message"])
    told = await ada.does("taps", message_id=sent.message_id, data="a")
    assert told["update_id"] is None
    await ada.writes("one")
    updates = await bot.get_updates(allowed_updates=[])
    assert [u.callback_query for u in updates] == [None, None]
    assert (await ada.does("taps", message_id=sent.message_id, data="a"))["update_id"]


async def test_updates_are_forgotten_after_a_day(telegram: Telegram, bot: Bot, ada: Phone) -> None:
    await telegram.control("clock", advance_seconds=24 * 3600 + 1)
    assert await bot.get_updates() == ()


async def test_each_update_is_given_as_often_as_ordered(
    telegram: Telegram, bot: Bot, ada: Phone
) -> None:
    await telegram.control("redeliver", times=3)
    await ada.writes("one")
    seen: list[int] = []
    offset = None
    while updates := await bot.get_updates(offset=offset):
        seen += [update.update_id for update in updates]
        offset = max(seen) + 1
    assert sorted(seen) == sorted([*set(seen)] * 3)
    assert len(set(seen)) == 2


async def test_a_webhook_is_told_with_its_secret(bot: Bot, ada: Phone, hook: Hook) -> None:
    await bot.set_webhook(hook.url, secret_token=SECRET, max_connections=7)
    await ada.writes("one")
    await hook.has(2)
    assert hook.texts == ["/start", "one"]
    assert set(hook.secrets) == {SECRET}
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.pending_update_count) == (hook.url, 7, 0)


async def test_polling_and_webhook_exclude_each_other(
    telegram: Telegram, bot: Bot, ada: Phone, hook: Hook
) -> None:
    updates = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=updates[-1].update_id + 1, timeout=20))
    while not telegram.world.main_bot().updates.is_waited_for:
        await asyncio.sleep(0.005)
    await bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await poll
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
    assert (await bot.get_webhook_info()).url == ""


async def test_what_a_webhook_refuses_comes_again_before_what_follows(
    bot: Bot, ada: Phone, hook: Hook
) -> None:
    hook.statuses = [500, 503]
    await bot.set_webhook(hook.url)
    await ada.writes("one")
    await hook.has(4)
    assert hook.texts == ["/start", "/start", "/start", "one"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_chat_that_hangs_holds_up_no_other(
    bot: Bot, ada: Phone, arrives: Callable[..., Awaitable[Phone]], hook: Hook
) -> None:
    ben = await arrives("Ben")
    hook.hold["wait"] = asyncio.Event()
    await bot.set_webhook(hook.url)
    for person, text in ((ada, "wait"), (ada, "after"), (ben, "one"), (ben, "two")):
        await person.writes(text)
    await hook.has(4)
    assert hook.texts == ["/start", "wait", "one", "two"]
    hook.hold["wait"].set()
    await hook.has(5)
    assert hook.texts[-1] == "after"


async def test_taps_do_not_wait_for_messages(bot: Bot, ada: Phone, hook: Hook) -> None:
    sent = await bot.send_message(ada.id, "x")
    hook.hold["wait"] = asyncio.Event()
    await bot.set_webhook(hook.url)
    await ada.writes("wait")
    await ada.does("taps", message_id=sent.message_id, data="a")
    await hook.has(3)
    assert hook.updates[-1]["callback_query"]["data"] == "a"
    hook.hold["wait"].set()


async def test_no_more_connections_than_agreed(
    bot: Bot, arrives: Callable[..., Awaitable[Phone]], hook: Hook
) -> None:
    hook.hold["wait"] = asyncio.Event()
    await bot.set_webhook(hook.url, max_connections=2)
    for name in "abcd":
        await (await arrives(name)).writes("wait")
    await hook.has(2)
    await asyncio.sleep(0.1)
    assert hook.most_at_once == len(hook.updates) == 2
    hook.hold["wait"].set()
    await hook.has(4)


async def test_a_webhook_is_told_as_often_as_ordered(
    telegram: Telegram, bot: Bot, ada: Phone, hook: Hook
) -> None:
    await telegram.control("redeliver", times=2)
    await bot.set_webhook(hook.url)
    await ada.writes("one")
    await hook.has(4)
    assert hook.texts == ["/start", "/start", "one", "one"]


async def test_what_a_webhook_has_not_taken_can_be_polled(bot: Bot, ada: Phone, hook: Hook) -> None:
    hook.statuses = [500] * 100
    await bot.set_webhook(hook.url)
    await hook.has(1)
    await bot.delete_webhook()
    assert await texts(bot) == ["/start"]


@pytest.mark.parametrize(
    ("url", "secret", "why"),
    [
        ("http://example.org/", "", "https url must be provided"),
        ("nonsense", "", "https url must be provided"),
        ("https://x.org/", "x" * 257, "too long"),
        ("https://x.org/", "a b", "unallowed characters"),
    ],
)
async def test_a_wrong_webhook_is_refused(bot: Bot, url: str, secret: str, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.set_webhook(url, secret_token=secret)
