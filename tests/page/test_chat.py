"""Promises of the chat on the campaign's site in a real browser: for everybody, on any device."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, expect

from campaign import joining
from tests import migrated
from tests.bot.web_door import Door, door
from tests.campaign import petitions
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
    browser: Browser, world: Door, *, query: str = "", complains: bool = False, **options: Any
) -> AsyncIterator[Page]:
    """Somebody who has opened a link and tapped *Sign here*; complaints of the console fail.

    Args:
        complains: the browser itself says there what could not be loaded.
    """
    size = {"viewport": {"width": 390, "height": 780}}
    context = await browser.new_context(**size | options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if not complains and message.type == "error" else None
        ),
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
    await page.evaluate("document.getAnimations().forEach(one => one.finish())")
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


async def test_who_comes_back_sees_the_newest_answer(browser: Browser, world: Door) -> None:
    async with signing(browser, world) as page:
        await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        await page.goto("about:blank")
        await page.goto(f"{world.address}/chat")
        await expect(page.locator("#now")).to_be_in_viewport()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_go_on_with_what_was_begun_in_telegram(
    browser: Browser, world: Door, scheme: Any
) -> None:
    services = world.services
    async with services.database.transaction() as db:
        ada = await petitions.person(db, 77, services.clock())
        token = await joining.offer(db, ada, "keep-the-unit", services.clock())
    context = await browser.new_context(**NARROW, **NO_SCRIPTS, color_scheme=scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(services.joining_page(token))
    await page.locator("form.here button").focus()
    if scheme == "dark":
        await page.keyboard.press("Enter")
    else:
        await page.locator("form.here button").click()
    await expect(page.locator("p.note").first).to_contain_text("goes on here")
    await page.goto(services.joining_page(token))
    await expect(page.locator("#log")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_what_going_on_means(
    browser: Browser, world: Door, scheme: Any
) -> None:
    services = world.services
    async with services.database.transaction() as db:
        ada = await petitions.person(db, 77, services.clock())
        token = await joining.offer(db, ada, "keep-the-unit", services.clock())
    context = await browser.new_context(**NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(services.joining_page(token))
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
        await page.wait_for_load_state("networkidle")  # else a picture of this page counts, too
        page.on("response", lambda response: sizes.append(response.body()))
        await page.goto(f"{world.address}/chat", wait_until="networkidle")
        for body in sizes:
            weight += len(await body)
        assert 5_000 < weight < MOST_BYTES


@pytest.mark.parametrize(
    ("status", "html", "words"),
    [
        (502, "<h1>Bad gateway</h1>", "What you wrote is still here"),
        (503, "<h1>Away</h1>", "What you wrote is still here"),
        (429, '<p class="problem">Please slow down.</p>', "Please slow down"),
        (413, '<p class="problem">Please make it shorter.</p>', "Please make it shorter"),
        (None, "", "What you wrote is still here"),
    ],
)
async def test_what_does_not_get_through_is_said_and_what_was_typed_stays(
    browser: Browser, world: Door, status: int | None, html: str, words: str
) -> None:
    async with signing(browser, world, complains=True) as page:

        async def fails(route: Route) -> None:
            if route.request.method != "POST":
                await route.continue_()
            elif status is None:
                await route.abort()
            else:
                await route.fulfill(status=status, body=html, content_type="text/html")

        await page.route("**/chat", fails)
        for _ in range(2):
            await says(page, "Ada Lovelace")
            await expect(page.locator("#status")).to_contain_text(words)
            await expect(page.locator("#text")).to_have_value("Ada Lovelace")
            await expect(page.locator("#status")).to_be_in_viewport()
        await no_barriers(page)
        await page.unroute("**/chat")
        await page.locator("#say .send").click()
        await newest(page, "postcode")
        await expect(page.locator("#status")).to_be_empty()
        await expect(page.locator("article.me")).to_have_count(2)


@pytest.mark.parametrize("is_there", [True, False])
async def test_the_browsers_own_form_is_sent_only_where_the_site_answers(
    browser: Browser, world: Door, is_there: bool
) -> None:
    """Else the browser's error page would take the place of what was typed."""
    async with signing(browser, world, complains=True) as page:

        async def fails(route: Route) -> None:
            is_ours = is_there and route.request.resource_type != "fetch"
            await (route.continue_() if is_ours else route.abort())

        await page.evaluate("window.same = true")
        await page.route("**", fails)
        for _ in range(2):
            await says(page, "Ada Lovelace")
            await expect(page.locator("#status")).to_contain_text("still here")
        if is_there:
            await says(page, "Ada Lovelace")
            await newest(page, "postcode")
            return
        for _ in range(3):
            await says(page, "Ada Lovelace")
            await expect(page.locator("#status")).to_contain_text("still here")
            await expect(page.locator("#text")).to_have_value("Ada Lovelace")
        await page.unroute("**")
        await page.locator("#say .send").click()
        await newest(page, "postcode")
        assert await page.evaluate("window.same")


async def test_an_answer_lost_on_its_way_is_shown_when_it_is_sent_again(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world, complains=True) as page:

        async def loses(route: Route) -> None:
            if route.request.method == "POST":
                await route.fetch()
                await route.abort()
            else:
                await route.continue_()

        await page.route("**/chat", loses)
        await says(page, "Ada Lovelace")
        await expect(page.locator("#status")).to_contain_text("still here")
        await page.unroute("**/chat")
        await page.locator("#say .send").click()
        await newest(page, "postcode")
        await expect(page.locator("article.me")).to_have_count(2)


async def test_a_conversation_that_is_gone_says_so_by_itself(browser: Browser, world: Door) -> None:
    async with signing(browser, world, complains=True) as page:
        await page.context.clear_cookies()
        await says(page, "Ada Lovelace")
        await expect(page.get_by_role("heading")).to_contain_text("We don’t know this browser")


async def test_nothing_of_who_is_erased_stays_on_the_page_or_behind_the_back_button(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world, complains=True) as page:
        await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        await page.get_by_role("button", name="Cancel").last.click()
        await newest(page, "deleted your answers")
        other = await page.context.new_page()
        for path in ("/chat", "/s/keep-the-unit"):
            await other.goto(world.address + path)
        await says(page, "/forget")
        await page.get_by_role("button", name="Yes, erase").last.click()
        await expect(page.locator("#say")).to_have_count(0)
        await expect(page.locator("body")).not_to_contain_text("Ada Lovelace")
        await page.goto(f"{world.address}/s/keep-the-unit")
        for tab in (page, other):
            await tab.go_back()
            await expect(tab.locator("body")).not_to_contain_text("Ada Lovelace")


async def test_nothing_of_who_signs_out_stays_for_the_next_at_the_machine(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world, complains=True) as page:
        await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        await says(page, "/privacy")
        await page.get_by_role("button", name="Sign out of this browser").last.click()
        await newest(page, "Sign out of this browser?")
        await no_barriers(page)
        await page.get_by_role("button", name="Yes, sign out").last.click()
        await newest(page, "signed out")
        await expect(page.locator("#say")).to_have_count(0)
        assert await page.context.cookies() == []
        for _ in range(2):
            await expect(page.locator("body")).not_to_contain_text("Ada Lovelace")
            await page.goto(f"{world.address}/s/keep-the-unit")
            await page.go_back()


async def test_on_paper_there_are_the_words_alone(browser: Browser, world: Door) -> None:
    async with signing(browser, world) as page:
        await page.emulate_media(media="print")
        await expect(page.locator("#say")).to_be_hidden()
        await expect(page.locator("article.bot").last).to_contain_text("What is your name?")
        await expect(page.locator("article .button").last).to_be_hidden()


async def test_scripts_that_cannot_reach_the_bot_leave_it_to_the_browser(
    browser: Browser, world: Door
) -> None:
    async with signing(browser, world) as page:
        await page.evaluate(
            "() => { window.fetch = () => Promise.reject(new TypeError('blocked')) }"
        )
        for _ in range(3):
            await says(page, "Ada Lovelace")
        await newest(page, "postcode")
        assert page.url.endswith("/chat#now")
