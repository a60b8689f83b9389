"""The covering letter: what is handed over, and how to check it."""

from pathlib import Path

from packs.facts import Facts
from packs.manifest import letter_name
from packs.typeset import Typesetter


def make(facts: Facts, work: Path, folder: Path) -> Path:
    """Set the letter.

    Args:
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
        "pages": 1,
        "first": 1,
    }
    with Typesetter(work) as typesetter:
        made, _ = typesetter.set("letter", data)
    return made.rename(folder / letter_name(facts.slug))
