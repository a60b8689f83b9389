"""What a pack says beside its rows, and the folder in which it is made.

A pack is made by a process of its own, so that the bot answers people meanwhile. What it needs is
put into a folder: the facts, and the signatures in one file for each text that was signed.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

from packs.rows import Row

FACTS, SPOOL, OUT, BLOCKS = "facts.json", "spool", "pack", "blocks.jsonl"
MANIFEST = "manifest.json"
"""Of the pack itself: what is in it, with each file's hash."""


@dataclass(frozen=True, slots=True)
class Text:
    """One version of the petition's text that signatures stand under.

    Attributes:
        label: language and version, en-1.
        signatures: how many stand under it.
    """

    label: str
    language: str
    version: int
    sha256: str
    text: str
    signatures: int


@dataclass(frozen=True, slots=True)
class Comment:
    """What a signer has said and lets be printed."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about a pack but its signatures.

    Attributes:
        profile: "full" or "redacted".
        key: the pack's salt key, hexadecimal.
        made_at: ISO 8601, in the campaign's time zone.
        language: of the pack's own words.
        words: every word printed, by key (messages/<language>/pack.toml).
        texts: in the order of the sheets.
        online: signatures in the pack; given less excluded.
        paper: signatures on paper; paper_by_source says where they come from.
        handed_in_on, handed_in_at: as the person who asked knows; "" leaves room to write.
    """

    slug: str
    profile: str
    key: str
    made_at: str
    language: str
    title: str
    ask: str
    target: str
    organiser: str
    contact: str
    words: dict[str, str]
    texts: list[Text]
    given: int
    withdrawn: int
    without_consent: int
    online: int
    paper: int
    paper_by_source: list[tuple[str, int]]
    growth: list[tuple[str, int]]
    handed_in_on: str = ""
    handed_in_at: str = ""
    comments: list[Comment] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.online + self.paper

    def write(self, job: Path) -> None:
        """Put the facts into a job's folder."""
        text = json.dumps(asdict(self), ensure_ascii=False)
        (job / FACTS).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, job: Path) -> Self:
        """The facts of a job."""
        says: dict[str, Any] = json.loads((job / FACTS).read_text(encoding="utf-8"))
        says["texts"] = [Text(**text) for text in says["texts"]]
        says["comments"] = [Comment(**comment) for comment in says["comments"]]
        for listed in ("paper_by_source", "growth"):
            says[listed] = [(str(what), int(count)) for what, count in says[listed]]
        return cls(**says)


def spool_line(receipt: int, name: str, place: str, signed_on: date) -> str:
    """A signature as one line of a spool file."""
    return json.dumps([receipt, name, place, signed_on.isoformat()], ensure_ascii=False) + "\n"


def spool_file(job: Path, label: str) -> Path:
    """Where the signatures under one text are put."""
    return job / SPOOL / f"{label}.jsonl"


def rows(job: Path, facts: Facts) -> Iterator[Row]:
    """Every signature with its running number, text by text."""
    number = 0
    for text in facts.texts:
        with spool_file(job, text.label).open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                number += 1
                receipt, name, place, signed_on = json.loads(line)
                on = date.fromisoformat(signed_on)
                yield Row(number, receipt, name, place, on, text.label)
