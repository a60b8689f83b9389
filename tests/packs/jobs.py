"""Jobs to make packs of, as the campaign's snapshot would leave them."""

from datetime import date
from pathlib import Path
from typing import Any

from packs.facts import SPOOL, Facts, Text, spool_file, spool_line
from packs.rows import FULL

KEY = "5a" * 32
WORDS = {
    "page": "Page {page} of {pages}",
    "under": "Signed under {text}",
    "where": "Postcode",
    "total": "19",
    "text_cy-1": "Welsh, version 1",
    "text_en-1": "English, version 1",
    "text_en-2": "English, version 2",
}
KEYS = (
    *("petition", "signatures", "reconciled", "to", "from", "between", "dates", "made", "made_at"),
    *("receipt_heading", "handed_in_on", "handed_in_at", "received_by", "received_signature"),
    *("seal", "letter_seal", "letter_why", "statement", "on_paper", "growth"),
    *("first_day", "last_day", "areas", "elsewhere"),
    *("comments", "number", "receipt", "name", "signed_on", "text"),
    *("odd", "odd_why", "odd_letters", "odd_more"),
)


def job(
    folder: Path,
    signers: dict[str, list[tuple[str, str]]],
    *,
    profile: str = FULL,
    paper: int = 0,
    **more: Any,
) -> Path:
    """A job's folder.

    Args:
        signers: names and postcodes by the label of the text that was signed.
    """
    (folder / SPOOL).mkdir(parents=True)
    receipt, texts = 0, []
    for label, people in signers.items():
        with spool_file(folder, label).open("w", encoding="utf-8") as file:
            for name, postcode in people:
                receipt += 3
                file.write(spool_line(receipt, name, postcode, date(2009, 11, 2)))
        language, _, version = label.partition("-")
        statement = f"Keep the unit open ({label})."
        texts.append(Text(label, language, int(version), "ab" * 32, statement, len(people)))
    online = sum(map(len, signers.values()))
    given = {
        "slug": "keep-the-unit",
        "profile": profile,
        "key": KEY,
        "made_at": "2009-11-26T09:30:00+00:00",
        "language": "en",
        "title": "Keep the unit open",
        "ask": "Keep the trafficking unit, and pay for it.",
        "target": "The Commissioner",
        "organiser": "Keep the Unit",
        "contact": "office@example.org",
        "words": {key: key for key in KEYS} | WORDS,
        "texts": texts,
        "given": online,
        "withdrawn": 0,
        "without_consent": 0,
        "online": online,
        "paper": paper,
        "paper_by_source": [("Market stall", paper)] if paper else [],
        "growth": [("2009-11-02", online)],
    }
    Facts(**(given | more)).write(folder)
    return folder
