"""Makes docs/page.png: the simulator's page, with the example campaign just signed.

`python -m docs.pictures`, with Chromium installed.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Locator, async_playwright

from tests.e2e.stage import Stage, simulator
from tests.page.conftest import ARGUMENTS, CHROMIUM

PICTURE = Path(__file__).with_name("page.png")


async def press(phone: Locator, label: str) -> None:
    await phone.locator(".keyboard button", has_text=label).last.click()
    await asyncio.sleep(0.6)


async def main() -> None:
    async with async_playwright() as playwright, simulator() as address:
        with tempfile.TemporaryDirectory() as folder:
            async with Stage.open(address, Path(folder)):
                browser = await playwright.chromium.launch(
                    executable_path=CHROMIUM, args=[*ARGUMENTS]
                )
                page = await browser.new_page(viewport={"width": 1180, "height": 860})
                await page.goto(address)
                await page.wait_for_selector(".phone")
                phones = page.locator(".phone")
                for place in range(3):
                    await phones.nth(place).get_by_role("button", name="START").click()
                await asyncio.sleep(1)
                for place, steps in ((0, 5), (1, 2)):
                    phone = phones.nth(place)
                    await press(phone, "✍️ Sign")
                    await press(phone, "Use “")
                    await phone.get_by_role("textbox").fill("SW1A 1AA")
                    await phone.get_by_role("textbox").press("Enter")
                    await asyncio.sleep(0.6)
                    for label in ("☐ Tell me what", "I agree", "Sign now")[: steps - 2]:
                        await press(phone, label)
                await page.screenshot(path=PICTURE)
                await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
