"""Filling in the form of the example campaign, as far as a test wants."""

from tests.e2e.people import Person


async def to_consent(person: Person) -> None:
    """Come, and answer what is asked, up to the consent."""
    await person.says("/start")
    await person.taps("Sign")
    await person.taps("Use “")
    await person.says("sw1a1aa")


async def to_review(person: Person) -> None:
    """Up to the last look at what was given."""
    await to_consent(person)
    await person.taps("I agree")


async def signs(person: Person) -> None:
    """All the way."""
    await to_review(person)
    assert "You have signed" in (await person.taps("Sign now")).text
