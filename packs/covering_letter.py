"""The covering letter: what is handed over, and the seal, on a page outside the pack's seal."""

from pathlib import Path

from packs.facts import Facts
from packs.manifest import letter_name
from packs.typeset import Typesetter


def make(facts: Facts, seal: str, work: Path, folder: Path) -> Path:
    """Set the letter.

    Args:
        seal: of the finished pack.
        work: a folder to work in.
        folder: where the letter goes.
    """
    data = {
        "words": facts.words,
        "language": facts.language,
        "title": facts.title,
        "ask": facts.ask,
        "target": facts.target,
        "organiser": facts.organiser,
        "contact": facts.contact,
        "seal": seal,
        "groups": [seal[at : at + 8] for at in range(0, len(seal), 8)],
        "pages": 1,
        "first": 1,
    }
    with Typesetter(work) as typesetter:
        made, _ = typesetter.set("letter", data)
    return made.rename(folder / letter_name(facts.slug))
