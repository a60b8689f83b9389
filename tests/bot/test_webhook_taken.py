"""Promises for a webhook that another program has taken: it is put back, and owners are told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from telegram.error import RetryAfter

from bot.jobs import webhook
from storage.tables import notifications
from tests.bot.outbox_world import Office, office_on
from tests.stage.bot import settings

URL = "https://bot.example.org/telegram"


class Bot:
    """Where Telegram calls for a bot, as it says itself."""

    def __init__(self, url: str) -> None:
        self.url, self.held = url, False

    async def get_webhook_info(self) -> Any:
        if self.held:
            raise RetryAfter(30)
        return self

    async def set_webhook(self, url: str, **more: Any) -> bool:
        assert more["secret_token"]
        self.url = url
        return True


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_on("sqlite", tmp_path) as office:
        yield office


async def told(office: Office) -> int:
    async with office.services.database.reading() as db:
        rows = await db.execute(select(notifications.c.template))
        return [row.template for row in rows].count("staff/alert_webhook")


async def look(office: Office, bot: Any, tmp_path: Path) -> None:
    given = settings(
        office.api, tmp_path, telegram={"mode": "webhook"}, webhook={"url": URL, "port": 8443}
    )
    await webhook.check(office.services, bot, given)


@pytest.mark.parametrize("elsewhere", ["", "https://other.example.org/"])
async def test_a_webhook_that_was_taken_is_put_back_and_owners_are_told_once_a_day(
    office: Office, tmp_path: Path, elsewhere: str
) -> None:
    bot = Bot(URL)
    await look(office, bot, tmp_path)
    assert await told(office) == 0
    for _ in range(3):
        bot.url = elsewhere
        await look(office, bot, tmp_path)
        assert bot.url == URL
    assert await told(office) == 2, "each owner once"
    assert len(await office.after(minutes=0)) == 2


async def test_a_look_that_telegram_holds_back_is_taken_the_next_time(
    office: Office, tmp_path: Path
) -> None:
    bot = Bot("")
    bot.held = True
    await look(office, bot, tmp_path)
    assert await told(office) == 0
    bot.held = False
    await look(office, bot, tmp_path)
    assert bot.url == URL
