"""Promises to people who agreed to other words than those that are asked now."""

from campaign.definition.campaign_file import load_definition
from tests.conversations.form_steps import to_review
from tests.e2e.people import Person
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage

TEXTS = load_definition(EXAMPLE).text


async def hears(person: Person) -> None:
    await to_review(person)
    await person.taps("Sign and keep me posted")


async def reword(stage: Stage, words: str) -> None:
    english = TEXTS["en"]
    consent = english.consent.model_copy(update={"updates": words})
    await stage.publish(text={**TEXTS, "en": english.model_copy(update={"consent": consent})})


async def test_changed_words_are_asked_anew_and_the_older_hold_until_then(
    stage: Stage, ada: Person
) -> None:
    await hears(ada)
    assert "we have changed the words" not in (await ada.says("/updates")).text
    before = (await stage.consents(ada.id))["updates"]
    await reword(stage, "The office may write to me, and so may its friends.")
    asked = await ada.says("/updates")
    assert "and so may its friends" in asked.text
    assert (await stage.consents(ada.id))["updates"] == before, "looking is not agreeing"
    await reword(stage, "The office may write to me, and so may everybody.")
    again = await ada.taps("I agree")
    assert "and so may everybody" in again.text, "those had changed once more"
    assert (await stage.consents(ada.id))["updates"] == before
    assert "Tap what you would rather not hear" in (await ada.taps("I agree")).text
    after = (await stage.consents(ada.id))["updates"]
    assert after.granted
    assert after.wording_id != before.wording_id
    assert "we have changed the words" not in (await ada.says("/updates")).text
    await ada.taps("I agree", on=again)
    assert (await stage.consents(ada.id))["updates"] == after, "a double tap writes nothing"


async def test_whoever_does_not_agree_stops_the_updates(stage: Stage, ada: Person) -> None:
    await hears(ada)
    await reword(stage, "The office may write to me, and so may its friends.")
    await ada.says("/updates")
    await ada.taps("Stop the updates")
    assert not (await stage.consents(ada.id))["updates"].granted


async def test_words_changed_in_another_language_alone_ask_nobody_else(
    stage: Stage, ada: Person
) -> None:
    await hears(ada)
    welsh = TEXTS["cy"]
    consent = welsh.consent.model_copy(update={"updates": "Geiriau newydd."})
    await stage.publish(text={**TEXTS, "cy": welsh.model_copy(update={"consent": consent})})
    assert "we have changed the words" not in (await ada.says("/updates")).text
