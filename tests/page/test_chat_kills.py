"""Promise: in a real browser, while the bot is killed with -9 again and again, the page says kindly
what did not get through and keeps what was typed; sent again, nothing is done twice."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from tests import migrated
from tests.amount import cases
from tests.e2e.browser_signer import NO_LIMITS, everybody_has_signed_once
from tests.e2e.killable import Killable, free_port
from tests.e2e.mailbox import Mailbox
from tests.e2e.running_bot import simulator_within

pytestmark = [pytest.mark.browser, pytest.mark.crash]

PEOPLE = cases(short=2, full=20)
KILLS = cases(short=1, full=12)
AWAY = "What you wrote is still here"
SOON_MS = 60_000
PAUSE = 0.3
CODE_SECONDS = 240
"""A code whose sender is killed is sent again after 90 seconds, with the next look."""

AWAY_SECONDS, THERE_SECONDS = (0.5, 2.5), (0.1, 0.8)
ACTS = 6
"""What the log shows of a person: *Sign here*, three answers, *Sign*, and the code; each once."""


class Signer:
    """Somebody who sends again what did not get through, from the page that they have.

    Attributes:
        killed: they begin, and go on when the bot has been killed once.
        told: how often the page said that something did not get through.
    """

    def __init__(self, page: Page, number: int, mailbox: Mailbox, killed: asyncio.Event) -> None:
        self.page, self.mailbox, self.killed, self.told = page, mailbox, killed, 0
        self.email = f"dora{number}@example.org"

    async def begins(self, address: str) -> None:
        await self.page.goto(f"{address}/s/keep-the-unit")
        await self.page.locator("form.here button").click()
        await expect(self.page.locator("article.bot").last).to_contain_text("What is your name?")

    async def signs(self) -> None:
        await self.killed.wait()
        await self._says("Dora Maar", then="What is your postcode?")
        await self._says("SW1A 1AA", then="What is your email address?")
        await self._says(self.email, then="Is this right?")
        sign = self.page.get_by_role("button", name="✍️ Sign", exact=True).last
        await self._sends(sign.click, then="six-digit code")
        async with asyncio.timeout(CODE_SECONDS):
            while (code := self.mailbox.newest_code(self.email)) is None:
                await asyncio.sleep(0.1)
        await self._says(code, then="Thank you")
        await expect(self.page.locator("article.me")).to_have_count(ACTS)

    async def _says(self, text: str, *, then: str) -> None:
        field = self.page.locator("#text")
        await field.fill(text)

        async def send() -> None:
            await expect(field).to_have_value(text)
            await self.page.locator("#say .send").click()

        await self._sends(send, then=then)

    async def _sends(self, send: Callable[[], Awaitable[None]], *, then: str) -> None:
        """Until the page's newest words hold `then`; older bubbles may hold it, too."""
        answer = self.page.locator("#log article.bot:not(.old)", has_text=then)
        away = self.page.locator("#status", has_text=AWAY)
        while True:
            await send()
            await expect(answer.or_(away).last).to_be_visible(timeout=SOON_MS)
            if not await away.count():
                return
            self.told += 1
            await asyncio.sleep(PAUSE)


@asynccontextmanager
async def signers(
    browser: Browser, mailbox: Mailbox, killed: asyncio.Event
) -> AsyncIterator[list[Signer]]:
    """Each in a browser of their own; a mistake of the page's script fails."""
    mistakes: list[str] = []
    async with AsyncExitStack() as stack:
        made = []
        for number in range(PEOPLE):
            context = await browser.new_context(viewport={"width": 390, "height": 780})
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.on("pageerror", lambda error: mistakes.append(str(error)))
            made.append(Signer(page, number, mailbox, killed))
        yield made
    assert mistakes == []


async def test_killed_again_and_again_the_page_keeps_what_was_typed_until_it_gets_through(
    browser: Browser, tmp_path: Path
) -> None:
    chance, port, killed = random.Random(23), free_port(), asyncio.Event()
    address = f"http://127.0.0.1:{port}"
    async with (
        Mailbox.open() as mailbox,
        migrated.migrated_url("sqlite", tmp_path) as url,
        simulator_within() as api,
        signers(browser, mailbox, killed) as people,
    ):
        sections = (
            f'[web]\nport = {port}\npublic_url = "{address}"\n'
            'proof_of_work = "always"\n'
            f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n{NO_LIMITS}'
        )
        config = tmp_path / "config.toml"
        async with Killable.running(config, api=api, database=url, sections=sections) as bot:
            await is_there(address)
            await asyncio.gather(*(one.begins(address) for one in people))
            signing = [asyncio.create_task(one.signs()) for one in people]
            for _ in range(KILLS):
                await bot.kill()
                killed.set()
                await asyncio.sleep(chance.uniform(*AWAY_SECONDS))
                await bot.restart()
                await is_there(address)
                await asyncio.sleep(chance.uniform(*THERE_SECONDS))
            async with asyncio.timeout(600):
                await asyncio.gather(*signing)
        await everybody_has_signed_once(url, [one.email for one in people])
    assert all(one.told for one in people)


async def is_there(address: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(120):
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(f"{address}/healthz"):
                    return
            await asyncio.sleep(0.05)
