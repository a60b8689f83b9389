"""Promises to an owner who writes a new petition in the chat."""

import pytest

from campaign import catalogue
from campaign.definition.campaign_file import parse_definition
from campaign.petition import Petition
from storage import audit
from tests.conversations.form_steps import signs
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.bot import OWNER
from tests.stage.stage import Stage

ANSWERS = {
    "called": "Keep the library open",
    "do you ask for": "Keep Mill Road library open six days a week.",
    "Who decides": "the Mayor of Upton, Ann Lee",
    "two or three words": "the Mayor",
    "Why does it matter": "400 children read there each week.",
    "petition itself": "We ask you to keep it open.\n\nPlease.",
    "Who runs": "Friends of Mill Road",
    "write to you": "hello@millroad.example.org",
    "postcode too": "Name and postcode",
    "How many": "1,000",
}


@pytest.fixture
async def owner(arrives: Arrives) -> Person:
    person = await arrives("Olive", id=OWNER)
    await person.says("/start")
    return person


async def answers(owner: Person, shown: Answer, until: str = "") -> Answer:
    """Answer whatever is asked, up to a question with these words, or the look at all of it."""
    for _ in ANSWERS:
        if "I’ve written the rest" in shown.text or (until and until in shown.text):
            return shown
        answer = next(said for words, said in ANSWERS.items() if words in shown.text)
        shown = await owner.says(answer)
    return shown


async def campaigns(stage: Stage) -> dict[str, Petition]:
    async with stage.database.reading() as db:
        return {one.campaign.slug: one for one in await catalogue.every_petition(db)}


async def test_an_owner_answers_looks_and_opens_it_and_people_sign(
    stage: Stage, owner: Person, arrives: Arrives
) -> None:
    look = await answers(owner, await owner.says("/newcampaign"))
    assert "Friends of Mill Road" in look.text
    assert "name and postcode" in look.text
    opened = await owner.taps("Open it for signing")
    assert "It’s open" in opened.text
    made = (await campaigns(stage))["keep-the-library-open"]
    assert (made.campaign.status, made.definition.goal) == ("open", 1000)
    assert made.definition.text["en"].statement == ANSWERS["petition itself"]
    async with stage.database.reading() as db:
        (entry,) = await audit.latest(db, 1)
    assert (entry.action, entry.actor) == ("campaign.created", OWNER)
    ada = await arrives("Ada")
    read = await ada.opens("https://t.me/clamour_bot?start=keep-the-library-open")
    assert "Keep the library open" in read.text


async def test_a_draft_is_seen_by_nobody_until_it_is_opened(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await answers(owner, await owner.says("/newcampaign"))
    assert "nobody sees it" in (await owner.taps("Keep as a draft")).text
    assert "library" not in (await ada.says("/petitions")).text
    drafts = await owner.says("/newcampaign")
    asked = await owner.taps("Open “Keep the library", on=drafts)
    assert "Open it?" in asked.text
    assert (await campaigns(stage))["keep-the-library-open"].campaign.status == "draft"
    await owner.taps("Open it for signing")
    assert "library" in (await ada.says("/petitions")).text
    assert (await campaigns(stage))["keep-the-library-open"].campaign.status == "open"


async def test_what_was_answered_is_kept_over_cancel_and_other_things(
    owner: Person, stage: Stage
) -> None:
    await answers(owner, await owner.says("/newcampaign"), until="Why does it matter")
    assert "/newcampaign" in (await owner.says("/cancel")).text
    await owner.says("/stats")
    assert "Why does it matter" in (await owner.says("/newcampaign")).text
    await owner.says("/start")
    assert "Why does it matter" in (await owner.says("/newcampaign")).text


async def test_a_wrong_answer_is_asked_again_and_back_keeps_what_was_said(owner: Person) -> None:
    await owner.says("/newcampaign")
    assert "1 character too long" in (await owner.says("x" * 121)).text
    assert "several lines" in (await owner.says("a\nb")).text
    assert "called" in (await owner.sends(sticker={"emoji": "👍"})).text
    await owner.says("A title")
    back = await owner.taps("Back")
    assert "A title" in back.text
    assert "do you ask for" in (await owner.taps("Use this")).text


async def test_what_is_proposed_can_be_written_in_other_words(stage: Stage, owner: Person) -> None:
    await answers(owner, await owner.says("/newcampaign"))
    await owner.taps("Change an answer")
    asked = await owner.taps("Message to friends")
    assert "I’ve signed “Keep the library open”" in asked.text
    look = await owner.says("Read with us?")
    assert "Read with us?" in look.text
    await owner.taps("Change an answer")
    await owner.taps("Short name")
    assert "Small letters" in (await owner.says("no good!")).text
    await owner.says("keep-the-unit")
    taken = await owner.taps("Keep as a draft")
    assert "already" in taken.text, "another petition has that name, and stays as it is"
    await owner.says("mill-road")
    await owner.taps("Keep as a draft")
    assert (await campaigns(stage))["mill-road"].texts("en").share_text == "Read with us?"


async def test_the_file_that_one_gets_is_the_campaign(owner: Person) -> None:
    await answers(owner, await owner.says("/newcampaign"))
    sent = await owner.taps("Get it as a file")
    document = next(one["document"] for one in sent.messages if "document" in one)
    async with owner.session.get(
        f"{owner.address}/people/{owner.id}/files/{document['file_id']}"
    ) as file:
        definition = parse_definition((await file.read()).decode())
    assert definition.slug == "keep-the-library-open"


async def test_an_old_button_and_a_double_tap_do_nothing_twice(stage: Stage, owner: Person) -> None:
    look = await answers(owner, await owner.says("/newcampaign"))
    await owner.taps("Keep as a draft", on=look)
    await owner.taps("Keep as a draft", on=look)
    assert list(await campaigns(stage)) == ["keep-the-unit", "keep-the-library-open"]
    await owner.says("/newcampaign")


async def test_only_owners_of_all_campaigns_can(stage: Stage, owner: Person, ada: Person) -> None:
    assert "I don’t know" in (await ada.says("/newcampaign")).text
    shown = (await ada.chat())[-1]["message_id"]
    for data in ("newcampaign:begin", "newcampaign:1:open", "opendraft:1:1:yes"):
        await ada.taps_data(shown, data)
    assert list(await campaigns(stage)) == ["keep-the-unit"]
    await signs(ada)


async def test_discarding_leaves_nothing(stage: Stage, owner: Person) -> None:
    await answers(owner, await owner.says("/newcampaign"))
    assert "Discarded" in (await owner.taps("Discard it")).text
    assert "1 of" in (await owner.says("/newcampaign")).text
