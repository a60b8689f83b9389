"""Promises of the proof of work in a real browser: done by itself, without scripts no barrier."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from channels.browser import proof_of_work
from tests import migrated
from tests.bot.web_door import Door, door
from tests.browser.burst import Clock, begins, stop_clock
from tests.e2e.killable import free_port
from tests.page.test_chat import NARROW, NO_SCRIPTS, newest, no_barriers, says, signing

pytestmark = pytest.mark.browser

NO_CRYPTOGRAPHY = "Object.defineProperty(window, 'crypto', {value: undefined})"
SLOW_PHONE = 6
"""So many times slower than this machine."""


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    port = free_port()
    url = await migrated.copied_to(tmp_path / "clamour.db")
    async with door(url, f"http://127.0.0.1:{port}", port, chat=True) as opened:
        await opened.publish()
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def clock(world: Door) -> Clock:
    clock = stop_clock(world)
    await begins(world, clock)
    return clock


@asynccontextmanager
async def before_the_last_tap(browser: Browser, world: Door, **options: Any) -> AsyncIterator[Page]:
    """Somebody who has answered all questions, and only has to tap *Sign*."""
    async with signing(browser, world, **options) as page:
        is_welsh = "cy" in options.get("query", "")
        for asked, words in (
            ("enw" if is_welsh else "name", "Dora Maar"),
            ("postcode" if not is_welsh else "cod post", "SW1A 1AA"),
            ("email" if not is_welsh else "e-bost", "dora@example.org"),
        ):
            await newest(page, asked)
            await says(page, words)
        await expect(page.locator("article.bot").last).to_contain_text("dora@example.org")
        yield page


async def sign(page: Page) -> None:
    await page.locator("article.bot button.primary").last.click()


async def code_is_sent(page: Page) -> None:
    await newest(page, "dora@example.org")
    await newest(page, "six-digit code")


async def test_the_browser_works_by_itself_and_says_so(
    browser: Browser, world: Door, clock: Clock
) -> None:
    async with before_the_last_tap(browser, world) as page:
        await page.evaluate(
            """() => {
              window.same = true; window.heard = [];
              const status = document.getElementById("status");
              new MutationObserver(() => window.heard.push(status.textContent))
                .observe(status, {childList: true});
            }"""
        )
        await page.locator("article.bot button.primary").last.dblclick()
        await code_is_sent(page)
        assert await page.evaluate("window.same"), "nothing has been loaded again"
        heard = await page.evaluate("window.heard")
        assert any("Your browser does it by itself" in words for words in heard)
        await expect(page.locator("#status")).to_be_empty()
        await expect(page.locator("#now")).to_be_focused()
        await page.reload()
        await expect(page.locator("article.me")).to_have_count(5)


async def test_a_slow_phone_does_the_hardest_work(
    browser: Browser, world: Door, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long that takes, `python -m bench.proof_of_work` measures."""
    monkeypatch.setattr("secrets.randbelow", lambda most: most - 1)
    async with before_the_last_tap(browser, world) as page:
        calls = await page.context.new_cdp_session(page)
        await calls.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PHONE})
        await sign(page)
        code = page.locator("article.bot").last
        await expect(code).to_contain_text("six-digit code", timeout=60_000)


async def test_a_script_of_the_version_before_is_no_barrier(
    browser: Browser, world: Door, clock: Clock
) -> None:
    """It sends the browser's own form, and the page that comes goes on by itself."""

    async def is_gone(route: Route) -> None:
        await route.fulfill(body="", content_type="text/javascript")

    async with before_the_last_tap(browser, world) as page:
        await page.route("**/chat.js", is_gone)
        await page.reload()
        await sign(page)
        await code_is_sent(page)
        assert page.url.endswith("/chat#now")


async def test_work_that_does_not_get_through_is_said_and_tried_again(
    browser: Browser, world: Door, clock: Clock
) -> None:
    async with before_the_last_tap(browser, world, complains=True) as page:
        await page.evaluate("window.same = true")
        await page.route("**/work.js", lambda route: route.abort())
        await sign(page)
        await expect(page.locator("#status")).to_contain_text("still here")
        await page.unroute("**/work.js")
        await sign(page)
        await code_is_sent(page)
        assert await page.evaluate("window.same")


async def test_a_browser_that_cannot_do_it_waits(
    browser: Browser, world: Door, clock: Clock
) -> None:
    async with before_the_last_tap(browser, world) as page:
        await page.context.add_init_script(NO_CRYPTOGRAPHY)
        await page.reload()
        await sign(page)
        await expect(page.locator("form.here .problem")).to_be_visible()
        await expect(page.locator("#working")).to_be_empty()
        clock.now += proof_of_work.WAIT
        await page.get_by_role("button", name="Go on").click()
        await code_is_sent(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?lang=cy"])
async def test_everybody_can_read_how_to_wait(
    browser: Browser, world: Door, clock: Clock, scheme: str, query: str
) -> None:
    options = {**NARROW, "color_scheme": scheme, "query": query}
    async with before_the_last_tap(browser, world, **options, **NO_SCRIPTS) as page:
        await sign(page)
        go_on = page.get_by_role("button", name="Parhau" if query else "Go on")
        await expect(go_on).to_be_visible()
        await no_barriers_without_scripts(page)
        await go_on.click()
        await expect(page.locator(".problem")).to_contain_text("20")
        await expect(page.locator(".wait")).to_have_count(0)
        await no_barriers_without_scripts(page)


async def no_barriers_without_scripts(page: Page) -> None:
    """axe needs scripts: it looks at the same page in a browser that has them, and cannot work."""
    context = await page.context.browser.new_context(  # type: ignore[union-attr]
        viewport=page.viewport_size,
        color_scheme=await page.evaluate(
            "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
        ),
    )
    await context.add_init_script(NO_CRYPTOGRAPHY)
    other = await context.new_page()

    async def the_same(route: Route) -> None:
        await route.fulfill(body=await page.content(), content_type="text/html")

    await other.route("**/chat", the_same)
    await other.goto(page.url.partition("#")[0])
    await no_barriers(other)
    await context.close()
