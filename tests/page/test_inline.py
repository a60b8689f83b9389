"""Promises of inline mode and share buttons on the page, in a real browser with a tiny bot."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.page.looking import CONTRAST, TOO_WIDE, newest, opened, phone, press
from tests.simulator.conftest import Telegram, telegram
from tests.simulator.phone import TOKEN

pytestmark = pytest.mark.browser
__all__ = ["telegram"]

LINK = "https://t.me/clamour_bot?start=r_abc"
TEXT = "Keep the unit open & safe"
CARD = {
    "type": "article",
    "id": "card",
    "title": "Keep the children’s cancer unit",
    "description": "3 people have signed",
    "input_message_content": {"message_text": "<b>Keep the unit</b>", "parse_mode": "HTML"},
    "reply_markup": {"inline_keyboard": [[{"text": "Sign", "url": LINK}]]},
}
OTHER = {**CARD, "id": "other", "title": "Save the library", "description": "2 have signed"}
SHARE = f"https://t.me/share/url?url={LINK.replace('?', '%3F')}&text=Keep+the+unit+open+%26+safe"
KEYS = [
    [{"text": "Post it", "switch_inline_query": "unit"}],
    [{"text": "Here", "switch_inline_query_current_chat": "unit"}],
    [
        {
            "text": "In a group",
            "switch_inline_query_chosen_chat": {"query": "unit", "allow_group_chats": True},
        }
    ],
    [{"text": "Copy", "copy_text": {"text": LINK}}, {"text": "Send", "url": SHARE}],
    [{"text": "WhatsApp", "url": "https://wa.me/?text=Keep%20the%20unit"}],
]


@dataclass
class TinyBot:
    """A bot that shows every kind of button and answers inline queries.

    Attributes:
        heard: the texts written to it, with who has written them.
        asked: the inline queries that reached it.
    """

    telegram: Telegram
    heard: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=lambda: {"results": [CARD, OTHER]})

    async def calls(self, method: str, **parameters: Any) -> Any:
        url = f"{self.telegram.address}/bot{TOKEN}/{method}"
        async with self.telegram.session.post(url, json=parameters) as answer:
            told = await answer.json()
            assert told["ok"], told
            return told["result"]

    async def work(self) -> None:
        offset = 0
        while True:
            for update in await self.calls("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                await self._take(update)

    async def _take(self, update: dict[str, Any]) -> None:
        if "inline_query" in update:
            query = update["inline_query"]
            self.asked.append(query["query"])
            await self.calls("answerInlineQuery", inline_query_id=query["id"], **self.answer)
        elif "text" in update.get("message", {}):
            message = update["message"]
            self.heard.append((message["from"]["first_name"], message["text"]))
            if message["chat"]["type"] == "private" and "via_bot" not in message:
                keys = {"inline_keyboard": KEYS}
                await self.calls(
                    "sendMessage", chat_id=message["chat"]["id"], text="Share!", reply_markup=keys
                )

    async def has_heard(self, name: str, text: str) -> None:
        async with asyncio.timeout(5):
            for _ in itertools.count():
                if (name, text) in self.heard:
                    return
                await asyncio.sleep(0.02)


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[TinyBot]:
    bot = TinyBot(telegram)
    await bot.calls("getMe")
    working = asyncio.create_task(bot.work())
    yield bot
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
        await working


async def starts(of: Locator) -> None:
    await of.get_by_role("button", name="START").click()
    await newest(of, "Share!")


async def goes_to(of: Locator, chat: str) -> None:
    await of.get_by_role("combobox").select_option(label=chat)


def results(of: Locator) -> Locator:
    return of.get_by_role("listbox", name="Results").get_by_role("option")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


async def makes_a_group(page: Page, title: str = "Friends") -> None:
    await page.get_by_role("button", name="New group").click()
    await page.get_by_label("Title").fill(title)
    await page.get_by_role("button", name="Make").click()


async def test_a_card_is_posted_to_a_friend_who_opens_its_link(
    browser: Browser, bot: TinyBot
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada, ben = phone(page), phone(page, "Ben")
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").fill("@clamour_bot unit")
        option = results(ada).first
        await expect(option).to_contain_text("3 people have signed")
        await option.click()
        await expect(ada.locator(".message.out")).to_contain_text("via @clamour_bot")
        await expect(ada.get_by_role("textbox")).to_have_value("")
        await expect(ada.locator(".results")).to_be_hidden()
        await ben.get_by_role("button", name="1 new").click()
        await expect(ben.get_by_role("combobox")).to_have_value(await id_of(ada))
        await expect(ben.locator(".message.in strong")).to_have_text("Keep the unit")
        await press(ben, "Sign")
        await bot.has_heard("Ben", "/start r_abc")
        await newest(ben, "Share!")
        await expect(ben.get_by_role("combobox")).to_have_value(await id_of(ben))
    assert bot.asked == ["unit"]


async def id_of(of: Locator) -> str:
    return str(await of.evaluate("element => element.id.replace('phone-', '')"))


async def test_a_card_is_chosen_by_keyboard_alone(browser: Browser, bot: TinyBot) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").focus()
        await page.keyboard.type("@clamour_bot unit")
        options = results(ada)
        await expect(options.first).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("ArrowDown")
        await expect(options.last).to_have_attribute("aria-selected", "true")
        active = await ada.get_by_role("textbox").get_attribute("aria-activedescendant")
        assert active == await options.last.get_attribute("id")
        await page.keyboard.press("ArrowDown")
        await expect(options.first).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        await expect(ada.locator(".message.out")).to_have_count(1)
        await expect(ada.locator(".message.out strong")).to_have_text("Keep the unit")
        await page.keyboard.type("@clamour_bot again")
        await expect(options.first).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(ada.locator(".results")).to_be_hidden()
    assert bot.asked == ["unit", "again"]


async def test_only_what_is_typed_last_is_asked_and_shown(browser: Browser, bot: TinyBot) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").press_sequentially("@clamour_bot unit", delay=20)
        await expect(results(ada)).to_have_count(2)
        assert bot.asked == ["unit"]
        await ada.get_by_role("textbox").fill("@other_bot unit")
        await expect(ada.locator(".results")).to_be_hidden()
        await ada.get_by_role("textbox").press("Enter")
        await expect(ada.locator(".message.out")).to_contain_text("@other_bot unit")


async def test_the_button_above_the_results_opens_the_bot_with_its_parameter(
    browser: Browser, bot: TinyBot
) -> None:
    button = {"text": "Get your own link", "start_parameter": "keep-the-unit"}
    bot.answer = {"results": [CARD], "button": button}
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").fill("@clamour_bot ")
        above = results(ada).first
        await expect(above).to_have_text("Get your own link")
        await expect(results(ada).last).to_have_attribute("aria-selected", "true")
        await above.click()
        await bot.has_heard("Ada", "/start keep-the-unit")
        await newest(ada, "Share!")


async def test_no_results_are_said_and_a_question_is_never_sent(
    browser: Browser, bot: TinyBot
) -> None:
    bot.answer = {"results": []}
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").fill("@clamour_bot nothing")
        await expect(ada.locator(".results")).to_have_text("No results")
        await ada.get_by_role("textbox").press("Enter")
        await ada.get_by_role("button", name="Send", exact=True).click()
        await expect(ada.locator(".message")).to_have_count(0)


async def test_a_button_leads_into_the_chosen_chat_with_the_question_filled_in(
    browser: Browser, bot: TinyBot
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada, ben = phone(page), phone(page, "Ben")
        await starts(ada)
        await press(ada, "Post it")
        await dialog(page).get_by_role("button", name="Ben").click()
        await expect(ada.get_by_role("textbox")).to_have_value("@clamour_bot unit")
        await expect(ada.get_by_role("textbox")).to_be_focused()
        await expect(results(ada)).to_have_count(2)
        await page.keyboard.press("Enter")
        await ben.get_by_role("button", name="1 new").click()
        await newest(ben, "Keep the unit")


async def test_a_button_fills_the_question_into_the_present_chat(
    browser: Browser, bot: TinyBot
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await starts(ada)
        await press(ada, "Here")
        await expect(ada.get_by_role("textbox")).to_have_value("@clamour_bot unit")
        await results(ada).first.click()
        await expect(ada.locator(".message.out").last).to_contain_text("via @clamour_bot")


async def test_a_button_offers_only_the_chats_it_allows(browser: Browser, bot: TinyBot) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada, sam = phone(page), phone(page, "Sam")
        await starts(ada)
        await press(ada, "In a group")
        await expect(ada.get_by_role("status")).to_contain_text("no such chat")
        await makes_a_group(page)
        await sam.get_by_role("button", name="1 new").click()
        await expect(sam.locator(".message")).to_contain_text("Ada made the group “Friends”")
        await goes_to(ada, "Clamour demo")
        await press(ada, "In a group")
        await expect(dialog(page).locator(".choices button")).to_have_text(["Friends"])
        await dialog(page).get_by_role("button", name="Friends").click()
        await results(ada).first.click()
        await expect(sam.locator(".message").last).to_contain_text("Keep the unit")
        await expect(sam.locator(".message .sender").last).to_have_text("Ada")


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


async def test_what_was_begun_waits_in_its_chat(browser: Browser, bot: TinyBot) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").fill("Have you")
        await goes_to(ada, "Sam")
        await expect(ada.get_by_role("textbox")).to_have_value("")
        await goes_to(ada, "Ben")
        await expect(ada.get_by_role("textbox")).to_have_value("Have you")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_at_360_pixels_results_and_cards_fit_and_can_be_read(
    browser: Browser, bot: TinyBot, scheme: str
) -> None:
    long = {**CARD, "title": "Keep " + "the children’s cancer unit " * 3, "description": "x" * 80}
    bot.answer = {
        "results": [long, OTHER],
        "button": {"text": "Sign first to get your own link", "start_parameter": "x"},
    }
    narrow = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    async with opened(browser, bot.telegram.address, **narrow) as page:
        ada = phone(page)
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").fill("@clamour_bot unit")
        await expect(results(ada)).to_have_count(3)
        for selector in (".results b", ".results span", ".results .above b", ".chat"):
            assert await ada.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector
        await fits(page)
        await results(ada).nth(1).click()
        await expect(ada.locator(".message.out .forwarded")).to_be_visible()
        for selector in (".forwarded", ".words"):
            assert await ada.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector
        await page.get_by_role("tab", name="Ben").click()
        await phone(page, "Ben").get_by_role("button", name="1 new").click()
        await newest(phone(page, "Ben"), "Keep the unit")
        await fits(page)


async def fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.evaluate(TOO_WIDE) == 0
