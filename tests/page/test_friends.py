"""Promises of asking a friend, as people see it on their phones: from a signature to the thanks."""

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.running_bot import RunningBot
from tests.page.browser_page import newest, opened, phone, press, results

pytestmark = pytest.mark.browser


async def signs(of: Locator, postcode: str = "SW1A 1AA") -> None:
    await press(of, "✍️ Sign")
    await press(of, "Use “")
    await newest(of, "What is your postcode?")
    await of.get_by_role("textbox").fill(postcode)
    await of.get_by_role("textbox").press("Enter")
    await press(of, "Just sign")
    await newest(of, "You have signed.")


async def test_a_friend_is_sent_the_link_and_signs_and_who_asked_is_thanked(
    browser: Browser, stage: RunningBot
) -> None:
    async with opened(browser, stage.address) as page:
        ada, ben = phone(page), phone(page, "Ben")
        await ada.get_by_role("button", name="START").click()
        await signs(ada)
        await press(ada, "Send on Telegram")
        await page.get_by_role("dialog").get_by_role("button", name="Ben").click()
        await expect(ada.locator(".message.out").last).to_contain_text("t.me/")
        await ben.get_by_role("button", name="1 new").click()
        await ben.locator(".message.in .link", has_text="t.me/").click()
        await newest(ben, "Someone who has signed this thought of you")
        await signs(ben, "E1 6AN")
        await ada.get_by_role("button", name="1 new").click()
        await newest(ada, "A friend has signed because of you: 1 so far")
        await press(ada, "You and your friends")
        await newest(ada, "1 friend has signed because of you")
    assert (await stage.totals()).total == 2


async def test_a_card_in_another_chat_brings_a_friend(browser: Browser, stage: RunningBot) -> None:
    async with opened(browser, stage.address) as page:
        ada, ben = phone(page), phone(page, "Ben")
        await ada.get_by_role("button", name="START").click()
        await signs(ada)
        await press(ada, "Other ways to share")
        await press(ada, "Post in a chat")
        await page.get_by_role("dialog").get_by_role("button", name="Ben").click()
        await expect(results(ada).first).to_contain_text("1 has signed")
        await results(ada).first.click()
        await ben.get_by_role("button", name="1 new").click()
        await expect(ben.locator(".message.in")).to_contain_text("Help us reach 100!")
        await press(ben, "✍️ Sign")
        await newest(ben, "Someone who has signed this thought of you")
        await signs(ben, "E1 6AN")
        await ada.get_by_role("button", name="1 new").click()
        await newest(ada, "A friend has signed because of you: 1 so far")


async def test_the_qr_code_and_ready_words_are_shown(browser: Browser, stage: RunningBot) -> None:
    async with opened(browser, stage.address) as page:
        ada = phone(page)
        await ada.get_by_role("button", name="START").click()
        await signs(ada)
        await press(ada, "Other ways to share")
        await press(ada, "QR code")
        await newest(ada, "Show this code to a friend")
        picture = ada.locator(".message img").last
        await expect(picture).to_be_visible()
        assert await picture.evaluate("image => image.naturalWidth") > 500
        await press(ada, "Ways to ask")
        await newest(ada, "Would you ask a friend to add theirs?")
        await press(ada, "Suggested messages")
        await newest(ada, "Here are words you can use")
