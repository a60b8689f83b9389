"""A friend who has no Telegram signs in the browser, and is thanked for in Ada's chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext

from docs.pictures import seen
from docs.pictures.scenes import signs
from replay.people import Person
from tests.browser.visitor import Visitor
from tests.e2e.site import Site, opened

CAPTIONS = ("A friend opens the link", "Signs in the browser", "And Ada is thanked")
PHONE = {"width": 405, "height": 790}
SITE = "https://keep-the-unit.example"
"""What the site is called in the picture: its real address is a port of this machine's."""
_CALLED = """([address, called]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let one = walker.nextNode(); one; one = walker.nextNode())
    one.data = one.data.replaceAll(address, called);
  for (const field of document.querySelectorAll('input'))
    field.value = field.value.replaceAll(address, called);
}"""


@dataclass
class Friends:
    """Ada, who shares her link in Telegram, and Dora, who has a browser."""

    site: Site
    ada: Person
    dora: Visitor
    shared: str


@asynccontextmanager
async def met(folder: Path) -> AsyncIterator[Friends]:
    """Ada has signed, and Dora has been sent her link."""
    async with opened(folder) as site, site.visitor() as dora:
        ada = await Person.arrive(site.stage.session, site.stage.address, "Ada")
        await ada.says("/start")
        await signs(ada)
        shared = next(word for word in ada.last.text.split() if "/s/r_" in word)
        yield Friends(site, ada, dora, shared)


async def dora_signs(friends: Friends) -> None:
    """From the link to the receipt."""
    await friends.site.signs(friends.dora, friends.shared.rpartition("/")[2])
    await friends.ada.sees("A friend has signed because of you")


async def photographed(browser: Browser, friends: Friends) -> list[bytes]:
    """The link as Dora opens it, her receipt, and Ada's chat; Dora signs meanwhile."""
    context = await browser.new_context(viewport=PHONE, locale="en-GB")
    try:
        before = await _photographed(context, friends, friends.shared)
        await dora_signs(friends)
        await context.add_cookies(
            [
                {"name": one.key, "value": one.value, "url": friends.site.address}
                for one in friends.dora.session.cookie_jar
            ]
        )
        after = await _photographed(context, friends, f"{friends.site.address}/chat#now")
        return [before, after, await _adas_phone(browser, friends)]
    finally:
        await context.close()


def words(friends: Friends) -> list[str]:
    """What can be read of the receipt, with the ways to share below it."""
    said = seen.without_codes(friends.dora.page.newest.replace(friends.site.address, SITE))
    return [line.strip() for line in said.splitlines() if line.strip()]


async def _photographed(context: BrowserContext, friends: Friends, address: str) -> bytes:
    page = await context.new_page()
    await page.goto(address)
    await page.evaluate(_CALLED, [friends.site.address, SITE])
    return await page.screenshot()


async def _adas_phone(browser: Browser, friends: Friends) -> bytes:
    page = await browser.new_page(viewport={"width": 1280, "height": 860}, locale="en-GB")
    await page.goto(friends.site.stage.address)
    phone = page.get_by_role("region", name="Ada’s phone")
    await phone.get_by_text("A friend has signed because of you").wait_for()
    await page.evaluate(_CALLED, [friends.site.address, SITE])
    return await phone.screenshot()
