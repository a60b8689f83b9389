"""Compile templates before they are needed, without delaying anybody."""

import asyncio
import gc

from messages import Renderer

PAUSE_SECONDS = 0.01
LATE_SECONDS = 0.005
BUSY_PAUSE_SECONDS = 0.5


async def precompile(renderer: Renderer) -> None:
    """Compile all texts, one at a time, and hardly any while there is much else to do; ends when it
    is done.

    Raises:
        jinja2.TemplateSyntaxError: a text is broken.
    """
    for _ in renderer.compile():
        if await _late_by(PAUSE_SECONDS) > LATE_SECONDS:
            await asyncio.sleep(BUSY_PAUSE_SECONDS)
    gc.freeze()  # they stay: no use in looking through them for garbage


async def _late_by(seconds: float) -> float:
    """How much longer than that it took until it was our turn again (seconds): others had work."""
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    await asyncio.sleep(seconds)
    return loop.time() - due
