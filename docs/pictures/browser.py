"""Taking pictures: the simulator's page, a website, and pages of a PDF, as small PNG files."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Browser, async_playwright

from docs.pictures import seen
from docs.pictures.scenes import Scene
from docs.pictures.stage import playing
from pictures.fonts import font
from tests.page.conftest import ARGUMENTS, CHROMIUM

FOLDER = Path(__file__).parents[1]
COLOURS = 128
BETWEEN, BACKGROUND = 14, (231, 233, 238)
CAPTION, INK = 44, (34, 40, 52)
_TO_THE_END = """() => {
  for (const chat of document.querySelectorAll('.phone *'))
    if (chat.scrollHeight > chat.clientHeight) chat.scrollTop = chat.scrollHeight;
}"""
SETTLED_SECONDS = 1.0


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        try:
            yield browser
        finally:
            await browser.close()


def save(name: str, parts: Sequence[bytes | Image.Image], captions: Sequence[str] = ()) -> None:
    """Keep pictures side by side as docs/NAME.png, with few colours, and words above each."""
    images = [
        (one if isinstance(one, Image.Image) else Image.open(io.BytesIO(one))).convert("RGB")
        for one in parts
    ]
    width = sum(one.width for one in images) + BETWEEN * (len(images) + 1)
    top = BETWEEN + (CAPTION if captions else 0)
    height = max(one.height for one in images) + top + BETWEEN
    together = Image.new("RGB", (width, height), BACKGROUND)
    left = BETWEEN
    for place, one in enumerate(images):
        together.paste(one, (left, top))
        if captions:
            middle = (left + one.width // 2, BETWEEN + CAPTION // 2)
            ImageDraw.Draw(together).text(middle, captions[place], INK, font(26), anchor="mm")
        left += one.width + BETWEEN
    reduced = together.quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(FOLDER / f"{name}.png", optimize=True)


async def photographed(browser: Browser, scene: Scene, folder: Path) -> list[str]:
    """Play a scene and take its picture; gives the words in it."""
    async with playing(folder) as (stage, cast):
        await scene.happens(cast)
        page = await browser.new_page(
            viewport={"width": 1280, "height": scene.height},
            timezone_id="Europe/London",
            locale="en-GB",
        )
        await page.goto(stage.address)
        phones = [page.get_by_role("region", name=f"{name}’s phone") for name in scene.who]
        await phones[-1].wait_for()
        await asyncio.sleep(SETTLED_SECONDS)
        await page.evaluate(_TO_THE_END)
        save(scene.name, [await phone.screenshot() for phone in phones], scene.captions)
        return await seen.on_phones(scene, cast)
