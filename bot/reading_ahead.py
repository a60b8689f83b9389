"""Texts compiled before somebody needs them, without holding up who needs something now."""

import asyncio
import gc

from messages import Renderer

PAUSE_SECONDS = 0.01


async def read_ahead(renderer: Renderer) -> None:
    """Compile all texts, one at a time; ends when it is done.

    Raises:
        jinja2.TemplateSyntaxError: a text is broken.
    """
    for _ in renderer.compile():
        await asyncio.sleep(PAUSE_SECONDS)
    gc.freeze()  # they stay: no use in looking through them for garbage
