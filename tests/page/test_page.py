"""Promises of the simulator's page, in a real browser."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.running_bot import RunningBot
from tests.page.browser_page import CONTRAST, ONE_IS_TRIED, TOO_WIDE, newest, opened, phone, press

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="document.title=1">'


async def test_a_reload_shows_that_the_bot_is_blocked(browser: Browser, stage: RunningBot) -> None:
    async with opened(browser, stage.address) as page:
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


async def test_reloading_keeps_the_history_and_goes_on(browser: Browser, stage: RunningBot) -> None:
    async with opened(browser, stage.address) as page:
        await phone(page).get_by_role("button", name="START").click()
        await press(phone(page), "✍️ Sign")
        await newest(phone(page), "What is your name?")
        before = await phone(page).locator(".message").count()
        await page.reload()
        await newest(phone(page), "What is your name?")
        assert await phone(page).locator(".message").count() == before
        await press(phone(page), "Use “Ada Lovelace”")
        await newest(phone(page), "What is your postcode?")


async def test_what_people_write_never_becomes_markup(browser: Browser, stage: RunningBot) -> None:
    async with opened(browser, stage.address) as page:
        ada = phone(page)
        await ada.get_by_role("button", name="START").click()
        await press(ada, "✍️ Sign")
        await newest(ada, "What is your name?")
        await ada.get_by_role("textbox").fill(HOSTILE)
        await ada.get_by_role("textbox").press("Enter")
        await expect(ada.locator(".message.out").last).to_contain_text("<img")
        assert await ada.locator(".words img").count() == 0
        assert await page.title() == "A Telegram of our own"


async def test_everything_works_by_keyboard(browser: Browser, stage: RunningBot) -> None:
    async with opened(browser, stage.address) as page:
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


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=ONE_IS_TRIED)])
async def test_at_360_pixels_one_phone_fits(
    browser: Browser, stage: RunningBot, scheme: str
) -> None:
    narrow = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    async with opened(browser, stage.address, **narrow) as page:
        await phone(page).get_by_role("button", name="START").click()
        await newest(phone(page), "human trafficking unit")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        assert await page.evaluate(TOO_WIDE) == 0
        await page.get_by_role("tab", name="Ben").click()
        await expect(phone(page, "Ben")).to_be_visible()
        await expect(phone(page)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=ONE_IS_TRIED)])
async def test_words_stand_out_from_what_is_behind_them(
    browser: Browser, stage: RunningBot, scheme: str
) -> None:
    async with opened(browser, stage.address, color_scheme=scheme) as page:
        await phone(page).get_by_role("button", name="START").click()
        await newest(phone(page), "human trafficking unit")
        for selector in (".words", ".stamp", ".status", ".words .link"):
            if await phone(page).locator(selector).count():
                element = phone(page).locator(selector).last
                assert await element.evaluate(CONTRAST) >= 4.5, selector


async def test_somebody_new_can_be_added_in_their_language(
    browser: Browser, stage: RunningBot
) -> None:
    async with opened(browser, stage.address) as page:
        await page.get_by_role("button", name="Add a person").click()
        await page.get_by_label("First name").fill("Carys")
        await page.get_by_label("Language").select_option("cy")
        await page.get_by_role("button", name="Add", exact=True).click()
        await phone(page, "Carys").get_by_role("button", name="START").click()
        await expect(phone(page, "Carys").locator(".message.in").last).to_contain_text(
            re.compile("llofnod", re.IGNORECASE)
        )
