"""Makes website.png: the counter on a website and the page of a shared link, light and dark.

`python -m docs.website_picture`, with Chromium installed.
"""

import asyncio
import io
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, async_playwright

from storage import offline
from tests.bot.web_door import NOW, Door, door
from tests.e2e.killable import free_port
from tests.page.conftest import ARGUMENTS, CHROMIUM
from tests.page.test_web import website

PHONE = (390, 700)
STYLES: dict[Literal["light", "dark"], str] = {
    "light": "background:#f6f4ee;font-family:sans-serif",
    "dark": "background:#0c1116;color:#eee;font-family:sans-serif",
}


async def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/clamour.db"
        async with door(url, f"http://127.0.0.1:{port}", port) as world:
            petition = await world.publish()
            async with world.house.database.transaction() as db:
                await offline.add(
                    db, campaign_id=petition.id, count=1804, note="", recorded_by=None, now=NOW
                )
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=CHROMIUM, args=[*ARGUMENTS]
                )
                shots = [shot for scheme in STYLES for shot in await shown(browser, world, scheme)]
                await browser.close()
    together = Image.new("RGB", (PHONE[0] * len(shots), PHONE[1]))
    for place, shot in enumerate(shots):
        together.paste(Image.open(io.BytesIO(shot)), (PHONE[0] * place, 0))
    together.save(Path(__file__).with_name("website.png"), optimize=True)


async def shown(browser: Browser, world: Door, scheme: Literal["light", "dark"]) -> list[bytes]:
    """The counter and the share page as a phone shows them."""
    width, height = PHONE
    page = await browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
    async with website(world, style=STYLES[scheme]) as address:
        await page.goto(address)
        await page.get_by_role("link", name="Sign in Telegram").wait_for()
        counter = await page.screenshot()
    await page.goto(f"{world.address}/s/keep-the-unit")
    return [counter, await page.screenshot()]


if __name__ == "__main__":
    asyncio.run(main())
