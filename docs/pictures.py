"""Makes the docs' pictures of the simulator's page, with the example campaign.

page.png: three people on the way to a signature. friends.png: one who is thanked for a friend.

`python -m docs.pictures`, with Chromium installed.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright

from tests.e2e.stage import Stage, simulator
from tests.page.conftest import ARGUMENTS, CHROMIUM

FOLDER = Path(__file__).parent


async def press(phone: Locator, label: str) -> None:
    await phone.locator(".keyboard button", has_text=label).last.click()
    await asyncio.sleep(0.6)


async def answers(phone: Locator, *labels: str) -> None:
    """Name and postcode, then the buttons with these labels."""
    await press(phone, "✍️ Sign")
    await press(phone, "Use “")
    await phone.get_by_role("textbox").fill("SW1A 1AA")
    await phone.get_by_role("textbox").press("Enter")
    await asyncio.sleep(0.6)
    for label in labels:
        await press(phone, label)


async def signing(page: Page) -> None:
    phones = page.locator(".phone")
    for place in range(3):
        await phones.nth(place).get_by_role("button", name="START").click()
    await asyncio.sleep(1)
    await answers(phones.nth(0), "☐ Tell me what", "I agree", "Sign now")
    await answers(phones.nth(1))


async def friends(page: Page) -> None:
    ada, ben = page.locator(".phone").nth(0), page.locator(".phone").nth(1)
    await ada.get_by_role("button", name="START").click()
    await asyncio.sleep(1)
    await answers(ada, "I agree", "Sign now", "Send it to a friend")
    await page.get_by_role("dialog").get_by_role("button", name="Ben").click()
    await asyncio.sleep(0.6)
    await ben.get_by_role("button", name="1 new").click()
    await ben.locator(".message.in .link", has_text="t.me/").click()
    await asyncio.sleep(1)
    await answers(ben, "I agree", "Sign now")
    await ada.get_by_role("button", name="1 new").click()
    await asyncio.sleep(1)


PICTURES = {signing: "page.png", friends: "friends.png"}


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        for story, name in PICTURES.items():
            with tempfile.TemporaryDirectory() as folder:
                async with simulator() as address, Stage.open(address, Path(folder)):
                    page = await browser.new_page(viewport={"width": 1180, "height": 860})
                    await page.goto(address)
                    await page.wait_for_selector(".phone")
                    await story(page)
                    await page.screenshot(path=FOLDER / name)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
