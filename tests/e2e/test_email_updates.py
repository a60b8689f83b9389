"""Promises of updates by email, from the browser's consent to the one click that ends them."""

import asyncio
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import pytest

from tests.conversations.broadcast_steps import listens, sends, writes
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site, opened


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(tmp_path) as site:
        yield site


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


async def letter(site: Site, number: int) -> EmailMessage:
    """The letter of that number, from 1, once it has come."""
    async with asyncio.timeout(60):
        while len(site.mailbox.letters) < number:
            await asyncio.sleep(0.02)
    return site.mailbox.letters[number - 1]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def asks_for_emails(site: Site, number: int = 1) -> None:
    async with site.visitor() as dora:
        await site.signs(dora, number=number)
        asked = await dora.taps("Email me updates")
        assert f"dora{number}@example.org" in asked.newest
        assert "may email me" in asked.newest
        done = await dora.taps("I agree")
        assert f"We’ll email dora{number}@example.org" in done.newest


async def test_who_signed_in_the_browser_hears_by_email_until_they_end_it(
    site: Site, owner: Person, ada: Person
) -> None:
    await asks_for_emails(site)
    await listens(ada)
    await writes(owner, "The Commissioner has read your names.\n\nMore on Friday.")
    await sends(owner)

    news = await letter(site, 2)
    assert news["To"] == "dora1@example.org"
    assert news["Subject"].startswith("The Commissioner has")
    text = text_of(news)
    assert "More on Friday" in text
    link = re.search(r"<(.+)>", news["List-Unsubscribe"])
    assert link is not None
    assert link[1] in text
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    async with aiohttp.ClientSession() as nobody:
        async with nobody.get(link[1]) as page:
            assert "Stop these emails" in await page.text(), "to open it ends nothing"
        one_click = {"List-Unsubscribe": "One-Click"}  # RFC 8058, 3.1
        async with nobody.post(link[1], data=one_click) as answer:
            assert answer.status == 200
        async with nobody.post(link[1], data=one_click) as again:
            assert "no more emails" in await again.text()
    await writes(owner, "Decided.")
    await sends(owner)
    await asyncio.sleep(1)
    assert len(site.mailbox.letters) == 2
