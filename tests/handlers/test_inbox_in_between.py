"""Promises of the inbox when something changes in between: another group, a role that ends, a form
that is open."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from campaign import erasure
from campaign import inbox as domain
from storage import inbox, staff, supporters, tables
from tests.handlers import test_inbox
from tests.handlers.routes_harness import BOT, NOW, message
from tests.handlers.test_inbox import ADA, EDITOR, OWNER, PHOTO, Desk, to

FIRST, SECOND = -1005, -1006

desk = test_inbox.desk


async def links(desk: Desk, chat: int, *, has_topics: bool = False) -> None:
    """An owner sends /inbox in a group."""
    sent = message(OWNER, text="/inbox", group=True)
    office = {"id": chat, "type": "supergroup", "title": "Office", "is_forum": has_topics}
    sent["chat"] = office
    await desk.doors.comes({"message": sent})


async def writes_back(desk: Desk, words: str) -> None:
    """Ada replies to an answer that she has got."""
    back = {"text": "Write back", "callback_data": f"write:{desk.doors.petition.id}:back"}
    under = message(ADA, text="x") | {"from": BOT, "reply_markup": {"inline_keyboard": [[back]]}}
    await desk.doors.comes({"message": message(ADA, text=words, reply_to_message=under)})


async def place_of(desk: Desk, who: int) -> tuple[str, str]:
    """In the middle of what somebody is."""
    dialogs = tables.dialogs.c
    async with desk.database.reading() as db:
        found = await supporters.by_telegram_id(db, who)
        assert found is not None
        wanted = select(dialogs.flow, dialogs.step).where(dialogs.supporter_id == found.id)
        flow, step = (await db.execute(wanted)).one()
    return flow, step


async def test_what_is_queued_is_not_posted_in_a_group_that_reads_along_no_longer(
    desk: Desk,
) -> None:
    await links(desk, FIRST)
    await desk.passes_on(ADA, "A secret of mine.")
    await links(desk, SECOND)
    arrived = await desk.arrives()
    assert to(FIRST, arrived) == []
    assert len(to(SECOND, arrived)) == 1


async def test_a_group_that_refuses_later_does_not_unlink_the_one_after_it(desk: Desk) -> None:
    campaign_id = desk.doors.petition.id
    await links(desk, SECOND)
    async with desk.database.transaction() as db:
        await domain.not_posted(db, campaign_id, FIRST, now=NOW)
        assert await inbox.group_of(db, campaign_id) is not None
        await domain.not_posted(db, campaign_id, SECOND, now=NOW)
        assert await inbox.group_of(db, campaign_id) is None


async def test_a_group_that_is_linked_again_gets_what_waits(desk: Desk) -> None:
    await links(desk, FIRST)
    await desk.passes_on(ADA, "A question.")
    assert len(to(FIRST, await desk.arrives())) == 1
    await links(desk, FIRST)
    assert "follow" not in desk.said_last()
    assert to(FIRST, await desk.arrives()) == []
    await desk.doors.taps(OWNER, f"inbox:group:{desk.doors.petition.id}")
    await links(desk, FIRST)
    assert "their messages follow" in desk.said_last()
    assert len(to(FIRST, await desk.arrives())) == 1


async def test_what_is_queued_goes_with_a_group_that_becomes_a_supergroup(desk: Desk) -> None:
    await links(desk, FIRST)
    await desk.passes_on(ADA, "A question.")
    grown = message(EDITOR, group=True, migrate_to_chat_id=SECOND)
    grown["chat"] = {"id": FIRST, "type": "group", "title": "Office"}
    await desk.doors.comes({"message": grown})
    assert len(to(SECOND, await desk.arrives())) == 1


@pytest.mark.parametrize("why", ["TOPIC_CLOSED", "TOPIC_DELETED", "message thread not found"])
async def test_a_topic_that_takes_nothing_any_more_does_not_unlink_the_group(
    desk: Desk, why: str
) -> None:
    await links(desk, FIRST, has_topics=True)
    await desk.passes_on(ADA, "A question.")
    async with desk.database.transaction() as db:
        await inbox.set_topic(db, 1, 70)
    may_not = {"description": "Bad Request: not enough rights to create a topic"}
    desk.doors.telegram.refusals["createForumTopic"] = [may_not]
    desk.doors.telegram.refusals["sendMessage"] = [{"description": f"Bad Request: {why}"}]
    await desk.arrives()
    desk.now += timedelta(seconds=10)
    assert len(to(FIRST, await desk.arrives())) == 1
    async with desk.database.reading() as db:
        assert await inbox.group_of(db, desk.doors.petition.id) is not None


async def test_a_group_of_which_no_topic_takes_anything_is_unlinked(desk: Desk) -> None:
    await links(desk, FIRST, has_topics=True)
    await desk.passes_on(ADA, "A question.")
    refusals = desk.doors.telegram.refusals
    refusals["createForumTopic"] = [{"description": "Bad Request: not enough rights"}] * 9
    refusals["sendMessage"] = [{"description": "Bad Request: TOPIC_CLOSED"}] * 2
    await desk.arrives()
    async with desk.database.reading() as db:
        assert await inbox.group_of(db, desk.doors.petition.id) is None


async def test_who_is_erased_while_their_topic_is_opened_leaves_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly(*_: object) -> int:
        async with desk.database.transaction() as db:
            ada = await supporters.by_telegram_id(db, ADA)
            assert ada is not None
            await erasure.erase(db, ada, now=NOW)
        return 70

    await links(desk, FIRST, has_topics=True)
    await desk.passes_on(ADA, "A secret of mine.")
    monkeypatch.setattr("bot.jobs.inbox_topics.open_topic", slowly)
    assert to(FIRST, await desk.arrives()) == []
    deleted = [given for method, given in desk.doors.telegram.said if method == "deleteForumTopic"]
    assert [one["message_thread_id"] for one in deleted] == [70]


@pytest.mark.parametrize("is_held", [False, True])
@pytest.mark.parametrize(
    "content",
    [{"text": "Hello?"}, {"voice": {**PHOTO[0], "duration": 1}}],
    ids=["a text", "a voice message"],
)
async def test_who_may_answer_no_longer_is_in_the_middle_of_nothing(
    desk: Desk, is_held: bool, content: dict[str, Any]
) -> None:
    await desk.passes_on(ADA, "A secret of mine.")
    await desk.doors.taps(EDITOR, "inbox:do:1:0:answer")
    if is_held:
        async with desk.database.transaction() as db:
            await domain.answer(db, 1, "A colleague's.", by=OWNER, seen=99, now=NOW)
        await desk.doors.says(EDITOR, "Mine.")
        assert await place_of(desk, EDITOR) == ("inbox", "held")
    async with desk.database.transaction() as db:
        for one in await staff.all(db):
            if one.telegram_id == EDITOR:
                await staff.remove(db, one.id)
    await desk.doors.comes({"message": message(EDITOR, **content)})
    assert (await place_of(desk, EDITOR))[0] != "inbox"
    assert "secret" not in desk.said_last()


async def test_a_reply_that_has_to_wait_does_not_take_anybody_out_of_a_form(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> timedelta:
        return timedelta(minutes=5)

    await desk.doors.taps(ADA, f"sign:{desk.doors.petition.id}")
    before = await place_of(desk, ADA)
    assert before[0] == "sign"
    monkeypatch.setattr("campaign.request_limits.take_message", full)
    await writes_back(desk, "My reply.")
    assert "then send it again" in desk.said_last()
    assert await place_of(desk, ADA) == before


async def test_a_reply_does_not_lose_what_is_offered_to_be_passed_on(desk: Desk) -> None:
    await desk.doors.says(ADA, "Something that answers nothing")
    before = await place_of(desk, ADA)
    await writes_back(desk, "My reply.")
    assert await desk.kept() == ["My reply."]
    assert await place_of(desk, ADA) == before == ("write", "offered")


@pytest.mark.parametrize("desk", ["postgresql"], indirect=True)
async def test_who_writes_while_their_old_messages_are_deleted_is_heard(desk: Desk) -> None:
    await desk.passes_on(ADA, "An old question.")
    async with desk.database.transaction() as db:
        await db.execute(tables.inbox_messages.delete())
        found = await inbox.locked(db, 1)
        assert found is not None
        writing = asyncio.create_task(desk.passes_on(ADA, "A new question."))
        async with asyncio.timeout(30):
            while not await _waits_for_a_lock(desk):
                await asyncio.sleep(0)
        await inbox.drop(db, [1])
    await writing
    assert await desk.kept() == ["A new question."]
    assert await desk.waiting() == 1


async def _waits_for_a_lock(desk: Desk) -> bool:
    async with desk.database.reading() as db:
        wanted = text("select count(*) from pg_locks where not granted")
        return bool(await db.scalar(wanted))


async def test_what_nobody_can_see_is_no_message_and_no_answer(desk: Desk) -> None:
    await desk.passes_on(ADA, "\u200b \u2800")
    assert "couldn’t see any words" in desk.said_last()
    assert await place_of(desk, ADA) == ("write", "asked")
    await desk.doors.says(ADA, "Where is it?")
    await desk.answers(EDITOR, "\u2060")
    assert "couldn’t see any words" in desk.said_last()
    await desk.doors.says(EDITOR, "Here.")
    assert await desk.kept() == ["Where is it?", "Here."]
