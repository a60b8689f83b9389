"""Promises of the words that signers send to friends, from the chat to /stats."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from campaign.catalogue import Catalogue
from campaign.definition.campaign_file import load_definition
from campaign.referrals import share_texts
from storage import staff
from storage.tables import share_texts as table
from tests.conversations.form_steps import signs
from tests.e2e.people import Arrives, Person
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage

TEXTS = load_definition(EXAMPLE).text
FIRST, SECOND = TEXTS["en"].share_text, "Could you spare a minute? It matters to me."


@pytest.fixture(autouse=True)
async def two_texts(stage: Stage) -> None:
    others = {"en": SECOND, "cy": "Oes gen ti funud? Mae’n bwysig i mi."}
    await stage.publish(
        text={
            language: said.model_copy(update={"share_texts": (others[language],)})
            for language, said in TEXTS.items()
        }
    )


@pytest.fixture
async def eve(stage: Stage, arrives: Arrives) -> Person:
    """An editor."""
    person = await arrives("Eve")
    await person.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, person.id, "editor", datetime.now(UTC))
    return person


def sent_to_friends(address: str) -> str:
    """The words in a link to another app."""
    return parse_qs(urlsplit(address).query)["text"][0]


async def words_of(person: Person) -> set[str]:
    """Every message for friends that the share step shows somebody, without its link."""
    shown = await person.says("/share")
    telegram = sent_to_friends(shown.buttons["Send on Telegram"])
    whatsapp = sent_to_friends(shown.buttons["Send on WhatsApp"]).rpartition(" ")[0]
    ready = await person.taps("Suggested messages")
    copied = ready.acts("Copy the short message")["copy_text"]["text"]
    return {telegram, whatsapp, copied.rpartition(" ")[0]}


async def figures(stage: Stage, place: int, sharers: int, brought: int) -> None:
    """What has come of a text, as the job would keep it."""
    (petition,) = await Catalogue(stage.database).petitions()
    key = list(share_texts.texts(petition, "en"))[place - 1]
    async with stage.database.transaction() as db:
        await share_texts.share_texts.keep(db, petition.id, key, sharers, sharers, brought)


async def test_a_signer_has_the_same_words_from_the_receipt_to_the_card(
    stage: Stage, arrives: Arrives
) -> None:
    said = set()
    for name in ("Ann", "Ben", "Cat", "Dan", "Eli", "Fay", "Gus", "Hal"):
        person = await arrives(name)
        await signs(person)
        receipt = person.last
        (words,) = await words_of(person)
        assert words in (FIRST, SECOND)
        assert sent_to_friends(receipt.buttons["Send on Telegram"]) == words
        card = (await person._post("inline", json={"query": ""}))["results"][0]
        assert words in card["input_message_content"]["message_text"]
        said.add(words)
    assert said == {FIRST, SECOND}


async def test_staff_see_each_text_with_its_band_and_which_has_won(
    stage: Stage, ada: Person, eve: Person
) -> None:
    shown = await eve.taps("Words that bring friends", on=await eve.says("/stats"))
    assert "Given to 0" in shown.text
    assert not shown.has_picture
    await figures(stage, 1, 1000, 240)
    await figures(stage, 2, 1000, 140)
    shown = await eve.taps("Words that bring friends", on=await eve.says("/stats"))
    assert "240 of 1,000 (2" in shown.text
    assert shown.text.count("This one has won") == 1
    assert shown.has_picture


async def test_an_editor_gives_only_one_stops_one_and_tries_all_again(
    stage: Stage, ada: Person, eve: Person, arrives: Arrives
) -> None:
    await signs(ada)
    (before,) = await words_of(ada)
    first = await eve.taps("Words that bring friends", on=await eve.says("/stats"))
    shown = await eve.taps("Use only no. 2")
    assert "The only one given now" in shown.text
    for name in ("Ann", "Ben", "Cat", "Dan", "Eli"):
        person = await arrives(name)
        await signs(person)
        assert await words_of(person) == {SECOND}
    assert await words_of(ada) == {before}
    shown = await eve.taps("Stop no. 2")
    assert "Stopped" in shown.text
    assert "Stop no. 1" not in shown.buttons, "somebody who shares has to be given some words"
    assert await words_of(person) == {FIRST}
    await eve.taps("Stop no. 1", on=first)
    await eve.taps("Words that bring friends", on=await eve.says("/stats"))
    shown = await eve.taps("Try them all")
    assert "Stopped" not in shown.text


async def test_a_viewer_sees_the_figures_and_decides_nothing(
    stage: Stage, ada: Person, eve: Person
) -> None:
    async with stage.database.transaction() as db:
        await staff.upsert(db, eve.id, "viewer", datetime.now(UTC))
    shown = await eve.taps("Words that bring friends", on=await eve.says("/stats"))
    assert "Given to 0" in shown.text
    assert not any(label.startswith(("Use only", "Stop no.")) for label in shown.buttons)
    (petition,) = await Catalogue(stage.database).petitions()
    key = next(iter(share_texts.texts(petition, "en")))
    forged = (await eve.chat())[-1]["message_id"]
    await eve.taps_data(forged, f"words:{petition.id}:stop:{key}")
    async with stage.database.transaction() as db:
        assert not (await db.execute(update(table).values(choice=None))).rowcount
