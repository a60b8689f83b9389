"""Texts are ready before somebody needs them."""

from pathlib import Path

import pytest

from bot import reading_ahead
from messages import Renderer
from messages.languages import ROOT


async def test_every_text_is_compiled_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ahead, "PAUSE_SECONDS", 0)
    renderer = Renderer(Path(ROOT))
    await reading_ahead.read_ahead(renderer)
    assert not list(renderer.compile())
