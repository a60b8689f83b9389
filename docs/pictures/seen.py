"""What can be read in the pictures, kept beside them: a test says when it is no longer so."""

import html
import json
import re
from pathlib import Path
from typing import Any

from docs.pictures.scenes import Cast, Scene

FILE = Path(__file__).with_name("seen.json")
_CODE = re.compile(r"\b([rs]_)[A-Za-z0-9]{8,}")  # of a link


async def on_phones(scene: Scene, cast: Cast) -> list[str]:
    """The words and buttons on the phones of a scene; what is drawn by chance is left out."""
    people = {person.first_name: person for person in (cast.ada, cast.ben, cast.sam)}
    return [
        line
        for name in scene.who
        for message in await people[name].chat()
        for line in _lines(name, message)
    ]


def _lines(name: str, message: dict[str, Any]) -> list[str]:
    words = message.get("text") or message.get("caption") or "[file]"
    labels = [
        button["text"]
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]
    who = f"{name} → " if message.get("out") else f"→ {name}: "
    return [who + without_codes(words), *(f"[{one}]" for one in labels)]


def without_codes(words: str) -> str:
    """With what is drawn by chance left out of links."""
    return _CODE.sub(r"\1…", words)


def in_page(page: str) -> list[str]:
    """The words of a web page."""
    plain = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", "\n", page, flags=re.S)
    return [line.strip() for line in html.unescape(plain).splitlines() if line.strip()]


def kept() -> dict[str, list[str]]:
    """What stood in the pictures when they were made."""
    found: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def keep(seen: dict[str, list[str]]) -> None:
    """Write down what stands in the pictures now."""
    FILE.write_text(json.dumps(seen, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
