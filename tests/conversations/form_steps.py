"""Filling in the form of the example campaign, as far as a test wants."""

from tests.e2e.people import Person


async def to_review(person: Person) -> None:
    """Come, and answer what is asked, up to the answers and the words that are agreed to."""
    await person.says("/start")
    await person.taps("Sign")
    await person.taps("Use “")
    await person.says("sw1a1aa")


async def signs(person: Person) -> None:
    """All the way, without updates."""
    await to_review(person)
    assert "You have signed" in (await person.taps("Just sign")).text


async def signs_and_hears(person: Person) -> None:
    """All the way, and choose updates on it."""
    await to_review(person)
    assert "You have signed" in (await person.taps("Sign and keep me posted")).text
