"""Promises of the counter on other websites where people can sign on the campaign's own site."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests import migrated
from tests.bot.web_door import Door, door
from tests.e2e.killable import free_port
from tests.page.test_web import looking, no_barriers, website

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    port = free_port()
    url = await migrated.copied_to(tmp_path / "clamour.db")
    async with door(url, f"http://127.0.0.1:{port}", port, chat=True) as opened:
        await opened.publish()
        yield opened


@pytest.mark.parametrize(
    ("language", "sign", "here", "asked"),
    [
        ("en", "Sign the petition", "Sign here", "What is your name?"),
        ("cy", "Llofnodi’r ddeiseb", "Llofnodi yma", "Beth yw eich enw?"),
    ],
)
async def test_the_counter_leads_to_the_conversation_on_the_site(
    browser: Browser, world: Door, language: str, sign: str, here: str, asked: str
) -> None:
    async with website(world, language=language) as address, looking(browser, address) as page:
        await expect(page.get_by_role("link", name=sign)).to_be_visible()
        await no_barriers(page)
        async with page.context.expect_page() as opening:
            await page.get_by_role("link", name=sign).click()
        site = await opening.value
        await site.get_by_role("button", name=here).click()
        await expect(site.locator("article.bot").last).to_contain_text(asked)
        assert await site.evaluate("window.opener") is None
        await page.context.clear_cookies()


async def test_a_website_that_wants_it_keeps_the_way_to_telegram(
    browser: Browser, world: Door
) -> None:
    async with (
        website(world, data='data-target="telegram"') as address,
        looking(browser, address) as page,
    ):
        sign = page.get_by_role("link", name="Sign in Telegram")
        await expect(sign).to_have_attribute(
            "href", re.compile(r"https://t\.me/clamour_bot\?start=")
        )


async def test_the_frame_leads_where_its_address_says_and_goes_on_doing_so(
    browser: Browser, world: Door
) -> None:
    for query, sign in (("", "Sign the petition"), ("?target=telegram", "Sign in Telegram")):
        async with looking(browser, f"{world.address}/embed/keep-the-unit{query}") as page:
            await expect(page.get_by_role("link", name=sign)).to_be_visible()
            async with page.expect_response("**/embed/keep-the-unit.html*"):
                await page.clock.run_for(16_000)
            await expect(page.get_by_role("link", name=sign)).to_be_visible()
