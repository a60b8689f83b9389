"""Promises of the inbox at its routes: what is forged, forwarded, edited or sent as an album, and a
bot that is killed between the question and the answer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.jobs.notifications import LEASE, Outbox
from bot.jobs.retention import run_due
from campaign import inbox as domain
from campaign.stats import morning
from messages import bot_texts
from storage import blocks, inbox, notifications, retention, staff, supporters, tables
from storage.database import Database
from tests import engines, migrated
from tests.campaign import petitions
from tests.folded import for_each
from tests.handlers.routes_harness import BOT, NOW, RoutesHarness, message, tap

ADA, BOB, EDITOR, OWNER, VIEWER = 501, 502, 601, 602, 603
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]


@dataclass
class Desk:
    """A campaign, people who write, and staff; on a database that outlives the bot.

    Attributes:
        now: what the bot's clock shows.
    """

    database: Database
    stack: AsyncExitStack
    doors: RoutesHarness
    now: datetime = NOW

    async def is_killed(self) -> None:
        """The process is gone, and another one begins with what is in the database."""
        await self.stack.aclose()
        made = RoutesHarness.to(self.database, self.doors.petition, lambda: self.now)
        self.doors = await self.stack.enter_async_context(made)
        self.doors.services.renderer = bot_texts()

    async def passes_on(self, who: int, words: str) -> None:
        await self.doors.taps(who, f"write:{self.doors.petition.id}:ask")
        await self.doors.says(who, words)

    async def answers(self, who: int, words: str, *, conversation: int = 1, seen: int = 99) -> None:
        await self.doors.taps(who, f"inbox:do:{conversation}:{seen}:answer")
        await self.doors.says(who, words)

    async def kept(self) -> list[str]:
        async with self.database.reading() as db:
            words = select(tables.inbox_messages.c.words).order_by(tables.inbox_messages.c.id)
            return list(await db.scalars(words))

    async def waiting(self) -> int:
        async with self.database.reading() as db:
            return await inbox.count_waiting(db, self.doors.petition.id)

    async def arrives(self) -> list[tuple[int, str]]:
        """What the outbox sends now: to whom, and what."""
        self.doors.telegram.said.clear()
        outbox = Outbox(self.doors.services, self.doors.application.bot)
        while await outbox.send_due():
            pass
        said = [one for method, one in self.doors.telegram.said if method == "sendMessage"]
        return [(int(one["chat_id"]), str(one["text"])) for one in said]

    def said_last(self) -> str:
        """The newest text that was shown."""
        return next(
            str(given["text"])
            for _, given in reversed(self.doors.telegram.said)
            if given.get("text")
        )


@pytest.fixture(params=engines.params())
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        database = await Database.open(url)
        petition = await petitions.published(database, "keep-the-unit", NOW)
        stack = AsyncExitStack()
        opened: list[Desk] = []
        made = RoutesHarness.to(database, petition, lambda: opened[0].now if opened else NOW)
        doors = await stack.enter_async_context(made)
        doors.services.renderer = bot_texts()
        opened.append(Desk(database, stack, doors))
        for who in (ADA, BOB, EDITOR, OWNER, VIEWER):
            await doors.says(who, "/start")
        async with database.transaction() as db:
            for who, role in ((EDITOR, "editor"), (OWNER, "owner"), (VIEWER, "viewer")):
                await staff.upsert(db, who, role, NOW, petition.id)
        try:
            yield opened[0]
        finally:
            await opened[0].stack.aclose()
            await database.close()


def to(who: int, arrived: list[tuple[int, str]]) -> list[str]:
    return [text for chat_id, text in arrived if chat_id == who]


async def test_killed_before_it_is_sent_the_answer_comes_once(desk: Desk) -> None:
    await desk.passes_on(ADA, "Where is it?")
    await desk.answers(EDITOR, "Here.")
    await desk.is_killed()
    assert [("Here." in one) for one in to(ADA, await desk.arrives())] == [True]
    await desk.is_killed()
    assert to(ADA, await desk.arrives()) == []


async def test_killed_while_it_is_sent_the_answer_comes_when_the_lease_is_over(desk: Desk) -> None:
    await desk.passes_on(ADA, "Where is it?")
    await desk.arrives()
    await desk.answers(EDITOR, "Here.")
    async with desk.database.transaction() as db:
        assert await notifications.claim(db, now=NOW, lost_before=NOW - LEASE, limit=9)
    await desk.is_killed()
    assert to(ADA, await desk.arrives()) == []
    desk.now += LEASE + timedelta(seconds=1)
    assert len(to(ADA, await desk.arrives())) == 1


async def test_an_answer_that_telegram_delivers_again_is_sent_once(desk: Desk) -> None:
    await desk.passes_on(ADA, "Where is it?")
    await desk.doors.taps(EDITOR, "inbox:do:1:99:answer")
    again = {"update_id": 900, "message": {**message(EDITOR, text="Here."), "message_id": 70}}
    await desk.doors.take(again)
    await desk.is_killed()
    await desk.doors.take(again)
    assert await desk.kept() == ["Where is it?", "Here."]
    assert len(to(ADA, await desk.arrives())) == 1


async def test_a_message_that_telegram_delivers_again_is_passed_on_once(desk: Desk) -> None:
    await desk.doors.taps(ADA, f"write:{desk.doors.petition.id}:ask")
    again = {"update_id": 901, "message": {**message(ADA, text="Hello?"), "message_id": 71}}
    for _ in range(2):
        await desk.doors.take(again)
        await desk.is_killed()
    assert await desk.kept() == ["Hello?"]


@for_each(
    "data",
    [
        *("inbox:{c}:waiting:0", "inbox:open:1", "inbox:open:1:9", "inbox:group:{c}"),
        *(f"inbox:do:1:9:{act}" for act in ("answer", "add", "drop", "close", "block", "unblock")),
    ],
)
async def test_nobody_but_editors_gets_anywhere(data: str, tmp_path: Path) -> None:
    async with RoutesHarness.open(tmp_path) as doors:
        doors.services.renderer = bot_texts()
        petition = doors.petition
        for who in (ADA, BOB, VIEWER):
            await doors.says(who, "/start")
        async with doors.services.database.transaction() as db:
            await staff.upsert(db, VIEWER, "viewer", NOW, petition.id)
        await doors.taps(ADA, f"write:{petition.id}:ask")
        await doors.says(ADA, "A secret of mine.")
        doors.telegram.said.clear()
        for who in (BOB, VIEWER):
            await doors.taps(who, data.format(c=petition.id))
            await doors.says(who, "An answer of nobody.")
        assert "secret" not in str(doors.telegram.said)
        async with doors.services.database.reading() as db:
            assert await inbox.count_waiting(db, petition.id) == 1
            assert len(list(await db.scalars(select(tables.inbox_messages.c.id)))) == 1


async def test_an_editor_of_another_campaign_gets_nowhere(desk: Desk) -> None:
    other = await petitions.published(desk.database, "another-one", NOW)
    async with desk.database.transaction() as db:
        await staff.upsert(db, BOB, "owner", NOW, other.id)
    await desk.passes_on(ADA, "A secret of mine.")
    desk.doors.telegram.said.clear()
    for data in ("inbox:open:1", "inbox:do:1:9:answer", "inbox:do:1:9:block"):
        await desk.doors.taps(BOB, data)
        await desk.doors.says(BOB, "An answer of nobody.")
    assert "secret" not in str(desk.doors.telegram.said)
    assert await desk.kept() == ["A secret of mine."]


async def test_staff_send_nothing_that_they_only_forward(desk: Desk) -> None:
    await desk.passes_on(ADA, "Where is it?")
    await desk.doors.taps(EDITOR, "inbox:do:1:99:answer")
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
    await desk.doors.comes(
        {"message": message(EDITOR, text="Private words.", forward_origin=origin)}
    )
    assert "forwarded" in desk.said_last()
    assert await desk.kept() == ["Where is it?"]
    await desk.doors.says(EDITOR, "Here.")
    assert await desk.kept() == ["Where is it?", "Here."]


async def test_whom_a_forwarded_message_is_from_is_not_kept(desk: Desk) -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody Else"}
    await desk.doors.taps(ADA, f"write:{desk.doors.petition.id}:ask")
    await desk.doors.comes({"message": message(ADA, text="Look.", forward_origin=origin)})
    assert await desk.kept() == ["Look."]
    await desk.doors.taps(EDITOR, "inbox:open:1")
    assert "Somebody" not in desk.said_last()


async def test_an_edit_of_what_has_been_sent_is_said_to_change_nothing(desk: Desk) -> None:
    for who, go in (
        (ADA, f"write:{desk.doors.petition.id}:ask"),
        (EDITOR, "inbox:do:1:99:answer"),
    ):
        await desk.doors.taps(who, go)
        sent = {**message(who, text=f"First words of {who}."), "message_id": 80 + who}
        await desk.doors.comes({"message": sent})
        edited = {**sent, "text": "Other words.", "edit_date": 2}
        await desk.doors.comes({"edited_message": edited})
        assert "send it again" in desk.said_last()
    assert await desk.kept() == [f"First words of {ADA}.", f"First words of {EDITOR}."]


@for_each("who", [ADA, EDITOR])
async def test_of_an_album_the_words_are_taken_and_the_rest_is_named_once(
    who: int, tmp_path: Path
) -> None:
    async with RoutesHarness.open(tmp_path) as doors:
        doors.services.renderer = bot_texts()
        petition = doors.petition
        for one in (ADA, EDITOR):
            await doors.says(one, "/start")
        async with doors.services.database.transaction() as db:
            await staff.upsert(db, EDITOR, "editor", NOW, petition.id)
        await doors.taps(ADA, f"write:{petition.id}:ask")
        if who == EDITOR:
            await doors.says(ADA, "A question.")
            await doors.taps(EDITOR, "inbox:do:1:99:answer")
        doors.telegram.said.clear()
        for number in range(4):
            album: dict[str, Any] = {"photo": PHOTO, "media_group_id": "g"}
            if number == 0:
                album["caption"] = "Words under it."
            sent = {**message(who, **album), "message_id": 90 + number}
            await doors.comes({"message": sent})
        said = [one for method, one in doors.telegram.said if method == "sendMessage"]
        assert len(said) == 1
        assert "only pass on words" in str(said[0]["text"])
        async with doors.services.database.reading() as db:
            words = select(tables.inbox_messages.c.words).order_by(tables.inbox_messages.c.id)
            assert list(await db.scalars(words))[-1] == "Words under it."


async def test_a_sticker_loses_nothing_that_was_written(desk: Desk) -> None:
    await desk.doors.says(ADA, "Something that answers nothing")
    await desk.doors.comes({"message": message(ADA, voice={**PHOTO[0], "duration": 1})})
    async with desk.database.reading() as db:
        ada = await supporters.by_telegram_id(db, ADA)
        assert ada is not None
        mine = tables.dialogs.c.supporter_id == ada.id
        serial = await db.scalar(select(tables.dialogs.c.serial).where(mine))
    await desk.doors.taps(ADA, f"write:{desk.doors.petition.id}:send:{serial}")
    assert await desk.kept() == ["Something that answers nothing"]


async def test_who_is_blocked_before_the_tap_is_told_kindly(desk: Desk) -> None:
    await desk.doors.taps(ADA, f"write:{desk.doors.petition.id}:ask")
    async with desk.database.transaction() as db:
        ada = await supporters.by_telegram_id(db, ADA)
        assert ada is not None
        await blocks.add(db, ada.id, desk.doors.petition.id, None, NOW)
    await desk.doors.says(ADA, "Hello?")
    assert "can’t pass on messages" in desk.said_last()
    assert await desk.kept() == []


async def test_messages_go_after_the_days_that_were_promised(desk: Desk) -> None:
    await desk.passes_on(ADA, "An old question.")
    desk.now += timedelta(days=80)
    await desk.passes_on(BOB, "A new question.")
    services = desk.doors.services
    await run_due(services)
    assert not services.erased.is_set()
    desk.now += timedelta(days=11)
    await run_due(services)
    assert services.erased.is_set(), "and then the disk is scrubbed"
    assert await desk.kept() == ["A new question."]
    assert await desk.waiting() == 1


async def test_what_is_never_passed_on_is_forgotten_after_two_days(desk: Desk) -> None:
    await desk.doors.says(ADA, "Something that answers nothing")
    async with desk.database.transaction() as db:
        await domain.drop_old(db, days=90, now=NOW + timedelta(days=1))
    assert "answers nothing" in await dialogs(desk)
    async with desk.database.transaction() as db:
        await domain.drop_old(db, days=90, now=NOW + timedelta(days=3))
    assert "answers nothing" not in await dialogs(desk)


async def dialogs(desk: Desk) -> str:
    async with desk.database.reading() as db:
        return str(list(await db.scalars(select(tables.dialogs.c.answers))))


async def test_messages_go_with_the_data_of_a_closed_campaign(desk: Desk) -> None:
    await desk.passes_on(ADA, "A question.")
    await desk.answers(EDITOR, "An answer.")
    async with desk.database.transaction() as db:
        await retention.drop_the_rest(db, desk.doors.petition.id)
    assert await desk.kept() == []
    assert await desk.waiting() == 0


async def test_staff_are_told_once_a_day_while_somebody_waits(desk: Desk) -> None:
    await desk.passes_on(ADA, "One.")
    assert len(to(EDITOR, await desk.arrives())) == 1
    for words in ("Two.", "Three."):
        await desk.passes_on(BOB, words)
    assert len(to(EDITOR, await desk.arrives())) == 1
    await desk.passes_on(BOB, "Four.")
    assert to(EDITOR, await desk.arrives()) == []
    desk.now += timedelta(days=1)
    await desk.passes_on(BOB, "Five.")
    told = to(EDITOR, await desk.arrives())
    assert len(told) == 1
    assert "Five" not in told[0], "what is written stands in the inbox alone"
    assert to(VIEWER, await desk.arrives()) == []


async def test_who_waits_is_in_the_morning_summary(desk: Desk) -> None:
    for who in (ADA, BOB):
        await desk.passes_on(who, "A question.")
    await desk.answers(EDITOR, "An answer.")
    async with desk.database.reading() as db:
        found = await morning.summary(db, desk.doors.petition, "en", now=NOW)
    assert found.waiting == await desk.waiting() == 1


def in_group(who: int, **content: Any) -> dict[str, Any]:
    """A reply in the group to what the bot has posted there."""
    keyboard = [[{"text": "Close", "callback_data": "inbox:do:1:1:close"}]]
    posted = {
        **message(who, group=True, text="Ada writes"),
        "from": BOT,
        "reply_markup": {"inline_keyboard": keyboard},
    }
    return {**message(who, group=True, **content), "reply_to_message": posted}


async def test_a_reply_in_the_group_that_comes_again_is_sent_once_and_told_once(desk: Desk) -> None:
    await desk.passes_on(ADA, "Where is it?")
    again = {"update_id": 902, "message": {**in_group(EDITOR, text="Here."), "message_id": 72}}
    await desk.doors.take(again)
    assert "on its way" in desk.said_last()
    await desk.is_killed()
    desk.doors.telegram.said.clear()
    await desk.doors.take(again)
    assert not desk.doors.telegram.said, "nobody's own chat is shown to the group"
    assert await desk.kept() == ["Where is it?", "Here."]
    assert len(to(ADA, await desk.arrives())) == 1


async def test_an_edited_reply_in_the_group_is_said_to_change_nothing(desk: Desk) -> None:
    await desk.passes_on(ADA, "Where is it?")
    await desk.doors.comes({"message": in_group(EDITOR, text="Here.")})
    edited = in_group(EDITOR, text="There.", edit_date=2)
    await desk.doors.comes({"edited_message": edited})
    assert "reply once more" in desk.said_last()
    assert await desk.kept() == ["Where is it?", "Here."]


async def test_a_message_that_only_looks_like_the_bots_is_not_replied_through(desk: Desk) -> None:
    await desk.passes_on(ADA, "Where is it?")
    forged = in_group(EDITOR, text="Here.")
    forged["reply_to_message"]["from"] = {"id": BOB, "is_bot": False, "first_name": "Bob"}
    await desk.doors.comes({"message": forged})
    private = {**forged, "chat": {"id": EDITOR, "type": "private"}}
    await desk.doors.comes({"message": private})
    assert await desk.kept() == ["Where is it?"]


async def test_forged_buttons_in_the_group_show_nothing_of_anybodys_own_chat(desk: Desk) -> None:
    await desk.passes_on(ADA, "A secret of mine.")
    for who in (BOB, VIEWER, EDITOR):
        desk.doors.telegram.said.clear()
        for data in (
            *("inbox:1:waiting:0", "inbox:open:1", "inbox:do:1:1:answer", "inbox:do:1:1:add"),
            *("inbox:do:1:1:block", "inbox:group:1", "inbox:nonsense", "inbox:do:9:1:close"),
        ):
            await desk.doors.comes(tap(who, data, group=True))
        shown = [text for method, given in desk.doors.telegram.said if (text := given.get("text"))]
        assert "secret" not in str(shown)
        assert "Signing takes" not in str(shown)
    assert await desk.kept() == ["A secret of mine."]
