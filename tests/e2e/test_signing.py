"""Promises of signing, as a person sees them."""

from tests.e2e.people import Person
from tests.e2e.stage import Stage


async def to_review(person: Person) -> None:
    await person.says("/start")
    await person.taps("Sign")
    await person.taps("Use “")
    await person.says("sw1a1aa")
    await person.taps("I agree")


async def test_six_acts_from_start_to_signed(stage: Stage, ada: Person) -> None:
    welcome = await ada.says("/start")
    assert welcome.has_picture
    assert "Paul Stephenson" in welcome.text
    assert "Nobody has signed yet" in welcome.text
    question = await ada.taps("Sign")
    assert "What is your name?" in question.text
    question = await ada.taps("Use “Ada Lovelace”")
    assert "postcode" in question.text
    consent = await ada.says("sw1a1aa")
    assert "☐ Tell me what happens" in consent.buttons
    review = await ada.taps("I agree")
    assert "Ada Lovelace" in review.text
    assert "SW1A 1AA" in review.text
    signed = await ada.taps("Sign now")
    assert "Your signature is number 1" in signed.text
    assert "https://t.me/clamour_bot?start=" in signed.text

    signature = await stage.signature(ada.id)
    assert signature is not None
    assert (signature.full_name, signature.postcode) == ("Ada Lovelace", "SW1A 1AA")
    assert (await stage.totals()).total == 1
    granted = {purpose: c.granted for purpose, c in (await stage.consents(ada.id)).items()}
    assert granted["sign"]
    assert not granted["updates"]
