"""Promises of the phone that has a browser instead of Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage

import aiohttp
import aiosmtplib
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect

from simulator.app import make_app
from simulator.limits import Limits
from simulator.mail import Mail
from simulator.world import World
from tests.page.browser_page import opened, phone, starts
from tests.page.tiny_bot import TinyBot
from tests.simulator.conftest import Telegram

pytestmark = pytest.mark.browser


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@dataclass
class Site:
    """The campaign's own pages, which say what they were asked for; and the port for emails."""

    address: str = ""
    mail_port: int = 0


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    async def show(request: web.Request) -> web.Response:
        return web.Response(text=f"You are at {request.path}", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", show)
    async with served(app) as address:
        yield Site(address)


@pytest_asyncio.fixture(loop_scope="session")
async def telegram(site: Site) -> AsyncIterator[Telegram]:
    """A simulator with two people, and Dora, who has a browser."""
    world, mail = World("clamour_bot"), Mail()
    world.slows_hurried_polls = False
    world.add_person("Ada", about="supporter")
    world.add_person("Ben", about="friend")
    guide = {"browser": {"name": "Dora", "about": "no Telegram", "address": f"{site.address}/s/a"}}
    server = await mail.listen("127.0.0.1", 0)
    site.mail_port = server.sockets[0].getsockname()[1]
    async with (
        served(make_app(world, Limits(), guide, mail)) as address,
        aiohttp.ClientSession() as session,
    ):
        yield Telegram(address, world, session)
    server.close()


async def test_it_shows_the_campaigns_own_site_and_the_emails_that_come(
    browser: Browser, bot: TinyBot, site: Site
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        dora = page.get_by_role("region", name="Dora’s phone: a browser")
        await expect(dora.frame_locator("iframe").locator("body")).to_have_text("You are at /s/a")

        letter = EmailMessage()
        letter["From"], letter["To"] = "Keep the Unit <petition@example.org>", "dora@example.org"
        letter["Subject"] = "Your code: 123456"
        letter.set_content("Type <b>123456</b>.")
        await aiosmtplib.send(letter, hostname="127.0.0.1", port=site.mail_port)

        emails = dora.get_by_role("log", name="Emails")
        await emails.get_by_text("Your code: 123456").click()
        await expect(emails).to_contain_text("Type <b>123456</b>.")


async def test_a_share_link_in_a_chat_opens_in_it(
    browser: Browser, bot: TinyBot, site: Site
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        ada = phone(page)
        await starts(ada)
        await ada.get_by_role("textbox").fill(f"Look: {site.address}/s/r_abc")
        await ada.get_by_role("textbox").press("Enter")

        await ada.get_by_role("link", name=f"{site.address}/s/r_abc").first.click()

        frame = page.frame_locator("#phone-browser iframe")
        await expect(frame.locator("body")).to_have_text("You are at /s/r_abc")


async def test_the_link_that_stops_emails_opens_in_it(
    browser: Browser, bot: TinyBot, site: Site
) -> None:
    async with opened(browser, bot.telegram.address) as page:
        dora = page.get_by_role("region", name="Dora’s phone: a browser")
        letter = EmailMessage()
        letter["From"], letter["To"] = "Keep the Unit <petition@example.org>", "dora@example.org"
        letter["Subject"] = "They have read it"
        stop = f"{site.address}/email/stop/abc-D_1"
        letter.set_content(f"News.\n\nUnsubscribe: {stop}\n\nMore: https://example.org/x")
        await aiosmtplib.send(letter, hostname="127.0.0.1", port=site.mail_port)

        await dora.get_by_role("log", name="Emails").get_by_text("They have read it").click()
        assert await dora.get_by_role("link", name="https://example.org/x").count() == 0
        await dora.get_by_role("link", name=stop).click()

        frame = page.frame_locator("#phone-browser iframe")
        await expect(frame.locator("body")).to_have_text("You are at /email/stop/abc-D_1")
