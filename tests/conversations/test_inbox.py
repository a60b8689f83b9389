"""Promises to people who write to a campaign, and to staff who answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import audit, inbox, staff, supporters, tables
from tests.conversations.test_one_more_step import presses, signs
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage


async def asks(person: Person, words: str) -> Answer:
    """Write something that answers nothing, and have it passed on."""
    await person.says("/start")
    asked = await person.says(words)
    assert "pass it on to the campaign" in asked.text
    return await person.taps("Yes, pass it on")


async def kept(stage: Stage) -> list[tuple[str, int | None]]:
    async with stage.database.reading() as db:
        messages = tables.inbox_messages.c
        rows = await db.execute(select(messages.words, messages.answered_by).order_by(messages.id))
        return [(words, by) for words, by in rows]


async def waiting(stage: Stage) -> int:
    async with stage.database.reading() as db:
        return await inbox.count_waiting(db, 1)


async def hears(person: Person, words: str) -> str:
    """The newest message that holds these words."""
    found = [one["text"] for one in await person.chat() if words in one.get("text", "")]
    assert found, [one.get("text") for one in await person.chat()][-3:]
    return str(found[-1])


async def test_what_answers_nothing_is_passed_on_after_one_question_and_answered(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    sent = await asks(ada, "Can I sign for my mother?")
    assert "Passed on to the campaign" in sent.text
    assert await waiting(stage) == 1
    listed = await owner.says("/inbox")
    assert "Can I sign for my mother?" in listed.text
    assert "Lovelace" not in listed.text
    await owner.taps("1 · Ada")
    assert "Lovelace" not in owner.last.text
    await owner.taps("Answer")
    done = await owner.says("Only she can, but you can help her. https://example.org/how")
    assert "on its way to Ada" in done.text
    answer = await hears(ada, "The campaign has answered you")
    assert "https://example.org/how" in answer
    assert "Olive" not in answer
    assert await waiting(stage) == 0
    async with stage.database.reading() as db:
        newest = (await audit.latest(db, 1))[0]
    assert newest.action == "inbox.answered"
    assert "mother" not in str(newest)


async def test_a_no_passes_nothing_on_and_several_messages_are_passed_on_together(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/start")
    await ada.says("I moved house.")
    assert "your 2 messages" in (await ada.says("Does my postcode matter?")).text
    first = [one for one in await ada.chat() if one.get("out")][-2]["message_id"]
    assert "your 2 messages" in (await ada.edits_last(first, "I moved house in May.")).text
    await ada.taps("Yes, pass it on")
    assert await kept(stage) == [("I moved house in May.\n\nDoes my postcode matter?", None)]
    await ada.says("Never mind that one thing.")
    assert "haven’t passed anything on" in (await ada.taps("No, thanks")).text
    assert len(await kept(stage)) == 1


async def test_the_button_asks_and_the_next_text_goes_to_the_campaign(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/start")
    await ada.taps("Read more")
    asked = await ada.taps("Write to us")
    assert "your first name (Ada)" in asked.text
    assert "90 days" in asked.text
    again = await ada.sends(sticker=True)
    assert "only read words" in again.text
    assert "Write to the campaign" in again.text
    assert "Passed on" in (await ada.says("Who pays for this?")).text
    assert await kept(stage) == [("Who pays for this?", None)]


async def test_a_word_that_is_a_command_is_never_taken_for_a_message(
    stage: Stage, ada: Person
) -> None:
    await signs(ada)
    await ada.says("/help")
    await ada.taps("Write to us")
    assert "messages" in (await ada.says("stop")).text
    assert await kept(stage) == []


async def test_the_conversation_goes_on_by_replying_to_the_answer(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    await asks(ada, "First question, please?")
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    shown = owner.last.messages[-1]["message_id"]
    assert "on its way" in (await owner.says("First answer.", reply_to=shown)).text
    await hears(ada, "First answer.")
    answered = [one for one in await ada.chat() if "First answer." in one.get("text", "")][-1]
    assert "Passed on" in (await ada.says("And if not?", reply_to=answered["message_id"])).text
    assert await waiting(stage) == 1
    await ada.taps("Write back", on=None)
    assert "Passed on" in (await ada.says("One more thing.")).text
    assert [words for words, _ in await kept(stage)] == [
        *("First question, please?", "First answer."),
        *("And if not?", "One more thing."),
    ]


async def test_the_second_who_answers_reads_the_first_answer_and_may_still_add(
    stage: Stage, owner: Person, eddie: Person, ada: Person
) -> None:
    await owner.says("/start")
    await asks(ada, "When is the march?")
    for one in (owner, eddie):
        await one.says("/inbox")
        await one.taps("1 · Ada")
        await one.taps("Answer")
    await owner.says("On Saturday.")
    told = await eddie.says("Saturday at noon.")
    assert "Olive has already answered Ada" in told.text
    assert "On Saturday." in told.text
    assert "Saturday at noon." in told.text
    assert len(await kept(stage)) == 2
    assert "on its way" in (await eddie.taps("Send mine too")).text
    await hears(ada, "On Saturday.")
    await hears(ada, "Saturday at noon.")


async def test_closing_needs_no_answer_and_what_comes_later_waits_again(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    await asks(ada, "Thank you all so much for this work!")
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    old = owner.last
    await asks(ada, "One more question though?")
    assert "earlier question" in (await owner.taps("Close", on=old)).toast
    assert await waiting(stage) == 1
    assert "Nobody is waiting" in (await owner.taps("Close")).toast
    assert await waiting(stage) == 0
    await asks(ada, "Hello there again, me.")
    assert await waiting(stage) == 1


async def test_who_is_blocked_cannot_write_and_is_told_where_else(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    await asks(ada, "Buy my wonderful watches!")
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    await owner.taps("Block")
    assert "blocked" in (await owner.taps("Block this account")).text
    assert await waiting(stage) == 0
    await ada.says("Cheap watches for everyone!")
    assert "can’t pass on" in (await ada.taps("Yes, pass it on")).text
    assert len(await kept(stage)) == 1
    await owner.taps("Unblock")
    assert "Passed on" in (await asks(ada, "Sorry about that, truly.")).text


async def test_who_writes_very_often_waits_and_loses_nothing(stage: Stage, ada: Person) -> None:
    with ada.in_a_hurry():
        for place in range(10):
            await asks(ada, f"Question number {place} of mine?")
        await ada.says("The eleventh question of mine?")
        told = await ada.taps("Yes, pass it on")
    assert "a lot of messages" in told.text
    assert len(await kept(stage)) == 10
    assert "Yes, pass it on" in told.buttons


async def test_who_is_erased_is_not_answered_and_staff_hear_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    await asks(ada, "My secret question is this.")
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    await owner.taps("Answer")
    await ada.says("/forget")
    await ada.taps("Yes")
    gone = await owner.says("My long and careful answer.")
    assert "isn’t here any more" in gone.text
    assert await kept(stage) == []
    assert "careful" not in str([one.get("text") for one in await ada.chat()])
    async with stage.database.reading() as db:
        assert not list(await db.execute(select(tables.inbox_conversations)))


async def test_staff_hear_that_an_answer_could_not_be_delivered(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    await asks(ada, "Will you ever read this?")
    await ada.blocks()
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    await owner.taps("Answer")
    await owner.says("We do.")
    told = await hears(owner, "couldn’t be delivered")
    assert "We do." in told
    await owner.says("/inbox")
    await owner.taps("Answered or closed")
    assert "not delivered" in (await owner.taps("1 · Ada")).text


async def test_the_inbox_is_for_editors_and_owners_of_the_campaign(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await asks(ada, "My very secret question?")
    victor = await arrives("Victor")
    for role in (None, "viewer"):
        await victor.says("/start")
        if role:
            async with stage.database.transaction() as db:
                await staff.upsert(db, victor.id, role, datetime.now(UTC))
        refused = "Owners and editors do that" if role else "I don’t know"
        assert refused in (await victor.says("/inbox")).text
        await victor.says("/start")
        for data in (
            *("inbox:1:waiting:0", "inbox:open:1", "inbox:do:1:1:answer", "inbox:do:1:1:close"),
            *("inbox:do:1:1:block", "inbox:group:1"),
        ):
            assert "secret" not in (await presses(victor, data)).text
    assert await waiting(stage) == 1


async def test_an_editor_blocks_nobody(stage: Stage, eddie: Person, ada: Person) -> None:
    await asks(ada, "A question to Eddie, perhaps?")
    await eddie.says("/inbox")
    shown = await eddie.taps("1 · Ada")
    assert "Block" not in shown.buttons
    await presses(eddie, "inbox:do:1:1:block")
    assert "Passed on" in (await asks(ada, "Am I still heard here?")).text


async def test_my_data_holds_the_conversation(stage: Stage, owner: Person, ada: Person) -> None:
    await owner.says("/start")
    await asks(ada, "Where is my data, then?")
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    await owner.says("Here.", reply_to=owner.last.messages[-1]["message_id"])
    async with stage.database.reading() as db:
        me = await supporters.by_telegram_id(db, ada.id)
    assert me is not None
    from campaign import my_data

    async with stage.database.transaction() as db:
        held: Any = await my_data.collect(db, me, now=datetime.now(UTC))
    assert [row["words"] for row in held["inbox_messages"]] == ["Where is my data, then?", "Here."]
    assert "answered_by" not in held["inbox_messages"][0]


@pytest.mark.parametrize("said", ["/inbox"])
async def test_an_empty_inbox_says_so(stage: Stage, owner: Person, said: str) -> None:
    assert "Nobody is waiting" in (await owner.says(said)).text


async def test_who_walks_away_from_the_question_is_asked_again_before_anything_is_passed_on(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/help")
    await ada.taps("Write to us")
    real = stage.services.clock
    stage.services.clock = lambda: real() + timedelta(minutes=16)
    assert "pass it on to the campaign" in (await ada.says("What was I about to do?")).text
    assert await kept(stage) == []


async def test_what_is_added_goes_to_the_campaign_at_once(stage: Stage, ada: Person) -> None:
    await asks(ada, "The first half of my thought.")
    await ada.taps("Write more")
    assert "Passed on" in (await ada.says("And the second half.")).text
    assert len(await kept(stage)) == 2


async def test_an_edit_of_a_reply_changes_no_draft_and_no_answer_of_a_form(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    await asks(ada, "Where do we meet, please?")
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    shown = owner.last.messages[-1]["message_id"]
    await presses(owner, "upd:new:1:news")
    await owner.says("A draft for everybody.")
    await owner.says("At the station, Ada.", reply_to=shown)
    mine = [one for one in await owner.chat() if one.get("out")][-1]["message_id"]
    assert "send it again" in (await owner.edits_last(mine, "At the bridge, Ada.")).text
    async with stage.database.reading() as db:
        contents = str(list(await db.scalars(select(tables.broadcasts.c.content))))
    assert "draft for everybody" in contents
    assert "bridge" not in contents

    await hears(ada, "At the station")
    answered = [one for one in await ada.chat() if "At the station" in one.get("text", "")][-1]
    await ada.says("/sign")
    await ada.says("Which of the two?", reply_to=answered["message_id"])
    mine = [one for one in await ada.chat() if one.get("out")][-1]["message_id"]
    assert "send it again" in (await ada.edits_last(mine, "Mary Shelley")).text
    async with stage.database.reading() as db:
        assert "Shelley" not in str(list(await db.scalars(select(tables.dialogs.c.answers))))


async def test_staff_who_write_before_they_say_what_it_is_are_shown_where_to_write(
    stage: Stage, owner: Person
) -> None:
    await owner.says("/start")
    told = await owner.says("We are in the paper today, page 4")
    assert "For the subscribers of" in told.text
    assert "For the inbox: tap Yes, pass it on" in told.text
    assert "What would you like to tell people" in (await owner.taps("Write an update")).text


async def test_an_answer_that_telegram_would_refuse_for_its_emoji_is_not_taken(
    stage: Stage, ada: Person, owner: Person
) -> None:
    await asks(ada, "May I bring a flag?")
    await owner.says("/inbox")
    await owner.taps("1 · Ada")
    await owner.taps("Answer")
    too_long = await owner.says("🏁" * 1_600)
    assert "3,000" in too_long.text
    await owner.says("🏁" * 1_500)
    assert "🏁" * 1_500 in (await ada.reads()).text
