"""Promises to those who want to know more: who supports it, who opposes it, who asks."""

import pytest

from campaign.definition.campaign_file import load_definition
from campaign.definition.texts import Claim, Endorsement
from tests.e2e.people import Arrives, Person
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage

EXPECTED = load_definition(EXAMPLE)


@pytest.fixture
async def welsh(arrives: Arrives) -> Person:
    return await arrives("Siân", language_code="cy")


async def reads_more(person: Person, label: str = "Read more") -> None:
    await person.says("/start")
    await person.taps(label)


async def test_everything_is_reached_from_read_more_and_the_front_page_stays_short(
    ada: Person,
) -> None:
    welcome = await ada.says("/start")
    assert welcome.rows == [["✍️ Sign"], ["Read more", "Share", "Privacy"]]
    assert EXPECTED.text["en"].summary in welcome.text
    assert f"To: {EXPECTED.text['en'].target_short}" in welcome.text
    assert "With us: Anti-Slavery International, " in welcome.text
    more = await ada.taps("Read more")
    assert {"Why", "Who supports us", "What opponents say", "Who we are"} <= set(more.buttons)


async def test_endorsements_stand_five_on_a_page_with_quotes(ada: Person) -> None:
    names = [one.who for one in EXPECTED.text["en"].endorsements]
    assert len(names) > 5
    await reads_more(ada)
    first = await ada.taps("Who supports us")
    assert all(name in first.text for name in names[:5])
    assert not any(name in first.text for name in names[5:])
    assert all(name in first.text for name in EXPECTED.organisations)
    assert "Page 1 of 2" in first.text
    second = await ada.taps("More")
    assert all(name in second.text for name in names[5:])
    assert "“I had no idea" in second.text
    assert "Organisations" not in second.text
    assert names[0] in (await ada.taps("Earlier")).text


async def test_a_claim_of_opponents_leads_to_the_answer(ada: Person) -> None:
    await reads_more(ada)
    listed = await ada.taps("What opponents say")
    assert "Not everyone agrees" in listed.text
    answer = await ada.taps("Any police officer")
    assert "Finding them, winning their trust" in answer.text
    assert "There is no money" in (await ada.taps("What opponents say")).text
    assert "What is your name?" in (await ada.taps("Sign")).text


async def test_opponents_are_reached_from_the_questions_too(ada: Person) -> None:
    await reads_more(ada)
    await ada.taps("Questions")
    assert "Not everyone agrees" in (await ada.taps("What opponents say")).text


async def test_who_we_are_and_why(ada: Person) -> None:
    await reads_more(ada)
    about = await ada.taps("Who we are")
    assert "Keep the Unit" in about.text
    assert "It ends when the decision is made" in about.text
    await reads_more(ada)
    assert EXPECTED.text["en"].reasons[0] in (await ada.taps("Why")).text


async def test_all_of_it_in_welsh(welsh: Person) -> None:
    await reads_more(welsh, "Darllen")
    page = await welsh.taps("Pwy sy’n ein cefnogi")
    assert EXPECTED.text["cy"].endorsements[0].who in page.text
    await reads_more(welsh, "Darllen")
    await welsh.taps("Beth a ddywed")
    assert "yn grefft" in (await welsh.taps("Gall unrhyw heddwas")).text
    await reads_more(welsh, "Darllen")
    assert "Swyddfa un o aelodau" in (await welsh.taps("Pwy ydym ni")).text


async def test_a_campaign_without_them_has_no_such_buttons(stage: Stage, ada: Person) -> None:
    texts = {
        code: one.model_copy(
            update={"endorsements": (), "opponents": (), "about": None, "reasons": ()}
        )
        for code, one in EXPECTED.text.items()
    }
    await stage.publish(text=texts, organisations=())
    await reads_more(ada)
    assert list(ada.last.buttons)[:3] == ["Questions", "News", "Write to us"]
    assert list(ada.last.buttons)[3:] == ["✍️ Sign", "Back to the petition"]
    message = ada.last.messages[0]["message_id"]
    for page, words in (
        ("supporters", "No supporters are listed"),
        ("opponents", "You can ask us"),
        ("who_we_are", "We run the petition"),
        ("why", "Why it matters"),
    ):
        assert words in (await ada.taps_data(message, f"page:{page}:1:7")).text


async def test_stale_and_forged_buttons_lead_somewhere(stage: Stage, ada: Person) -> None:
    await reads_more(ada)
    message = ada.last.messages[0]["message_id"]
    assert "Page 2 of 2" in (await ada.taps_data(message, "page:supporters:1:999999")).text
    assert "Not everyone" in (await ada.taps_data(message, "page:opponent:1:99")).text
    assert "Keep London" in (await ada.taps_data(message, "page:supporters:77:1")).text


async def test_hostile_words_are_shown_as_they_are(stage: Stage, ada: Person) -> None:
    hostile = "<b>x</b> & {{ 7*7 }}"
    texts = {
        code: one.model_copy(
            update={
                "endorsements": (Endorsement(who=hostile, quote=hostile),),
                "opponents": (Claim(claim=hostile, answer=hostile),),
                "about": hostile,
            }
        )
        for code, one in EXPECTED.text.items()
    }
    await stage.publish(text=texts)
    for label in ("Who supports us", "What opponents say", "Who we are"):
        await reads_more(ada)
        assert "<b>x</b> & {{ 7*7 }}" in (await ada.taps(label)).text
