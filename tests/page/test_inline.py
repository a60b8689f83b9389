"""Promises of inline mode on the page, in a real browser with a tiny bot."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.page.browser_page import (
    CONTRAST,
    ONE_IS_TRIED,
    TOO_WIDE,
    dialog,
    goes_to,
    newest,
    opened,
    phone,
    press,
    results,
    starts,
)
from tests.page.tiny_bot import CARD, OTHER, TinyBot

pytestmark = pytest.mark.browser


async def makes_a_group(page: Page, title: str = "Friends") -> None:
    await page.get_by_role("button", name="New group").click()
    await page.get_by_label("Title").fill(title)
    await page.get_by_role("button", name="Make").click()


async def id_of(of: Locator) -> str:
    return str(await of.evaluate("element => element.id.replace('phone-', '')"))


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


async def test_eight_people_at_once_are_not_too_many(browser: Browser, bot: TinyBot) -> None:
    for name in ("Ada", "Ben", "Cy", "Dai", "Eva", "Fay"):
        bot.telegram.world.add_person(name)
    async with opened(browser, bot.telegram.address) as page:
        for name in ("Gus", "Hal"):
            await page.get_by_role("button", name="Add a person").click()
            await page.get_by_label("First name").fill(name)
            await page.get_by_role("button", name="Add", exact=True).click()
            await expect(phone(page, name)).to_be_visible()
        for name in ("Ada", "Hal"):
            await starts(phone(page, name))


async def test_what_was_begun_waits_in_its_chat(browser: Browser, bot: TinyBot) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await goes_to(ada, "Ben")
        await ada.get_by_role("textbox").fill("Have you")
        await goes_to(ada, "Sam")
        await expect(ada.get_by_role("textbox")).to_have_value("")
        await goes_to(ada, "Ben")
        await expect(ada.get_by_role("textbox")).to_have_value("Have you")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=ONE_IS_TRIED)])
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
