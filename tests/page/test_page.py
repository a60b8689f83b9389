"""Promises of the simulator's page, in a real browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.stage import Stage

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="document.title=1">'


@asynccontextmanager
async def opened(browser: Browser, stage: Stage, **options: Any) -> AsyncIterator[Page]:
    """The page; any error in its console fails the test."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(stage.address)
    await page.wait_for_selector(".phone")
    yield page
    await context.close()
    assert errors == []


def phone(page: Page, name: str = "Ada") -> Locator:
    return page.get_by_role("region", name=f"{name}’s phone")


async def newest(of: Locator, text: str) -> None:
    await expect(of.locator(".message.in").last).to_contain_text(text)


async def press(of: Locator, label: str) -> None:
    await of.locator(".keyboard button", has_text=label).last.click()


async def signs(of: Locator, postcode: str = "SW1A 1AA") -> None:
    await of.get_by_role("button", name="START").click()
    await press(of, "✍️ Sign")
    await press(of, "Use “")
    await newest(of, "What is your postcode?")
    await of.get_by_role("textbox").fill(postcode)
    await of.get_by_role("textbox").press("Enter")
    await press(of, "I agree")
    await press(of, "Sign now")
    await newest(of, "You have signed.")


async def test_a_person_signs_and_a_friend_opens_their_link(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage) as page:
        ada, ben = phone(page), phone(page, "Ben")
        await signs(ada)
        await press(ada, "Send it to a friend")
        await page.get_by_role("dialog").get_by_role("button", name="Ben").click()
        await expect(ada.locator(".message.out").last).to_contain_text("t.me/")
        await ben.get_by_role("button", name="1 new").click()
        await ben.locator(".message.in .link", has_text="t.me/").click()
        await newest(ben, "has signed")
    assert (await stage.totals()).total == 1


async def test_a_reload_shows_that_the_bot_is_blocked(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage) as page:
        ada = phone(page)
        await ada.get_by_role("button", name="START").click()
        await ada.get_by_role("button", name="Block", exact=True).click()
        await expect(ada.get_by_role("button", name="Unblock")).to_be_visible()
        await page.reload()
        await ada.get_by_role("button", name="Unblock").click()
        await expect(ada.get_by_role("button", name="Block", exact=True)).to_be_visible()
        await ada.get_by_role("button", name="Block", exact=True).click()
        await expect(ada.get_by_role("button", name="Unblock")).to_be_visible()
        await ada.get_by_role("textbox").fill("/start")
        await ada.get_by_role("textbox").press("Enter")
        await expect(ada.get_by_role("button", name="Block", exact=True)).to_be_visible()


async def test_reloading_keeps_the_history_and_goes_on(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage) as page:
        await phone(page).get_by_role("button", name="START").click()
        await press(phone(page), "✍️ Sign")
        await newest(phone(page), "What is your name?")
        before = await phone(page).locator(".message").count()
        await page.reload()
        await newest(phone(page), "What is your name?")
        assert await phone(page).locator(".message").count() == before
        await press(phone(page), "Use “Ada Lovelace”")
        await newest(phone(page), "What is your postcode?")


async def test_what_people_write_never_becomes_markup(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage) as page:
        ada = phone(page)
        await ada.get_by_role("button", name="START").click()
        await press(ada, "✍️ Sign")
        await newest(ada, "What is your name?")
        await ada.get_by_role("textbox").fill(HOSTILE)
        await ada.get_by_role("textbox").press("Enter")
        await expect(ada.locator(".message.out").last).to_contain_text("<img")
        assert await ada.locator(".words img").count() == 0
        assert await page.title() == "A Telegram of our own"


async def test_everything_works_by_keyboard(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage) as page:
        ada = phone(page)
        await ada.get_by_role("button", name="START").focus()
        await page.keyboard.press("Enter")
        sign = ada.locator(".keyboard button", has_text="✍️ Sign")
        await sign.focus()
        await page.keyboard.press("Space")
        await newest(ada, "What is your name?")
        await ada.get_by_role("textbox").focus()
        await page.keyboard.type("Ada King")
        await page.keyboard.press("Enter")
        await newest(ada, "What is your postcode?")
        await ada.get_by_role("button", name="Commands").press("Enter")
        await expect(ada.locator(".menu button").first).to_be_focused()
        await page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_at_360_pixels_one_phone_fits(browser: Browser, stage: Stage, scheme: str) -> None:
    narrow = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    async with opened(browser, stage, **narrow) as page:
        await phone(page).get_by_role("button", name="START").click()
        await newest(phone(page), "Sir Paul Stephenson")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        assert await page.evaluate(TOO_WIDE) == 0
        await page.get_by_role("tab", name="Ben").click()
        await expect(phone(page, "Ben")).to_be_visible()
        await expect(phone(page)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_what_is_behind_them(
    browser: Browser, stage: Stage, scheme: str
) -> None:
    async with opened(browser, stage, color_scheme=scheme) as page:
        await phone(page).get_by_role("button", name="START").click()
        await newest(phone(page), "Sir Paul Stephenson")
        for selector in (".words", ".stamp", ".status", ".words .link"):
            if await phone(page).locator(selector).count():
                element = phone(page).locator(selector).last
                assert await element.evaluate(CONTRAST) >= 4.5, selector


TOO_WIDE = """[...document.querySelectorAll('.phone.front *')]
  .filter(element => element.getBoundingClientRect().right > 361).length"""

CONTRAST = """element => {
  const parse = color => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let behind = element;
  const paint = which => getComputedStyle(which).backgroundColor;
  while (behind && parse(paint(behind))[3] === 0) behind = behind.parentElement;
  const [a, b] = [getComputedStyle(element).color, paint(behind)].map(c => light(parse(c)));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


async def test_somebody_new_can_be_added_in_their_language(browser: Browser, stage: Stage) -> None:
    async with opened(browser, stage) as page:
        await page.get_by_role("button", name="Add a person").click()
        await page.get_by_label("First name").fill("Carys")
        await page.get_by_label("Language").select_option("cy")
        await page.get_by_role("button", name="Add", exact=True).click()
        await phone(page, "Carys").get_by_role("button", name="START").click()
        await expect(phone(page, "Carys").locator(".message.in").last).to_contain_text(
            re.compile("llofnod", re.IGNORECASE)
        )
