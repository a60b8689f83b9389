"""Promises of a group in which the bot is: brief, and nobody sees who asks in secret."""

import asyncio
from dataclasses import dataclass

import pytest

from storage import supporters
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage


@dataclass
class Neighbours:
    """A group in which the first member asks the bot, and the last looks on."""

    id: int
    members: tuple[Person, ...]

    async def asks(self, words: str) -> Answer:
        return await self.members[0].says(words, chat_id=self.id)

    async def others_see(self) -> list[str]:
        last = self.members[-1]
        url = f"{last.address}/people/{last.id}/chats/{self.id}"
        async with last.session.get(url) as answer:
            found = (await answer.json())["messages"]
        texts = [one.get("text") or one.get("caption") for one in found]
        return [text for text in texts if text]


async def meet(stage: Stage, *members: Person, **more: bool) -> Neighbours:
    """Make a group, once Telegram knows which commands are secret there."""
    async with asyncio.timeout(30):
        while ("commands", "all_group_chats", "cy") not in stage.telegram.world.main_bot().settings:
            await asyncio.sleep(0.01)
    first = members[0]
    body = {"title": "Neighbours", "members": [one.id for one in members], **more}
    async with first.session.post(f"{first.address}/groups", json=body) as answer:
        return Neighbours((await answer.json())["id"], members)


async def test_in_a_group_the_bot_is_brief_and_keeps_nothing(stage: Stage, ada: Person) -> None:
    group = await meet(stage, ada)
    reply = await ada.says("/start@clamour_bot", chat_id=group.id)
    assert reply.has_picture
    assert "Nobody has signed yet" in reply.text
    sign = reply.acts("✍️ Sign")
    assert sign["url"].startswith("https://t.me/clamour_bot?start=")
    assert sign["style"] == "primary"
    again = await ada.says("hi @clamour_bot", chat_id=group.id)
    assert again.has_picture
    assert "@clamour_bot" not in again.text
    await ada.writes("talking among ourselves", chat_id=group.id)
    assert await ada.hears_nothing()
    async with stage.database.reading() as db:
        assert await supporters.by_telegram_id(db, ada.id) is None


@pytest.mark.parametrize("administrator", [True, False])
async def test_in_a_group_nobody_sees_who_asks_by_the_command_for_oneself(
    stage: Stage, ada: Person, arrives: Arrives, administrator: bool
) -> None:
    group = await meet(stage, ada, await arrives("Ben"), administrator=administrator)
    for asked in ("/sign", "/sign@clamour_bot"):
        reply = await group.asks(asked)
        assert reply.has_picture
        assert "Nobody has signed yet" in reply.text
        assert reply.acts("✍️ Sign")["url"].startswith("https://t.me/clamour_bot?start=")
    assert await group.others_see() == [], "neither the question nor the answer"
    assert (await group.asks("/petition")).has_picture
    assert len(await group.others_see()) == 2, "what is for everybody is seen by everybody"


async def test_in_a_group_of_an_administrator_every_answer_but_the_card_is_for_who_asks(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    group = await meet(stage, ada, await arrives("Ben"), administrator=True)
    for asked in ("/start", "/help", "/mydata"):
        assert "✍️ Sign" in (await group.asks(asked)).buttons
    assert await group.others_see() == ["/start", "/help", "/mydata"]
    await group.asks("hi @clamour_bot")
    assert "Nobody has signed yet" in (await group.others_see())[-1]


async def test_a_secret_question_that_may_not_be_answered_is_not_answered_aloud(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    group = await meet(stage, ada, await arrives("Ben"))
    for method in ("sendPhoto", "sendMessage"):
        await stage.control("faults", method=method, kind="400", times=1)
    await ada.writes("/sign", chat_id=group.id)
    assert await ada.hears_nothing()
    assert await group.others_see() == []


@pytest.mark.parametrize("held", [True, False], ids=["held", "failed"])
async def test_a_secret_question_in_trouble_is_answered_to_the_one_alone(
    stage: Stage, ada: Person, arrives: Arrives, held: bool
) -> None:
    group = await meet(stage, ada, await arrives("Ben"))
    if held:
        await stage.control("hold", chat_id=group.id, seconds=1)
    else:
        stage.services.catalogue.petitions = None  # a fault of ours
    await ada.writes("/sign", chat_id=group.id)
    expected = "Nobody has signed yet" if held else "Sorry"
    assert expected in (await ada.reads(within=30)).text
    assert await group.others_see() == []


async def test_in_a_group_each_of_several_petitions_has_its_button(
    stage: Stage, ada: Person
) -> None:
    await stage.publish(slug="next")
    group = await meet(stage, ada)
    reply = await ada.says("/petitions@clamour_bot", chat_id=group.id)
    assert "I collect signatures for petitions" in reply.text
    assert sorted(url.partition("?start=")[2] for url in reply.buttons.values())[-1] == "next"


async def test_petition_in_a_group_posts_the_card_of_the_one_that_is_named(
    stage: Stage, ada: Person
) -> None:
    group = await meet(stage, ada)
    card = await ada.says("/petition@clamour_bot", chat_id=group.id)
    assert card.has_picture
    assert "Help us reach 100!" in card.text
    assert card.rows == [["✍️ Sign"]]
    await stage.publish(slug="next")
    named = await ada.says("/petition@clamour_bot next", chat_id=group.id)
    assert named.has_picture
    assert named.acts("✍️ Sign")["url"].endswith("?start=next")
    other = await ada.says("/petition@clamour_bot nonsense", chat_id=group.id)
    assert "Tap one" in other.text
    assert "✍️ Sign" in (await ada.says("/petition next")).buttons, "in private it opens the page"
