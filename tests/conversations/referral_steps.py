"""Asking friends, and coming because one has asked."""

import re

from tests.e2e.people import Answer, Arrives, Person
from tests.stage.bot import OWNER

LINK = re.compile(r"https://t\.me/clamour_bot\?start=(r_[A-Za-z0-9]{10})\b")


async def link_of(person: Person) -> str:
    """The personal link on the share page."""
    found = LINK.search((await person.says("/share")).text)
    assert found is not None
    return found[0]


async def signs_by(person: Person, link: str) -> Answer:
    """Come by a link, and sign."""
    with person.in_a_hurry():
        await person.opens(link)
        await person.taps("Sign")
        await person.taps("Use “")
        await person.says("E1 6AN")
        signed = await person.taps("Just sign")
    assert "You have signed" in signed.text
    return signed


async def number(person: Person, label: str) -> int:
    """A figure on the staff's funnel page, by the words before it."""
    found = re.search(rf"{label}: ([\d,]+)", (await person.says("/funnel")).text)
    assert found is not None, label
    return int(found[1].replace(",", ""))


async def boss(arrives: Arrives) -> Person:
    return await arrives("Owner", id=OWNER)
