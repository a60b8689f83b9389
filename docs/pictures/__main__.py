"""`python -m docs.pictures [NAME …]`: all pictures, or these."""

import asyncio
import sys
import tempfile
from pathlib import Path

from docs.pictures import browser, pack, seen, website, without_telegram
from docs.pictures.scenes import SCENES


async def main(names: set[str]) -> None:
    words = seen.kept() if seen.FILE.exists() else {}
    everything = {*(scene.name for scene in SCENES), "website", "without-telegram", "pack"}
    for name in sorted(names or everything):
        with tempfile.TemporaryDirectory() as folder:
            words[name] = await _made(name, Path(folder))
        print(name)
    seen.keep(dict(sorted(words.items())))


async def _made(name: str, folder: Path) -> list[str]:
    """Make one picture; gives the words in it."""
    if name == "pack":
        images, words = pack.pages(await pack.made(folder))
        browser.save(name, images)
        return words
    async with browser.chromium() as chromium:
        if name == "website":
            async with website.served(folder) as world:
                browser.save(name, await website.photographed(chromium, world))
                return await website.words(world)
        if name == "without-telegram":
            async with without_telegram.met(folder) as friends:
                shots = await without_telegram.photographed(chromium, friends)
                browser.save(name, shots, without_telegram.CAPTIONS)
                return without_telegram.words(friends)
        (scene,) = (one for one in SCENES if one.name == name)
        return await browser.photographed(chromium, scene, folder)


if __name__ == "__main__":
    asyncio.run(main(set(sys.argv[1:])))
