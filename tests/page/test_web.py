"""Promises of the public pages in a real browser: they are read by everybody, on any website."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests import migrated
from tests.bot.test_stop_emails import KEY, hears
from tests.bot.web_door import Door, door
from tests.e2e.killable import free_port
from tests.page.browser_page import ONE_IS_TRIED

pytestmark = pytest.mark.browser

DONE = re.compile("Done|Dyna ni")

SNIPPET = '<script async src="{address}/embed/keep-the-unit.js" {data}></script>'
HOST = """<!DOCTYPE html><html lang="{language}"><head><title>Our campaign</title>
<meta name="viewport" content="width=device-width"></head>
<body style="{style}"><main><h1>Our campaign</h1><div style="height:{above}px"></div>
{snippet}</main></body></html>"""


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    port = free_port()
    url = await migrated.copied_to(tmp_path / "clamour.db")
    async with door(url, f"http://127.0.0.1:{port}", port) as opened:
        petition = await opened.publish()
        await opened.sign(petition, ["SW1A 1AA"] * 3)
        yield opened


@asynccontextmanager
async def website(
    world: Door, *, language: str = "en", data: str = "", above: int = 0, style: str = ""
) -> AsyncIterator[str]:
    """A campaign's own website with the counter in it, at another origin."""
    snippet = SNIPPET.format(address=world.address, data=data)
    html = HOST.format(language=language, above=above, snippet=snippet, style=style)

    async def show(request: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:(favicon.ico)?}", show)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "localhost", 0).start()
        yield f"http://localhost:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def looking(browser: Browser, address: str, **options: Any) -> AsyncIterator[Page]:
    """A page; what its console complains of fails the test."""
    context = await browser.new_context(viewport={"width": 390, "height": 780}, **options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    await page.clock.install()
    await page.goto(address)
    yield page
    assert await context.cookies() == []
    await context.close()
    assert complaints == []


async def no_barriers(page: Page) -> None:
    """axe-core finds nothing (https://www.deque.com/axe/)."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def test_the_page_that_ends_emails_can_be_read_by_everybody(
    browser: Browser, tmp_path: Path
) -> None:
    async with door(await migrated.copied_to(tmp_path / "clamour.db"), chat=True) as world:
        world.services.identity_key = KEY
        petition = await world.publish()
        (ada,) = await world.sign(petition, ["SW1A 1AA"])
        path = await hears(world, petition, ada)
        for scheme, query in (("dark", ""), ("light", "?lang=cy")):
            context = await browser.new_context(
                color_scheme=scheme,  # type: ignore[arg-type]
                viewport={"width": 320, "height": 600},
            )
            page = await context.new_page()
            await page.goto(world.address + path + query)
            await no_barriers(page)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await page.get_by_role("button").first.press("Enter")
            await expect(page.get_by_role("heading")).to_have_text(DONE)
            await no_barriers(page)
            await context.close()


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=ONE_IS_TRIED)])
async def test_a_share_page_can_be_read_by_everybody(
    browser: Browser, world: Door, scheme: str
) -> None:
    for path in ("/s/keep-the-unit", "/s/keep-the-unit?lang=cy", "/s/nothing"):
        context = await browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(world.address + path)
        await no_barriers(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await context.close()


async def test_a_share_page_leads_to_the_bot_without_telling_where_one_came_from(
    browser: Browser, world: Door
) -> None:
    async with looking(browser, f"{world.address}/s/keep-the-unit") as page:
        sign = page.get_by_role("link", name="Sign in Telegram")
        await expect(sign).to_have_attribute("href", "https://t.me/clamour_bot?start=keep-the-unit")
        await expect(page.locator("main")).to_contain_text("3 of 2,000 have signed")
        await page.get_by_role("link", name="Cymraeg").click()
        await expect(page.get_by_role("link", name="Llofnodi yn Telegram")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=ONE_IS_TRIED)])
async def test_the_counter_on_a_website_can_be_read_by_everybody(
    browser: Browser, world: Door, scheme: str
) -> None:
    background = "background:#fff" if scheme == "light" else "background:#111;color:#eee"
    async with (
        website(world, style=background) as address,
        looking(browser, address, color_scheme=scheme) as page,
    ):
        await expect(page.get_by_role("link", name="Sign in Telegram")).to_be_visible()
        await no_barriers(page)
        await page.goto(f"{world.address}/embed/keep-the-unit")
        await no_barriers(page)


async def test_the_counter_renews_its_numbers_while_it_can_be_seen(
    browser: Browser, world: Door
) -> None:
    petition = await world.publish()
    async with website(world) as address, looking(browser, address) as page:
        count = page.locator("article .count")
        await expect(count).to_contain_text("3 of 2,000")
        sign = page.get_by_role("link", name="Sign in Telegram")
        await sign.focus()
        await world.sign(petition, ["E1 6AN"] * 2)
        await page.wait_for_timeout(1100)  # what the server keeps is a second old at most
        await page.clock.run_for(15_000)
        await expect(count).to_contain_text("5 of 2,000")
        await expect(sign).to_be_focused()


async def test_the_counter_asks_for_nothing_while_it_cannot_be_seen(
    browser: Browser, world: Door
) -> None:
    async with website(world, above=3000) as address, looking(browser, address) as page:
        await expect(page.locator("article")).to_have_count(1)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.clock.run_for(60_000)
        assert asked == []
        await page.locator("article").scroll_into_view_if_needed()
        await page.clock.run_for(15_000)
        await page.wait_for_timeout(300)
        assert asked != []


async def test_the_counter_asks_for_nothing_in_a_hidden_tab(browser: Browser, world: Door) -> None:
    async with website(world) as address, looking(browser, address) as page:
        await expect(page.locator("article")).to_have_count(1)
        hidden = "Object.defineProperty(document, 'visibilityState', {value: '%s', writable: true})"
        await page.evaluate(hidden % "hidden")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.clock.run_for(60_000)
        assert asked == []
        await page.evaluate("document.visibilityState = 'visible'")
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await page.wait_for_timeout(300)
        assert asked != []


@pytest.mark.parametrize(
    ("language", "data", "words"),
    [
        ("en", "", "Sign in Telegram"),
        ("cy", "", "Llofnodi yn Telegram"),
        ("en", 'data-language="cy"', "Llofnodi yn Telegram"),
        ("fr", 'data-language="nonsense&lang=cy"', "Sign in Telegram"),
    ],
)
async def test_the_counter_speaks_the_websites_language_or_the_one_it_is_told(
    browser: Browser, world: Door, language: str, data: str, words: str
) -> None:
    async with (
        website(world, language=language, data=data) as address,
        looking(browser, address) as page,
    ):
        await expect(page.get_by_role("link", name=words)).to_be_visible()


async def test_the_counter_can_be_told_to_stay_light_or_dark(browser: Browser, world: Door) -> None:
    papers = []
    for theme in ("light", "dark"):
        async with (
            website(world, data=f'data-theme="{theme}"') as address,
            looking(browser, address, color_scheme="dark") as page,
        ):
            card = page.locator("article")
            papers.append(await card.evaluate("card => getComputedStyle(card).backgroundColor"))
    assert papers == ["rgb(255, 255, 255)", "rgb(22, 32, 42)"]


async def test_without_scripts_the_frame_and_the_pictures_say_the_same(
    browser: Browser, world: Door
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{world.address}/embed/keep-the-unit")
    await expect(page.locator(".count")).to_contain_text("3 of 2,000 have signed")
    await expect(page.get_by_role("link", name="Sign in Telegram")).to_be_visible()
    await context.close()
    async with looking(browser, f"{world.address}/embed/keep-the-unit.svg") as page:
        await expect(page.locator("text.accent")).to_have_text("3 have signed")


async def test_a_website_whose_counter_cannot_be_reached_stays_as_it_is(
    browser: Browser, world: Door
) -> None:
    async with website(world) as address:
        context = await browser.new_context()
        page = await context.new_page()
        await page.route("**/*.html*", lambda route: route.abort())
        await page.goto(address)
        await page.wait_for_timeout(300)
        await expect(page.get_by_role("heading", name="Our campaign")).to_be_visible()
        await expect(page.locator("article")).to_have_count(0)
        await context.close()
