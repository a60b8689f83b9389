"""The example campaign from its launch to the silence after the decision, as `make demo` shows it.

What Ada, Carys and Sam have in their chats at the end stands word for word in story/*.txt. When a
text changes, `STORY_ANEW=1 pytest tests/e2e/test_whole_story.py` writes the files anew: read them.
"""

import asyncio
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo import Pace, run
from replay.chapters import CHAPTERS, LONDON
from replay.conductor import ADA, BEN, CARYS, SAM

CHATS = Path(__file__).parent / "story"
WITHIN = 400
SILENT = timedelta(days=14)

pytestmark = pytest.mark.full("each chapter's act has its own test in tests/e2e")
BETWEEN = "\n\n~~~\n\n"


def written(message: dict[str, Any]) -> str:
    """A message as it stands in a file: who says it, its words, its buttons."""
    words = message.get("text") or message.get("caption") or f"[{', '.join(files(message))}]"
    labels = [
        f"  [{button['text']}]"
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]
    lines = [("→ " if message.get("out") else "") + words, *labels]
    return re.sub(r"(start=\w_)[\w-]+", r"\1…", "\n".join(lines))


def files(message: dict[str, Any]) -> list[str]:
    return sorted({"photo", "document", "sticker"} & message.keys())


async def chat(session: aiohttp.ClientSession, address: str, who: int) -> list[dict[str, Any]]:
    async with session.get(f"{address}/people/{who}/chats/bot") as answer:
        messages: list[dict[str, Any]] = (await answer.json())["messages"]
        return messages


@dataclass(frozen=True)
class Told:
    """The lines of the demo, and the chats when the story is told."""

    lines: list[str]
    chats: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return asyncio.run(_play(tmp_path_factory.mktemp("story")))


async def _play(folder: Path) -> Told:
    lines: list[str] = []
    stop, over = asyncio.Event(), asyncio.Event()

    def tell(line: str) -> None:
        lines.append(line)
        if line.startswith("The story is told"):
            over.set()

    demo = asyncio.create_task(run(folder, 0, stop, tell, story=Pace(0, 0)))
    waiting = asyncio.create_task(over.wait())
    try:
        await asyncio.wait({demo, waiting}, timeout=WITHIN, return_when=asyncio.FIRST_COMPLETED)
        if not over.is_set():
            stop.set()
            await demo
            pytest.fail(f"the story came only to: {lines[-1:]}")
        address = lines[0].split()[-1]
        async with aiohttp.ClientSession() as session:
            people = {"ada": ADA, "ben": BEN, "carys": CARYS, "sam": SAM}
            chats = {name: await chat(session, address, who) for name, who in people.items()}
            return Told(lines, chats)
    finally:
        waiting.cancel()
        stop.set()
        await demo


def test_every_chapter_is_told(told: Told) -> None:
    titles = [line.partition(": ")[2] for line in told.lines[2:-1]]
    assert titles == [one.title for one in CHAPTERS]


@pytest.mark.parametrize("name", ["ada", "carys", "sam"])
def test_they_have_read_these_messages(told: Told, name: str) -> None:
    """None is missing, none came twice, and every word is as it was.

    What falls due at the same moment comes in either order, so the order is not compared.
    """
    file, seen = CHATS / f"{name}.txt", [written(message) for message in told.chats[name]]
    if os.environ.get("STORY_ANEW"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(BETWEEN.join(seen) + "\n", encoding="utf-8")
    kept = file.read_text(encoding="utf-8").removesuffix("\n").split(BETWEEN)
    assert sorted(seen) == sorted(kept)


@pytest.mark.parametrize("name", ["ada", "ben", "carys", "sam"])
def test_bubbles_carry_the_days_of_the_story_and_no_phone_is_silent_for_long(
    told: Told, name: str
) -> None:
    days = sorted({datetime.fromtimestamp(one["date"], LONDON).date() for one in told.chats[name]})
    first, last = CHAPTERS[0].at.date(), CHAPTERS[-1].at.date()
    assert first <= days[0] <= first + SILENT
    assert days[-1] == last
    assert max(later - earlier for earlier, later in pairwise(days)) <= SILENT
