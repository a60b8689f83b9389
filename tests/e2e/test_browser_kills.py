"""Promises under kill -9, in the browser: everybody signs once, and nobody is asked twice."""

import asyncio
import random
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from storage import tables
from storage.database import Database
from tests import engines, migrated
from tests.amount import cases
from tests.browser.visitor import Page, Visitor
from tests.e2e.killable import Killable, free_port
from tests.e2e.mailbox import Mailbox
from tests.e2e.running_bot import simulator

pytestmark = pytest.mark.crash

PEOPLE = cases(short=20, full=200)
KILLS = cases(short=4, full=20)
PAUSE = 0.1
NO_LIMITS = (
    "[limits]\nupdates = 0\nall_updates = 0\nsignings = 0\nall_signings = 0\nsite_people = 0\n"
)


class Signer:
    """Somebody who tries again whenever the site is away, with the page that they have before
    them: what they did may have been done."""

    def __init__(self, visitor: Visitor, number: int, mailbox: Mailbox) -> None:
        self.visitor, self.mailbox = visitor, mailbox
        self.email = f"dora{number}@example.org"
        self.name = f"Dora {'abcdefghij'[number % 10]}{'abcdefghij'[number // 10 % 10]}x"

    async def signs(self) -> None:
        await self._tries("begins")
        while not self._has_signed():
            newest = self.visitor.page.newest
            if "What is your name?" in newest:
                await self._tries("says", self.name)
            elif "What is your postcode?" in newest:
                await self._tries("says", "SW1A 1AA")
            elif "What is your email address?" in newest:
                await self._tries("says", self.email)
            elif "✍️ Sign" in self.visitor.page.labels and "Is this right?" in newest:
                await self._tries("taps", "✍️ Sign")
            elif code := self.mailbox.newest_code(self.email):
                await self._tries("says", code)
                if not self._has_signed():
                    await asyncio.sleep(PAUSE)
            else:
                await asyncio.sleep(5 * PAUSE)
                await self._tries("opens", "/chat")

    def _has_signed(self) -> bool:
        return any("Thank you" in words for _, words in self.visitor.page.bubbles)

    async def _tries(self, what: str, *given: str) -> Page:
        before = self.visitor.page
        while True:
            try:
                page: Page = await getattr(self.visitor, what)(*given)
            except (aiohttp.ClientError, ConnectionError):
                pass
            else:
                if self.visitor.answer is not None and self.visitor.answer.status == 200:
                    return page
            self.visitor.page = before
            await asyncio.sleep(PAUSE)


@pytest.mark.parametrize("engine", engines.ENGINES)
async def test_killed_again_and_again_while_people_sign_in_browsers(
    engine: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    chance, port = random.Random(23), free_port()
    async with (
        Mailbox.open() as mailbox,
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as api,
    ):
        sections = (
            f'[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
            f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n{NO_LIMITS}'
        )
        config = tmp_path / "config.toml"
        async with Killable.running(config, api=api, database=url, sections=sections) as bot:
            visitors = [Visitor.to(f"http://127.0.0.1:{port}") for _ in range(PEOPLE)]
            people = [
                asyncio.create_task(Signer(one, number, mailbox).signs())
                for number, one in enumerate(visitors)
            ]
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.3, 1.2))
                await bot.kill()
                await bot.restart()
            async with asyncio.timeout(600):
                await asyncio.gather(*people)
            for one in visitors:
                await one.session.close()
        database = await Database.open(url)
        try:
            await _says_once(database)
        finally:
            await database.close()


async def _says_once(database: Database) -> None:
    """Everybody has one signature that counts, and the total is what there is."""
    signed, totals = tables.signatures, tables.campaign_totals
    async with database.reading() as db:
        live = select(signed.c.email).where(signed.c.status == "live")
        emails = list(await db.scalars(live))
        kept = await db.scalar(select(totals.c.live))
        by_channel = await db.scalar(select(tables.signature_channels.c.count))
        rows = await db.scalar(select(func.count()).select_from(signed))
    assert sorted(emails) == sorted(f"dora{number}@example.org" for number in range(PEOPLE))
    assert kept == by_channel == rows == PEOPLE
