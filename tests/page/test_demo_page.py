"""Promises of the demo's page: who is who, what to try, the story's dates and its steering."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect

from simulator.app import make_app
from simulator.limits import Limits
from simulator.world import World
from tests.page.browser_page import TOO_WIDE, newest, opened, phone, starts
from tests.page.tiny_bot import TinyBot
from tests.simulator.conftest import Telegram
from tests.simulator.test_styled_messages import PNG

pytestmark = pytest.mark.browser
GUIDE = {"intro": "Four phones.", "things": [{"title": "Sign.", "text": "Press <b>START</b>."}]}
FIRST = {"chapter": 1, "chapters": 2, "at": "2009-10-20T10:00:00+01:00", "title": "Launched"}
SECOND = {**FIRST, "chapter": 2, "at": "2009-11-07T10:00:00+00:00", "title": "A thousand!"}


@pytest_asyncio.fixture(loop_scope="session")
async def telegram() -> AsyncIterator[Telegram]:
    """A simulator with a guide, a cast of two, and one of the crowd."""
    world = World("clamour_bot")
    world.slows_hurried_polls = False
    world.add_person("Ada", about="supporter")
    world.add_person("Sam", about="runs the campaign")
    world.add_person("Imran")
    runner = web.AppRunner(make_app(world, Limits(), GUIDE), shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        yield Telegram(f"http://{host}:{port}", world, session)
    await runner.cleanup()


async def test_the_cast_has_phones_that_say_who_it_is(browser: Browser, bot: TinyBot) -> None:
    async with opened(browser, bot.telegram.address) as page:
        await expect(page.locator(".owner")).to_have_text(
            ["Ada · supporter", "Sam · runs the campaign"]
        )
        await page.get_by_role("button", name="Add a person").click()
        await page.get_by_label("First name").fill("Ben")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.locator(".owner").last).to_have_text("Ben · added by you")
        await page.reload()
        await expect(page.locator(".owner").last).to_have_text("Ben · added by you")


async def test_the_guide_is_plain_text_and_stays_closed(browser: Browser, bot: TinyBot) -> None:
    async with opened(browser, bot.telegram.address) as page:
        await expect(page.locator("#guide li")).to_have_text(["Sign. Press <b>START</b>."])
        await page.locator("#guide summary").click()
        await page.reload()
        await page.wait_for_selector(".phone")
        await expect(page.locator("#guide li")).to_be_hidden()
        await expect(page.locator("#guide summary")).to_be_visible()


async def test_before_start_a_phone_says_what_the_bot_can_do(
    browser: Browser, bot: TinyBot
) -> None:
    await bot.calls("setMyDescription", description="Sign a petition here.")
    async with opened(browser, bot.telegram.address) as page:
        await expect(phone(page).locator(".about")).to_contain_text("Sign a petition here.")
        await starts(phone(page))
        await expect(phone(page).locator(".about")).to_have_count(0)


async def test_the_story_is_steered_from_the_page(browser: Browser, bot: TinyBot) -> None:
    telegram = bot.telegram
    async with opened(browser, telegram.address) as page:
        bar = page.get_by_role("region", name="The story")
        await expect(bar).to_be_hidden()
        await telegram.control("story", **FIRST, caption="Ada signs <i>first</i>.")
        await expect(bar).to_contain_text("20 October 2009 Launched Ada signs <i>first</i>.")
        await expect(bar).to_contain_text("1 of 2")
        await bar.get_by_role("button", name="Pause").click()
        await expect(bar.get_by_role("button", name="Play")).to_be_visible()
        await bar.get_by_label("Speed").select_option("4")
        await bar.get_by_role("button", name="Next").click()
        await expect(bar.get_by_role("button", name="Pause")).to_be_visible()
        async with telegram.session.get(f"{telegram.address}/story") as answer:
            story = await answer.json()
        assert (story["playing"], story["speed"], story["skips"]) == (True, 4, 1)
        await telegram.control("story", over=True)
        await expect(bar.get_by_role("button", name="Next")).to_be_disabled()


async def test_bubbles_stand_under_the_days_of_the_story(browser: Browser, bot: TinyBot) -> None:
    telegram = bot.telegram
    async with opened(browser, telegram.address) as page:
        await telegram.control("story", **FIRST)
        await starts(phone(page))
        await telegram.control("story", **SECOND)
        await phone(page).get_by_role("textbox").fill("/start")
        await phone(page).get_by_role("textbox").press("Enter")
        days = phone(page).locator(".day")
        await expect(days).to_have_text(["20 October 2009", "7 November 2009"])
        await page.reload()
        await expect(days).to_have_text(["20 October 2009", "7 November 2009"])


async def test_bold_and_a_picture_with_its_caption_are_sent(
    browser: Browser, bot: TinyBot, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await starts(ada)
        await ada.get_by_role("textbox").fill("Keep **the unit** open; 2 * 2 ** 3")
        await ada.get_by_role("textbox").press("Enter")
        mine = ada.locator(".message.out").last
        await expect(mine.locator("strong")).to_have_text("the unit")
        await expect(mine.locator(".words")).to_have_text("Keep the unit open; 2 * 2 ** 3")
        await ada.get_by_role("textbox").press("ArrowUp")
        await expect(ada.get_by_role("textbox")).to_have_value("Keep **the unit** open; 2 * 2 ** 3")
        await ada.get_by_role("textbox").press("Escape")
        await ada.locator("input[type=file]").set_input_files(tmp_path / "a.png")
        await page.get_by_label("Caption").fill("A __picture__")
        await page.get_by_role("button", name="Send", exact=True).last.click()
        await expect(ada.locator(".message.out").last.locator("em")).to_have_text("picture")
        await expect(ada.locator(".message.out").last.locator("img")).to_be_visible()
        await newest(ada, "Share!")


@pytest.mark.parametrize("width", [360, 1400])
async def test_story_and_guide_fit(browser: Browser, bot: TinyBot, width: int) -> None:
    await bot.telegram.control("story", **SECOND, caption="A long caption. " * 12)
    viewport = {"viewport": {"width": width, "height": 740}}
    async with opened(browser, bot.telegram.address, **viewport) as page:
        await expect(page.get_by_role("region", name="The story")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        if width == 360:
            assert await page.evaluate(TOO_WIDE) == 0
        box = await phone(page).locator(".messages").bounding_box()
        assert box is not None
        assert box["height"] > 200
