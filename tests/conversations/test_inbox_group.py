"""Promises of the inbox in a group of the staff, with topics and without."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from storage import inbox, tables
from tests.conversations.test_inbox import asks, hears, kept, waiting
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage


@dataclass
class Office:
    """The staff's group, in which Olive owns the campaign and Nell does not work here."""

    id: int
    olive: Person
    nell: Person

    async def chat(self) -> list[dict[str, Any]]:
        url = f"{self.olive.address}/people/{self.olive.id}/chats/{self.id}"
        async with self.olive.session.get(url) as answer:
            found: Any = await answer.json()
        return list(found["messages"] if isinstance(found, dict) else found)

    async def until(self, holds: Callable[[str], bool]) -> None:
        """Wait for what the bot does by itself."""
        async with asyncio.timeout(30):
            while not holds(str(await self.chat())):
                await asyncio.sleep(0.1)

    async def post(self, words: str) -> dict[str, Any]:
        """The newest message of the bot's with these words."""
        await self.until(lambda said: words in said)
        await self.olive.catches_up()
        said = [one for one in await self.chat() if words in one.get("text", "")]
        return said[-1]


async def gather(owner: Person, nell: Person, **more: Any) -> Office:
    body = {"title": "Office", "members": [owner.id, nell.id], **more}
    async with owner.session.post(f"{owner.address}/groups", json=body) as answer:
        made = await answer.json()
    await owner.catches_up()
    return Office(made["id"], owner, nell)


@pytest.fixture(params=[True, False], ids=["topics", "plain"])
async def office(
    request: pytest.FixtureRequest, stage: Stage, owner: Person, arrives: Arrives
) -> Office:
    nell = await arrives("Nell")
    await owner.says("/start")
    return await gather(owner, nell, topics=request.param)


async def test_a_message_is_posted_when_the_one_before_was_erased(
    office: Office, ada: Person, arrives: Arrives
) -> None:
    """Its number was the newest."""
    await office.olive.says("/inbox", chat_id=office.id)
    await asks(ada, "Can I help you on Saturday?")
    await office.post("Can I help you on Saturday?")
    await ada.says("/forget")
    await ada.taps("Yes")
    await asks(await arrives("Bob"), "Where do we meet?")
    await office.post("Where do we meet?")


async def test_a_message_is_posted_and_a_reply_is_the_answer(
    stage: Stage, office: Office, ada: Person
) -> None:
    olive = office.olive
    linked = await olive.says("/inbox", chat_id=office.id)
    assert "now come here" in linked.text
    await asks(ada, "Can I help you on Saturday?")
    post = await office.post("Can I help you on Saturday?")
    assert "Ada writes" in post["text"]
    assert "Lovelace" not in str(await office.chat())
    done = await olive.says("Yes, gladly.", chat_id=office.id, reply_to=post["message_id"])
    assert "on its way to Ada" in done.text
    assert "Yes, gladly." in await hears(ada, "has answered you")
    assert await waiting(stage) == 0
    assert await kept(stage) == [
        ("Can I help you on Saturday?", None),
        ("Yes, gladly.", olive.id),
    ]


async def test_what_waits_when_the_group_is_linked_is_posted_too(
    stage: Stage, office: Office, ada: Person
) -> None:
    await asks(ada, "Was anybody there before?")
    await office.olive.catches_up()
    await office.olive.says("/inbox", chat_id=office.id)
    await office.post("Was anybody there before?")


async def test_who_does_not_work_here_answers_nobody_and_links_nothing(
    stage: Stage, office: Office, ada: Person
) -> None:
    nell = office.nell
    await nell.catches_up()
    card = await nell.says("/inbox", chat_id=office.id)
    assert "now come here" not in card.text
    await office.olive.catches_up()
    await office.olive.says("/inbox", chat_id=office.id)
    await asks(ada, "Do you keep this to yourselves?")
    post = await office.post("keep this to yourselves")
    await nell.catches_up()
    told = await nell.says("No.", chat_id=office.id, reply_to=post["message_id"])
    assert "Only the campaign’s editors and owners" in told.text
    for data in ("inbox:do:1:1:close", "inbox:group:1", "inbox:do:1:1:add"):
        body = {"message_id": post["message_id"], "data": data, "chat_id": office.id}
        await nell._post("taps", json=body)
        assert "editors and owners" in (await nell.reads()).toast
    assert await kept(stage) == [("Do you keep this to yourselves?", None)]
    async with stage.database.reading() as db:
        people = list(await db.scalars(select(tables.supporters.c.telegram_id)))
        assert await inbox.group_of(db, 1) is not None
    assert nell.id not in people, "nothing is kept of members of the group"


async def test_talk_among_the_staff_is_no_answer(stage: Stage, office: Office, ada: Person) -> None:
    olive = office.olive
    await olive.says("/inbox", chat_id=office.id)
    await asks(ada, "What do you think of me?")
    post = await office.post("What do you think of me?")
    topic = {"topic": post["message_thread_id"]} if "message_thread_id" in post else {}
    await olive.writes("Is that the one who shouted?", chat_id=office.id, **topic)
    assert await olive.hears_nothing()
    assert len(await kept(stage)) == 1


async def test_a_command_is_no_answer(stage: Stage, office: Office, ada: Person) -> None:
    """Above all not the one that the group does not see."""
    olive = office.olive
    await olive.says("/inbox", chat_id=office.id)
    await asks(ada, "What do you think of me?")
    post = await office.post("What do you think of me?")
    for command in ("/sign", "/petition@clamour_bot"):
        card = await olive.says(command, chat_id=office.id, reply_to=post["message_id"])
        assert "✍️ Sign" in card.buttons
    assert len(await kept(stage)) == 1


async def test_the_second_reply_is_held_back_and_may_be_sent_too(
    stage: Stage, office: Office, ada: Person, eddie: Person
) -> None:
    olive = office.olive
    await olive.says("/inbox", chat_id=office.id)
    await asks(ada, "Where do we meet, please?")
    post = await office.post("Where do we meet, please?")
    await eddie.says("/inbox")
    await eddie.taps("1 · Ada")
    await eddie.taps("Answer")
    await eddie.says("At the station.")
    await olive.catches_up()
    told = await olive.says("At noon.", chat_id=office.id, reply_to=post["message_id"])
    assert "Eddie has already answered Ada" in told.text
    assert len(await kept(stage)) == 2
    message_id, data = told.button("Send mine too")
    body = {"message_id": message_id, "data": data, "chat_id": office.id}
    await olive._post("taps", json=body)
    assert "on its way" in (await olive.reads()).text
    await hears(ada, "At noon.")


async def test_who_is_erased_leaves_no_topic(stage: Stage, office: Office, ada: Person) -> None:
    olive = office.olive
    await olive.says("/inbox", chat_id=office.id)
    await asks(ada, "Nobody should ever read this.")
    post = await office.post("Nobody should ever read this.")
    await ada.says("/forget")
    await ada.taps("Yes")
    said = (
        await olive.says("Too late.", chat_id=office.id, reply_to=post["message_id"])
        if ("message_thread_id" not in post)
        else None
    )
    if said is not None:
        assert "isn’t here any more" in said.text
    else:
        await office.until(lambda said: "ever read this" not in said)


async def test_a_topic_that_staff_delete_is_opened_again(
    stage: Stage, owner: Person, arrives: Arrives, ada: Person
) -> None:
    await owner.says("/start")
    office = await gather(owner, await arrives("Nell"), topics=True)
    await owner.says("/inbox", chat_id=office.id)
    await asks(ada, "The first question of all?")
    post = await office.post("The first question of all?")
    bot = stage.telegram.world.main_bot()
    for number, one in list(stage.telegram.world.messages(bot, office.id).items()):
        if one.content.get("message_thread_id") == post["message_thread_id"]:
            stage.telegram.world.delete_message(bot, office.id, number)
    await owner.catches_up()
    await asks(ada, "The second question of all?")
    again = await office.post("The second question of all?")
    assert again["message_thread_id"] != post["message_thread_id"]


async def test_a_group_that_cannot_be_written_to_is_unlinked_and_staff_hear_it(
    stage: Stage, office: Office, ada: Person
) -> None:
    olive = office.olive
    await olive.says("/inbox", chat_id=office.id)
    del stage.telegram.world.groups[office.id]
    await asks(ada, "Is there still anybody?")
    assert "can’t write to your group" in await hears(olive, "your group")
    async with stage.database.reading() as db:
        assert await inbox.group_of(db, 1) is None
    assert "still anybody" in (await olive.says("/inbox")).text
