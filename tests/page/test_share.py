"""Promises of share buttons and links on the page, in a real browser with a tiny bot."""

import pytest
from playwright.async_api import Browser, expect

from tests.page.browser_page import dialog, goes_to, newest, opened, phone, press, starts
from tests.page.tiny_bot import LINK, TEXT, TinyBot

pytestmark = pytest.mark.browser


async def test_a_link_is_copied(browser: Browser, bot: TinyBot) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    async with opened(browser, bot.telegram.address, permissions=permissions) as page:
        await starts(phone(page))
        await press(phone(page), "Copy")
        await expect(phone(page).get_by_role("status")).to_have_text("Copied")
        assert await page.evaluate("navigator.clipboard.readText()") == LINK


async def test_a_share_button_writes_into_the_chosen_chat_and_the_friend_opens_the_link(
    browser: Browser, bot: TinyBot
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada, ben = phone(page), phone(page, "Ben")
        await starts(ada)
        await press(ada, "Send")
        choices = dialog(page).locator(".choices button")
        await expect(choices).to_have_text(["Ben", "Sam"])
        await expect(dialog(page)).to_contain_text(TEXT)
        await choices.first.click()
        words = ada.locator(".message.out .words")
        await expect(words).to_have_text(f"{LINK}\n{TEXT}")
        assert [text for _, text in bot.heard] == ["/start"]
        await ben.get_by_role("button", name="1 new").click()
        await ben.locator(".message.in .link").click()
        await bot.has_heard("Ben", "/start r_abc")
        await newest(ben, "Share!")
        await goes_to(ada, "Clamour demo")
        await newest(ada, "Share!")


async def test_other_links_open_in_a_new_tab_that_knows_nothing_of_this_one(
    browser: Browser, bot: TinyBot
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await starts(ada)
        link = ada.get_by_role("link", name="WhatsApp")
        await expect(link).to_have_attribute("href", "https://wa.me/?text=Keep%20the%20unit")
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        await expect(link).to_have_attribute("target", "_blank")
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").fill("Look at example.org")
        await ada.get_by_role("textbox").press("Enter")
        written = ada.get_by_role("link", name="example.org")
        await expect(written).to_have_attribute("href", "https://example.org/")
