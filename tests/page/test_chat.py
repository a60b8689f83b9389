"""Promises of the chat on the campaign's site in a real browser: for everybody, on any device."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests import migrated
from tests.bot.web_door import Door, door
from tests.e2e.killable import free_port
from tests.page.browser_page import ONE_IS_TRIED

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 320, "height": 640}}
NO_SCRIPTS = {"java_script_enabled": False}
MOST_BYTES = 50_000


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    port = free_port()
    url = await migrated.copied_to(tmp_path / "clamour.db")
    async with door(url, f"http://127.0.0.1:{port}", port, chat=True) as opened:
        petition = await opened.publish()
        await opened.sign(petition, ["SW1A 1AA"] * 3)
        yield opened


@asynccontextmanager
async def signing(
    browser: Browser, world: Door, *, query: str = "", **options: Any
) -> AsyncIterator[Page]:
    """Somebody who has opened a link and tapped *Sign here*; complaints of the console fail."""
    size = {"viewport": {"width": 390, "height": 780}}
    context = await browser.new_context(**size | options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    await page.goto(f"{world.address}/s/keep-the-unit{query}")
    await page.locator("form.here button").click()
    await expect(page.locator("#log")).to_be_visible()
    yield page
    await context.close()
    assert complaints == []


async def says(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#say .send").click()


async def newest(page: Page, words: str) -> None:
    await expect(page.locator("article.bot").last).to_contain_text(words)


async def no_barriers(page: Page) -> None:
    """axe-core finds nothing (https://www.deque.com/axe/), and nothing is too wide."""
    await page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_somebody_signs_up_to_the_review_without_scripts(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world, **NO_SCRIPTS) as page:
        await newest(page, "What is your name?")
        await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        assert page.url.endswith("/chat#now")
        await page.get_by_role("button", name="‹ Back").last.click()
        await newest(page, "What is your name?")


async def test_with_scripts_nothing_is_loaded_again_and_the_focus_is_on_the_answer(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world) as page:
        await page.evaluate("window.same = true")
        await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        assert await page.evaluate("window.same")
        await expect(page.locator("#now")).to_be_focused()
        await expect(page.locator("#now")).to_contain_text("postcode")
        await expect(page.locator("#text")).to_have_attribute("autocomplete", "postal-code")
        await page.reload()
        await newest(page, "postcode")
        await expect(page.locator("article.me")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=ONE_IS_TRIED)])
@pytest.mark.parametrize("query", ["", "?lang=cy"])
async def test_everybody_can_read_it_on_the_narrowest_phone(
    browser: Browser, world: Door, scheme: str, query: str
) -> None:
    options = {**NARROW, "color_scheme": scheme}
    async with signing(browser, world, query=query, **options) as page:
        await no_barriers(page)
        await says(page, "Ada Lovelace")
        await expect(page.locator("article.me")).to_have_count(2)
        await no_barriers(page)
        await page.goto(f"{world.address}/chat")
        await no_barriers(page)


@pytest.mark.parametrize("query", ["", "?lang=cy"])
async def test_everybody_can_read_what_went_wrong(
    browser: Browser, world: Door, query: str
) -> None:
    context = await browser.new_context(**NARROW)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{world.address}/chat{query}")
    await expect(page.get_by_role("heading")).to_be_visible()
    await no_barriers(page)
    await context.close()


async def test_the_keyboard_alone_is_enough_and_the_focus_is_seen(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world, **NO_SCRIPTS) as page:
        await page.locator("#text").focus()
        await page.keyboard.type("Ada Lovelace")
        await page.keyboard.press("Enter")
        await newest(page, "postcode")
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        await expect(focused).to_have_class("button ")
        inside = "element => element.closest('article') === document.getElementById('now')"
        assert await focused.evaluate(inside), "the first choice of the newest answer comes first"
        outline = await focused.evaluate("element => getComputedStyle(element).outlineWidth")
        assert outline == "3px"
        await page.keyboard.press("Enter")
        await expect(page.locator("article.me")).to_have_count(3)


async def test_every_target_can_be_hit_with_a_thumb(browser: Browser, world: Door) -> None:
    async with signing(browser, world, **NARROW) as page:
        small = await page.evaluate(
            """[...document.querySelectorAll('button, a, input:not([type=hidden]), textarea')]
            .filter(one => !one.closest('.trap'))
            .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
        )
        assert small == []


async def test_the_back_button_shows_the_conversation_as_it_is(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world, **NO_SCRIPTS) as page:
        await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        await page.goto(f"{world.address}/s/keep-the-unit")
        await page.go_back()
        await newest(page, "postcode")
        await page.go_back()
        await says(page, "SW1A 1AA")
        await expect(page.locator("article.me").last).to_contain_text("SW1A 1AA")


async def test_two_tabs_are_one_conversation(browser: Browser, world: Door) -> None:
    async with signing(browser, world) as page:
        other = await page.context.new_page()
        await other.goto(f"{world.address}/chat")
        await says(other, "Ada Lovelace")
        await newest(other, "postcode")
        await page.get_by_role("button", name="Cancel").last.click()
        await newest(page, "postcode")
        await expect(page.locator("article.me").nth(1)).to_contain_text("Ada Lovelace")
        await other.close()


async def test_a_double_click_is_one_answer(browser: Browser, world: Door) -> None:
    async with signing(browser, world) as page:
        await page.locator("#text").fill("Ada Lovelace")
        await page.locator("#say .send").dblclick()
        await newest(page, "postcode")
        await page.reload()
        await expect(page.locator("article.me")).to_have_count(2)


async def test_a_page_weighs_little(browser: Browser, world: Door) -> None:
    async with signing(browser, world) as page:
        weight = 0
        sizes: list[Any] = []
        page.on("response", lambda response: sizes.append(response.body()))
        await page.goto(f"{world.address}/chat", wait_until="networkidle")
        for body in sizes:
            weight += len(await body)
        assert 5_000 < weight < MOST_BYTES


async def test_scripts_that_cannot_reach_the_bot_leave_it_to_the_browser(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world) as page:
        await page.evaluate(
            "() => { window.fetch = () => Promise.reject(new TypeError('blocked')) }"
        )
        await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        assert page.url.endswith("/chat#now")
