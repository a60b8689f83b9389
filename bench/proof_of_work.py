"""How long Chromium takes for the hardest proof of work, on this machine and on slower ones.

`python -m bench.proof_of_work`; CLAMOUR_TEST_CHROMIUM names the browser. Chromium slows its pages
down and leaves the threads of its cryptography as they are, so a slower machine is in truth between
this figure and so many times the first.
"""

import asyncio
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from unittest.mock import patch

from aiohttp import web
from playwright.async_api import async_playwright

from channels.browser import proof_of_work

SCRIPT = Path(__file__).parents[1] / "bot" / "web" / "assets" / "work.js"
SLOWER = (1, 4, 6)
TIMES = 9
SOLVE = """async asked => {
  const {solve} = await import("/work.js");
  const begun = performance.now();
  await solve(JSON.parse(asked));
  return performance.now() - begun;
}"""


async def main() -> None:
    async def page_or_script(request: web.Request) -> web.Response:
        if request.path == "/work.js":
            return web.Response(text=SCRIPT.read_text("utf-8"), content_type="text/javascript")
        return web.Response(text="<!DOCTYPE html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{any:.*}", page_or_script)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await _measure(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _measure(port: int) -> None:
    chromium = os.environ.get("CLAMOUR_TEST_CHROMIUM", "/usr/bin/chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{port}/")
        calls = await page.context.new_cdp_session(page)
        for rate in SLOWER:
            await calls.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            took = [await page.evaluate(SOLVE, _hardest()) for _ in range(TIMES)]
            print(f"{rate} times slower: {min(took):.0f} ms at best, {median(took):.0f} ms usually")
        await browser.close()


def _hardest() -> str:
    with patch.object(secrets, "randbelow", lambda most: most - 1):
        return proof_of_work.challenge("an act", key=b"key", now=datetime.now(UTC))


if __name__ == "__main__":
    asyncio.run(main())
