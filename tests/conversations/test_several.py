"""Promises to supporters of several petitions under one bot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaign.definition.campaign_file import load_definition
from storage import campaigns, staff
from tests import engines
from tests.amount import cases
from tests.conversations.several import (
    FIRST_TITLE,
    NEXT,
    NEXT_TITLE,
    SECOND,
    link,
    publish_next,
    signs,
    two_campaigns,
)
from tests.e2e.people import Arrives, Person
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage


def asks(*kinds: str) -> tuple[Any, ...]:
    """Fields that all have to be answered."""
    name = load_definition(NEXT).fields[0]
    return tuple(name.model_copy(update={"kind": kind}) for kind in kinds)


on_both_engines = pytest.mark.parametrize("stage", engines.params(), indirect=True)
on_sqlite_first = pytest.mark.parametrize(
    "stage", cases(short=["sqlite"], full=engines.params()), indirect=True
)
"""On PostgreSQL a stage waits for real: in make test one of three does."""


@pytest.fixture
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    async with two_campaigns(getattr(request, "param", "sqlite"), tmp_path) as stage:
        yield stage


@on_sqlite_first
async def test_a_returning_supporter_signs_the_next_petition_in_three_acts(
    stage: Stage, ada: Person
) -> None:
    await signs(ada, "keep-the-unit", others=True)
    await stage.publish(status="closed")
    welcome = await ada.says("/start")
    assert NEXT_TITLE in welcome.text
    assert f"what you gave for “{FIRST_TITLE}” on" in welcome.text
    review = await ada.taps("Use my earlier answers")
    assert "Nearly there." in review.text
    again = await ada.taps("Use my earlier answers", on=welcome)
    assert "Nearly there." in again.text, "a double tap"
    assert "Name: Ada Lovelace" in review.text
    assert "Postcode: SW1A 1AA" in review.text
    assert "You have signed" in (await ada.taps("Just sign")).text
    second = await stage.signature(ada.id, "opt-in")
    assert second is not None
    assert (second.full_name, second.postcode, second.number) == ("Ada Lovelace", "SW1A 1AA", 1)
    assert "other_campaigns" not in await stage.consents(ada.id, "opt-in"), "agreed already"
    assert (await stage.consents(ada.id))["other_campaigns"].granted, "what was given there stays"
    assert (await stage.totals("opt-in")).live == 1


async def test_each_question_offers_what_was_given_and_says_where(
    stage: Stage, ada: Person
) -> None:
    await signs(ada, "keep-the-unit")
    await ada.opens(link("opt-in"))
    name = await ada.taps("✍️ Sign")
    assert f"You gave Ada Lovelace for “{FIRST_TITLE}” on" in name.text
    assert f"Use all my answers from “{FIRST_TITLE[:20]}" in " ".join(name.buttons)
    postcode = await ada.taps("Use “Ada Lovelace”")
    twice = await ada.taps("Use “Ada Lovelace”", on=name)
    assert (twice.toast, twice.messages) == ("Got that already, thank you.", [])
    assert "You gave SW1A 1AA for" in postcode.text
    assert not any("Use all" in label for label in postcode.buttons), "there is one left"
    await ada.taps("Use “SW1A 1AA”", on=postcode)
    await ada.taps("Change an answer")
    await ada.taps("Change: Postcode")
    assert "E1 6AN" in (await ada.says("E1 6AN")).text
    await ada.taps("Just sign")
    first, second = await stage.signature(ada.id), await stage.signature(ada.id, "opt-in")
    assert first is not None
    assert second is not None
    assert (first.postcode, second.postcode) == ("SW1A 1AA", "E1 6AN")


async def test_all_earlier_answers_in_one_tap_leave_the_rest_to_be_asked(
    stage: Stage, ada: Person
) -> None:
    await signs(ada, "keep-the-unit")
    await publish_next(stage, fields=asks("name", "postcode", "country"))
    welcome = await ada.opens(link("opt-in"))
    assert "Use my earlier answers" not in welcome.buttons, "they would not be enough"
    await ada.taps("✍️ Sign")
    assert "Which country" in (await ada.taps("Use all my answers")).text
    assert "Nearly there." in (await ada.taps("Ireland")).text


async def test_a_withdrawn_signature_offers_nothing_even_by_an_old_button(
    stage: Stage, ada: Person
) -> None:
    await signs(ada, "keep-the-unit")
    welcome = await ada.opens(link("opt-in"))
    question = await ada.taps("✍️ Sign")
    await ada.says("/withdraw")
    await ada.taps("Yes, take my name off")
    for label in ("Use all my answers", "Use “Ada Lovelace”"):
        refused = await ada.taps(label, on=question)
        assert "You gave" not in refused.text
        assert "What is your name?" in refused.text
    assert "What is your name?" in (await ada.taps("Use my earlier answers", on=welcome)).text
    assert not any("Use all" in label for label in ada.last.buttons)


async def test_a_number_given_earlier_is_offered_too(stage: Stage, ada: Person) -> None:
    await stage.publish(fields=asks("name", "phone"))
    await publish_next(stage, fields=asks("name", "phone"))
    await ada.opens(link("keep-the-unit"))
    await ada.taps("✍️ Sign")
    await ada.taps("Use “")
    await ada.sends(contact="own")
    await ada.taps("Just sign")
    first = await stage.signature(ada.id)
    assert first is not None
    await ada.opens(link("opt-in"))
    await ada.taps("✍️ Sign")
    asked = await ada.taps("Use “Ada Lovelace”")
    offer = f"Use “{first.phone}”"
    assert offer in asked.keyboard
    assert "Nearly there." in (await ada.says(offer)).text


async def test_another_petition_opened_at_the_phone_question_puts_its_keyboard_away(
    stage: Stage, ada: Person
) -> None:
    await stage.publish(fields=asks("name", "phone"))
    await ada.opens(link("keep-the-unit"))
    await ada.taps("✍️ Sign")
    asked = await ada.taps("Use “")
    assert asked.keyboard
    opened = await ada.opens(link("opt-in"))
    assert any("remove_keyboard" in m.get("reply_markup", {}) for m in opened.messages)
    assert "Is this right?" not in (await ada.sends(contact="own")).text
    assert "What is your name?" in (await ada.taps("✍️ Sign", on=opened)).text
    back = await ada.opens(link("keep-the-unit"))
    assert (await ada.taps("✍️ Sign", on=back)).keyboard, "the question is asked where it stood"


@on_both_engines
async def test_two_forms_begun_are_both_gone_on_with_and_nothing_is_lost(
    stage: Stage, ada: Person
) -> None:
    await ada.opens(link("keep-the-unit"))
    await ada.taps("✍️ Sign")
    first = await ada.taps("Use “Ada Lovelace”")
    opened = await ada.opens(link("opt-in"))
    assert f"Go on with “{FIRST_TITLE[:30]}" in " ".join(opened.buttons)
    await ada.says("N1 9GU")
    await ada.taps("✍️ Sign", on=opened)
    await ada.says("Ada King")
    second = await ada.says("E1 6AN")
    assert "Nearly there." in second.text
    stale = await ada.taps("Back", on=first)
    assert "Nearly there." in stale.text, "a button of one form does nothing in the other"
    await ada.opens(link("keep-the-unit"))
    asked = await ada.taps("✍️ Sign")
    assert "What is your postcode?" in asked.text, "it goes on where it stopped"
    await ada.says("SW1A 1AA")
    await ada.taps("Just sign")
    await ada.opens(link("opt-in"))
    assert "Nearly there." in (await ada.taps("✍️ Sign")).text
    await ada.taps("Just sign")
    one, two = await stage.signature(ada.id), await stage.signature(ada.id, "opt-in")
    assert one is not None
    assert two is not None
    assert (one.full_name, one.postcode) == ("Ada Lovelace", "SW1A 1AA")
    assert (two.full_name, two.postcode) == ("Ada King", "E1 6AN")


async def test_a_petition_that_closes_meanwhile_closes_alone(stage: Stage, ada: Person) -> None:
    await ada.opens(link("opt-in"))
    await ada.taps("✍️ Sign")
    await ada.says("Ada King")
    review = await ada.says("E1 6AN")
    await publish_next(stage, status="closed")
    assert "closed" in (await ada.taps("Just sign", on=review)).text
    assert await stage.signature(ada.id, "opt-in") is None
    assert "You have signed" in (await signs(ada, "keep-the-unit")).text
    assert "it can no longer be signed" in (await ada.opens(link("opt-in"))).text


async def test_petitions_shows_what_is_open_and_what_became_of_those_signed(
    stage: Stage, ada: Person
) -> None:
    both = await ada.says("/petitions")
    assert FIRST_TITLE in both.text
    assert "Nobody has signed yet. The goal is 3,000." in both.text
    assert not any("you have signed" in label for label in both.buttons)
    await signs(ada, "keep-the-unit")
    still = await ada.says("/petitions")
    assert "1 of 2,000 has signed" in still.text
    assert "You have signed: number 1" in still.text
    text = load_definition(EXAMPLE).text
    english = text["en"].model_copy(update={"outcome": "The unit stays."})
    await stage.publish(status="closed", text={**text, "en": english})
    now_open = await ada.says("/petitions")
    assert FIRST_TITLE not in now_open.text
    signed = await ada.taps("Petitions you have signed (1)")
    assert "number 1" in signed.text
    assert "Closed on" in signed.text
    assert "with 1 signature. What came of it: The unit stays." in signed.text
    page = await ada.taps(FIRST_TITLE[:30])
    assert "Your signature is number 1" in page.text
    assert NEXT_TITLE in (await ada.taps("Petitions")).text


async def test_many_petitions_come_page_by_page_and_a_draft_never(
    stage: Stage, ada: Person
) -> None:
    text = load_definition(NEXT).text
    for place in range(10):
        titled = {
            code: one.model_copy(update={"title": f"Ask {place}"}) for code, one in text.items()
        }
        status = "draft" if place == 9 else "open"
        await publish_next(stage, seen=place == 9, slug=f"ask-{place}", text=titled, status=status)
    door = await ada.says("/start")
    assert "Which one brings you here?" in door.text
    assert len(door.buttons) == 9, "eight petitions and the way to all of them"
    first = await ada.taps("Petitions")
    assert "(1 of 3)" in first.text
    assert "Ask 8" in first.text
    assert "Ask 9" not in first.text
    second = await ada.taps("More ›")
    assert "(2 of 3)" in second.text
    last = await ada.taps("More ›")
    assert FIRST_TITLE in last.text
    assert "More ›" not in last.buttons
    earlier = (await ada.says("/petitions")).messages[0]["message_id"]
    assert "(3 of 3)" in (await ada.taps_data(earlier, "petitions:open:999999999")).text
    assert "Ask 9" not in (door.text + second.text + last.text)
    assert "Ask 9" not in (await ada.opens(link("ask-9"))).text


async def test_kind_words_where_nothing_is_open(stage: Stage, ada: Person) -> None:
    await stage.publish(status="closed")
    await publish_next(stage, status="draft")
    nothing = await ada.says("/petitions")
    assert "No petition is open here at the moment" in nothing.text
    message = nothing.messages[0]["message_id"]
    assert "n’t signed a petition" in (await ada.taps_data(message, "petitions:signed:0")).text


@on_sqlite_first
async def test_updates_are_chosen_petition_by_petition_and_stop_ends_all(
    stage: Stage, ada: Person
) -> None:
    await signs(ada, "keep-the-unit", hears=True)
    assert "☑ News" in (await ada.says("/updates")).buttons, "there is one that concerns her"
    await signs(ada, "opt-in", hears=True, others=True)
    which = await ada.says("/updates")
    assert "Which petition is it about?" in which.text
    assert [label[0] for label in which.buttons] == ["☑", "☑"]
    await ada.taps("☑ Opt in")
    await ada.taps("☑ News")
    assert "☐ News" in ada.last.buttons
    assert "☑ Other campaigns" in ada.last.buttons
    await ada.taps("Stop the updates")
    back = await ada.taps("Other petitions")
    assert any(label.startswith("☐ Opt in") for label in back.buttons)
    assert any(label.startswith("☑ Keep") for label in back.buttons)
    await ada.taps("☐ Opt in")
    await ada.taps("Send me updates")
    await ada.says("/stop")
    for slug in ("keep-the-unit", "opt-in"):
        current = await stage.consents(ada.id, slug)
        assert not current["updates"].granted
        assert "other_campaigns" not in current or not current["other_campaigns"].granted
        assert current["sign"].granted


async def test_stop_ends_what_a_petition_would_send_when_it_is_published_again(
    stage: Stage, ada: Person
) -> None:
    await signs(ada, "opt-in", hears=True)
    await publish_next(stage, status="draft")
    await ada.says("/stop")
    assert not (await stage.consents(ada.id, "opt-in"))["updates"].granted


async def test_commands_choose_the_petition_that_is_meant(stage: Stage, ada: Person) -> None:
    assert "Which petition do you mean?" in (await ada.says("/share")).text
    assert "start=opt-in" in (await ada.taps(NEXT_TITLE)).text
    await signs(ada, "keep-the-unit")
    assert "This link is your own" in (await ada.says("/share")).text, "the one spoken of"
    assert "page:friends:1" in ada.last.buttons.values()
    assert "What is your name?" in (await ada.says("/sign")).text, "the one she has not signed"
    await ada.says("/cancel")
    await ada.says("/friends")
    assert "page:share:1" in ada.last.buttons.values(), "the one she has signed"
    await signs(ada, "opt-in")
    await stage.publish(status="closed")
    await ada.opens(link("keep-the-unit"))
    await ada.says("/share")
    assert "page:friends:2" in ada.last.buttons.values(), "what is closed needs no more friends"
    asked = await ada.says("/withdraw")
    assert "Which petition do you mean?" in asked.text
    assert "take your name off" in (await ada.taps(NEXT_TITLE)).text.lower()


async def test_a_desk_that_is_not_ones_own_asks_which(
    stage: Stage, owner: Person, arrives: Arrives
) -> None:
    """Not another one's desk, as if it had been asked for."""
    for wanted in ("no-such-petition", "x" * 300):
        asked = await owner.says(f"/desk {wanted}")
        assert len(asked.buttons) == 2
        assert all(label.startswith((FIRST_TITLE, NEXT_TITLE)) for label in asked.buttons)
    one = await arrives("Olga")
    await one.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, one.id, "owner", datetime.now(UTC), campaign_id=SECOND)
    asked = await one.says("/desk keep-the-unit")
    assert NEXT_TITLE in asked.text
    assert FIRST_TITLE not in asked.text


async def test_a_friends_link_leads_to_its_own_petition(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada, "keep-the-unit")
    shared = await signs(ada, "opt-in")
    address = next(word for word in shared.text.split() if word.startswith("https://t.me/"))
    bob = await arrives("Bob")
    await bob.opens(link("keep-the-unit"))
    assert NEXT_TITLE in (await bob.opens(address)).text
    await bob.taps("✍️ Sign")
    await bob.says("Bob")
    await bob.says("E1 6AN")
    await bob.taps("Just sign")
    assert "1" in (await ada.says("/friends")).text
    async with stage.database.reading() as db:
        assert (await campaigns.totals(db, SECOND)).live == 2


async def test_all_of_it_in_welsh(stage: Stage, arrives: Arrives) -> None:
    nia = await arrives("Nia", last_name="Ifan", language_code="cy")
    await nia.opens(link("keep-the-unit"))
    await nia.taps("✍️ Llofnodi")
    await nia.taps("Defnyddio “")
    await nia.says("CF99 1SN")
    await nia.taps("✍️ Dim ond llofnodi")
    assert "Deisebau agored" in (await nia.says("/petitions")).text
    assert "Ar agor o hyd" in (await nia.taps("Deisebau a lofnodwyd gennych")).text
    welcome = await nia.opens(link("opt-in"))
    assert "Cewch ddefnyddio’r hyn a roesoch ar gyfer “Cadwch uned" in welcome.text
    asked = await nia.taps("✍️ Llofnodi")
    assert "Rhoesoch Nia Ifan ar gyfer" in asked.text
    assert "CF99 1SN" in (await nia.taps("Defnyddio “Nia Ifan”")).text
    await nia.says("/updates")
    assert "Am ba ddeiseb?" in nia.last.text
