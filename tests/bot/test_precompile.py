"""Texts are ready before somebody needs them."""

import asyncio
import time
from pathlib import Path

import pytest

from bot import precompile
from messages import Renderer
from messages.languages import ROOT


async def test_every_text_is_compiled_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precompile, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(precompile, "BUSY_PAUSE_SECONDS", 0)
    renderer = Renderer(Path(ROOT))
    await precompile.precompile(renderer)
    assert not list(renderer.compile())


async def test_it_waits_while_others_have_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precompile, "BUSY_PAUSE_SECONDS", 3600)
    renderer = Renderer(Path(ROOT))
    ahead = asyncio.create_task(precompile.precompile(renderer))
    for _ in range(50):
        time.sleep(0.02)  # noqa: ASYNC251 - work that leaves nobody else a turn
        await asyncio.sleep(0)
    ahead.cancel()
    assert len(list(renderer.compile())) > 600
