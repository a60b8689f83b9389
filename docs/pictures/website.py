"""The counter on a website and the page of a shared link, in light and dark."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser

from docs.pictures import seen
from storage import paper_entries
from tests import migrated
from tests.bot.web_door import NOW, Door, door
from tests.e2e.killable import free_port
from tests.page.test_web import website

SHARED = "/s/keep-the-unit"
PHONE = {"width": 390, "height": 700}
STYLES: dict[Literal["light", "dark"], str] = {
    "light": "background:#f6f4ee;font-family:sans-serif",
    "dark": "background:#0c1116;color:#eee;font-family:sans-serif",
}


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Door]:
    """The public pages of the example campaign with 1,804 signatures."""
    port = free_port()
    url = await migrated.copied_to(folder / "clamour.db")
    async with door(url, f"http://127.0.0.1:{port}", port) as world:
        petition = await world.publish()
        async with world.services.database.transaction() as db:
            await paper_entries.add(
                db, campaign_id=petition.id, count=1804, note="", recorded_by=None, now=NOW
            )
        yield world


async def words(world: Door) -> list[str]:
    """What can be read on the shared page."""
    return seen.in_page((await world.get(SHARED)).text)


async def photographed(browser: Browser, world: Door) -> list[bytes]:
    """The counter and the shared page, as a phone shows them."""
    shots = []
    for scheme, style in STYLES.items():
        page = await browser.new_page(color_scheme=scheme, viewport=PHONE)
        async with website(world, style=style) as address:
            await page.goto(address)
            await page.get_by_role("link", name="Sign in Telegram").wait_for()
            shots.append(await page.screenshot())
        await page.goto(world.address + SHARED)
        shots.append(await page.screenshot())
        await page.close()
    return shots
