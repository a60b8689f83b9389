"""Promises of telling people of a new petition who agreed, under another, to hear of others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from campaign.definition.campaign_file import load_definition
from storage import broadcasts, delivery_stats, other_campaigns, staff
from storage.tables import deliveries
from tests import engines
from tests.amount import cases
from tests.conversations.broadcast_steps import ended, sends, shows
from tests.conversations.several import SECOND, link, publish_next, signs, two_campaigns
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    async with two_campaigns(getattr(request, "param", "sqlite"), tmp_path) as stage:
        yield stage


async def announces(editor: Person, words: str = "Something new: will you sign?") -> Answer:
    asked = await editor.says("/update opt-in")
    if "A new petition" not in asked.buttons:  # the report of an earlier one came in between
        asked = await shows(editor, "What would you like to tell")
    await editor.taps("A new petition", on=asked)
    looked = await editor.says(words)
    there = "as it will arrive" in looked.text
    return looked if there else await shows(editor, "as it will arrive")


async def editor_of_the_next(stage: Stage, person: Person) -> None:
    async with stage.database.transaction() as db:
        await staff.upsert(db, person.id, "editor", datetime.now(UTC), SECOND)


async def agreed(stage: Stage) -> list[set[int]]:
    """Who agreed under which campaign, after comparing it with the ledger."""
    async with stage.database.reading() as db:
        kept = [await other_campaigns.all_of(db, one) for one in (1, 2)]
        assert kept == [await other_campaigns.recount(db, one) for one in (1, 2)]
    return kept


@pytest.mark.parametrize("stage", cases(short=["sqlite"], full=engines.params()), indirect=True)
async def test_a_new_petition_is_told_to_those_who_agreed_and_signed_by_them_with_ease(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob, cleo, dai = await arrives("Bob"), await arrives("Cleo"), await arrives("Dai")
    await signs(ada, "keep-the-unit", others=True)
    await signs(bob, "keep-the-unit", hears=True)
    for slug in ("keep-the-unit", "opt-in"):
        await signs(cleo, slug, others=True)
    await signs(dai, "opt-in", others=True)
    looked = await announces(owner)
    assert "People open to other petitions" in looked.text
    assert "1 person who chose to hear" in looked.text
    await owner.taps("☐ Sign button")
    await sends(owner)
    told = await ada.reads()
    assert list(told.buttons) == ["✍️ Sign", "No other campaigns", "Stop everything"]
    for person in (bob, cleo, dai):
        assert await person.hears_nothing(0.3)
    done = await ended(stage)
    async with stage.database.reading() as db:
        assert await delivery_stats.count_by_status(db, done.id) == {"sent": 1}
        reached = select(deliveries.c.supporter_id).where(deliveries.c.broadcast_id == done.id)
        who = await db.scalar(reached)
        signature = await stage.signature(ada.id)
        assert signature is not None
        assert who == signature.supporter_id, "who received it is known"
    await ada.taps("✍️ Sign", on=told)
    await ada.taps("Use all my answers")
    assert "You have signed" in (await ada.taps("Just sign")).text
    assert "0 people who chose to hear" in (await announces(owner)).text


async def test_one_tap_under_it_ends_news_of_other_campaigns_wherever_they_were_agreed_to(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await stage.publish(slug="third")
    for slug in ("keep-the-unit", "third"):
        await signs(ada, slug, hears=True, others=True)
    await announces(owner)
    await sends(owner)
    told = await ada.reads()
    assert await ada.hears_nothing(0.3), "once, though she signed both"
    left = await ada.taps("No other campaigns", on=told)
    assert "won’t tell you about other campaigns any more" in left.text
    for slug in ("keep-the-unit", "third"):
        assert (await stage.consents(ada.id, slug))["updates"].granted
    assert not (await stage.consents(ada.id))["other_campaigns"].granted
    assert await agreed(stage) == [set(), set()]
    await ada.taps("No other campaigns", on=told)
    assert "0 people" in (await announces(owner)).text
    stopped = await ada.taps("Stop everything", on=told)
    assert "any more messages" in stopped.text
    assert not (await stage.consents(ada.id, "third"))["updates"].granted
    assert (await stage.consents(ada.id))["updates"].method == "button"


async def test_the_stop_under_an_update_ends_that_petition_alone(
    stage: Stage, owner: Person, ada: Person
) -> None:
    for slug in ("keep-the-unit", "opt-in"):
        await signs(ada, slug, hears=True, others=True)
    await owner.says("/update opt-in")
    await owner.taps("News")
    await owner.says("News of the second")
    await sends(owner)
    update = await ada.reads()
    await ada.taps("No more news", on=update)
    await ada.taps("Stop the updates", on=update)
    first, second = await stage.consents(ada.id), await stage.consents(ada.id, "opt-in")
    assert not second["updates"].granted
    assert first["updates"].granted
    assert first["other_campaigns"].granted
    assert set(first) == {"sign", "updates", "other_campaigns"}, "nothing of the first has changed"


async def test_it_is_refused_with_the_reason_where_other_people_would_write(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await signs(ada, "keep-the-unit", others=True)
    await publish_next(
        stage, controllers=("Somebody else", "Keep the Unit campaign office, London")
    )
    await owner.says("/update opt-in")
    refused = await owner.taps("A new petition")
    assert "no other petition has the same ones:\n• Somebody else" in refused.text
    await publish_next(stage, status="closed")
    await owner.says("/update opt-in")
    assert "Only an open petition can be announced" in (await owner.taps("A new petition")).text
    async with stage.database.reading() as db:
        assert await broadcasts.of_campaign(db, SECOND, 10) == []


async def test_of_its_audience_only_the_language_can_be_chosen(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await signs(ada, "keep-the-unit", others=True)
    looked = await announces(owner)
    chosen = await owner.taps("Choose who gets it")
    assert [label for label in chosen.buttons if "Signers" in label or "areas" in label] == []
    assert "0 people" in (await owner.taps("☐ Cymraeg")).text
    assert "1 person" in (await owner.taps("☑ Cymraeg")).text
    message, data = owner.last.button("Back")
    for act in ("who:signers", "areas", "brought:yes", "weekly"):
        forged = await owner.taps_data(message, data.replace("look", act))
        assert "1 person" in forged.text, act
    assert "as it will arrive" in looked.text


async def test_other_campaigns_are_agreed_to_in_updates_with_the_words_shown(
    stage: Stage, ada: Person
) -> None:
    await signs(ada, "keep-the-unit")
    await ada.says("/updates")
    asked = await ada.taps("☐ Tell me about other campaigns")
    assert "may write to me in this chat about other campaigns it runs" in asked.text
    assert await agreed(stage) == [set(), set()], "asking is not agreeing"
    text = load_definition(EXAMPLE).text
    consent = text["en"].consent.model_copy(update={"other_campaigns": "Other words."})
    english = text["en"].model_copy(update={"consent": consent})
    await stage.publish(text={**text, "en": english})
    again = await ada.taps("I agree", on=asked)
    assert "Other words." in again.text, "what she agrees to is what she has seen"
    assert await agreed(stage) == [set(), set()]
    assert "☑ Other campaigns" in (await ada.taps("I agree")).buttons
    given = (await stage.consents(ada.id))["other_campaigns"]
    assert given.granted
    assert given.wording_id is not None
    assert len((await agreed(stage))[0]) == 1
    off = await ada.taps("☑ Other campaigns")
    assert "☐ Tell me about other campaigns" in off.buttons
    assert await agreed(stage) == [set(), set()]


async def test_an_editor_of_the_new_campaign_announces_it_in_welsh_too(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    nia = await arrives("Nia", language_code="cy")
    await nia.opens(link("keep-the-unit"))
    await nia.taps("✍️ Llofnodi")
    await nia.taps("Defnyddio “")
    await nia.says("CF99 1SN")
    await nia.taps("✍️ Dim ond llofnodi")
    await nia.opens(link("keep-the-unit"))
    await nia.taps("Clywed am ymgyrchoedd eraill?")
    await nia.taps("Ie, rhowch wybod")
    await editor_of_the_next(stage, ada)
    await announces(ada)
    await sends(ada)
    told = await nia.reads()
    assert list(told.buttons) == ["Dim rhagor am ymgyrchoedd eraill", "Stopio popeth"]
    left = await nia.taps("Dim rhagor am ymgyrchoedd eraill", on=told)
    assert "ymgyrchoedd eraill mwyach" in left.text
    assert list(await agreed(stage)) == [set(), set()]
