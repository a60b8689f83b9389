"""Promises about decisions: staff asked once, slipped dates told, the outcome ends it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage.tables import notifications
from tests.conversations.broadcast_steps import has_seen_the_end, listens, sends, shows
from tests.conversations.timeline_steps import (
    DAY_BEFORE,
    MORNING_AFTER,
    NOW,
    WHAT,
    adds,
    expected,
    goes_on,
    kept,
    saves,
    settles,
)
from tests.e2e.people import Arrives, Person
from tests.stage.bot import OWNER
from tests.stage.stage import Stage, Telegram


async def test_a_range_of_days_is_understood_and_told(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await adds(owner, "A decision", "The MPA", WHAT)
    assert "couldn’t read that" in (await owner.says("soon")).text
    assert "has passed" in (await owner.says("1 November")).text
    await goes_on(owner, "16 to 18 November", "‹Skip›", "‹Skip›")
    assert "Expected between 16 November 2009 and 18 November 2009" in owner.last.text
    draft = await saves(owner)
    assert "A decision is expected between 16 November 2009 and 18 November 2009" in draft.text
    assert "Disgwylir penderfyniad rhwng 16 Tachwedd 2009 a 18 Tachwedd 2009" in draft.text
    await sends(owner)
    assert WHAT in (await ada.reads()).text


async def test_staff_are_asked_once_when_the_last_day_has_passed_without_news(
    stage: Stage, owner: Person, eddie: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    await expected(owner)
    stage.clock_shows(MORNING_AFTER - timedelta(minutes=1))
    await settles(stage)
    assert await eddie.hears_nothing(0.1)
    stage.clock_shows(MORNING_AFTER)
    for person in (owner, eddie):
        asked = await person.reads()
        assert "Has it been announced?" in asked.text
        assert list(asked.buttons) == [
            "It’s been announced",
            "It’s been postponed",
            "Still waiting",
        ]
    stage.clock_shows(MORNING_AFTER + timedelta(days=3))
    assert await eddie.hears_nothing(0.5)
    async with stage.database.reading() as db:
        told = await db.scalar(select(func.count()).select_from(notifications))
    assert told == 2


async def test_nothing_was_announced_goes_out_only_when_staff_send_it_and_they_are_asked_again(
    stage: Stage, owner: Person, eddie: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await expected(owner)
    stage.clock_shows(MORNING_AFTER)
    asked, his = await owner.reads(), await eddie.reads()
    draft = await owner.taps("Still waiting", on=asked)
    assert "Nothing has been announced yet" in draft.text
    assert await ada.hears_nothing(0.2)
    late = await eddie.taps("Still waiting", on=his)
    assert "Nothing has been announced yet" not in late.text
    assert WHAT in late.text, "how it stands, because a colleague has answered"
    await sends(owner)
    assert "Nothing has been announced yet" in (await ada.reads()).text
    stage.clock_shows(MORNING_AFTER + timedelta(days=7) - timedelta(seconds=1))
    await settles(stage)
    assert (await kept(stage)).state == "expected"
    stage.clock_shows(MORNING_AFTER + timedelta(days=7))
    assert "Has it been announced?" in (await eddie.reads()).text


async def test_a_slipped_date_is_kept_and_told_and_the_outcome_ends_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await expected(owner)
    await ada.says("/timeline")
    await ada.taps("☐ Remind me")
    stage.clock_shows(DAY_BEFORE)
    await shows(ada, "You asked me to remind you")
    stage.clock_shows(MORNING_AFTER)
    asked = await owner.reads()
    assert "expected now" in (await owner.taps("It’s been postponed", on=asked)).text
    looked = await owner.says("8 December")
    assert "Expected on 8 December 2009" in looked.text
    draft = await saves(owner)
    assert "It’s now expected on 8 December 2009" in draft.text
    await sends(owner)
    await shows(ada, "The decision has been postponed")
    story = await ada.says("/timeline")
    assert "Expected on 8 December 2009" in story.text
    assert "Earlier, it was expected between 16 November 2009" in story.text
    assert "☐ Remind me the day before" in story.buttons, "the wish was for one message"
    stage.clock_shows(datetime(2009, 12, 9, 9, tzinfo=UTC))
    asked = await shows(owner, "Has it been announced?")
    await owner.taps("It’s been announced", on=asked)
    await owner.taps("We won in part")
    await goes_on(owner, "The unit stays, smaller.", "We watch the budget.", "‹Skip›", "‹Skip›")
    draft = await saves(owner)
    assert "The decision is in. We won in part." in draft.text
    assert "We watch the budget." in draft.text
    await sends(owner)
    await shows(ada, "The unit stays, smaller.")
    story = await ada.says("/timeline")
    assert "We won in part" in story.text
    assert "What comes next: We watch the budget." in story.text
    made = await kept(stage)
    assert (made.state, made.outcome, made.decided_on) == ("made", "partly", date(2009, 12, 9))
    again = await owner.taps("It’s been announced", on=asked)
    assert "We won in part" in again.text, "settled, and shown as it is"
    await has_seen_the_end(owner)
    stage.clock_shows(datetime(2010, 3, 1, 9, tzinfo=UTC))
    await settles(stage)
    assert await owner.hears_nothing(0.2)


async def test_a_decision_can_be_postponed_without_a_new_day(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner, "6 November")
    stage.clock_shows(datetime(2009, 11, 7, 9, tzinfo=UTC))
    asked = await owner.reads()
    await owner.taps("It’s been postponed", on=asked)
    assert "There’s no new date yet" in (await owner.taps("Skip")).text
    assert "There’s no new date yet" in (await saves(owner)).text
    assert "There’s no new date yet" in (await ada.says("/news")).text
    stage.clock_shows(datetime(2009, 11, 14, 9, tzinfo=UTC))
    assert "Has it been announced?" in (await shows(owner, "Has it been")).text


async def test_two_colleagues_who_announce_at_once_announce_once(
    stage: Stage, owner: Person, eddie: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner, "6 November")
    stage.clock_shows(datetime(2009, 11, 7, 9, tzinfo=UTC))
    for person in (owner, eddie):
        await person.taps("It’s been announced", on=await person.reads())
        await person.taps("We won")
        await goes_on(person, f"{person.first_name} says so.", "‹Skip›", "‹Skip›")
    await saves(owner)
    assert "already settled" in (await saves(eddie)).text
    assert (await kept(stage)).texts["en"]["means"] == "Olive says so."


async def test_a_decision_that_is_taken_out_asks_and_reminds_nobody(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner)
    await ada.says("/timeline")
    await ada.taps("☐ Remind me")
    await owner.says("/event")
    await owner.taps("All timeline entries")
    await owner.taps("A decision: ")
    await owner.taps("Remove from timeline")
    await owner.taps("Yes, remove it")
    for when in (DAY_BEFORE, MORNING_AFTER):
        stage.clock_shows(when)
        await settles(stage)
    assert await ada.hears_nothing(0.2)
    assert await owner.hears_nothing(0.1)
    assert (await kept(stage)).state == "dropped"


async def test_restarts_lose_no_question_and_ask_none_twice(tmp_path: Path) -> None:
    async with Telegram.open() as telegram:
        owner = await telegram.arrives("Olive", id=OWNER)
        async with Stage.on(telegram, tmp_path, now=NOW):
            await expected(owner, "6 November")
        for restart in range(3):
            now = datetime(2009, 11, 8 + restart, 3, tzinfo=UTC)
            async with Stage.on(telegram, tmp_path, now=now) as stage:
                if restart == 0:
                    assert "Has it been announced?" in (await owner.reads()).text
                await settles(stage)
                assert await owner.hears_nothing(0.2)


async def test_a_message_to_staff_that_telegram_did_not_take_is_sent_again(
    stage: Stage, owner: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner, "6 November")
    await stage.control("faults", kind="429", method="sendMessage", times=1, retry_after=1)
    stage.clock_shows(datetime(2009, 11, 7, 9, tzinfo=UTC))
    await asyncio.sleep(1.5)
    stage.clock_shows(datetime(2009, 11, 7, 9, 1, tzinfo=UTC))
    assert "Has it been announced?" in (await owner.reads()).text
    stage.clock_shows(datetime(2009, 11, 7, 9, 30, tzinfo=UTC))
    await settles(stage)
    assert await owner.hears_nothing(0.2)


async def test_a_question_whose_fate_is_unknown_comes_again_after_five_minutes(
    stage: Stage, owner: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner, "6 November")
    await stage.control("faults", kind="cut_before", method="sendMessage")
    stage.clock_shows(datetime(2009, 11, 7, 9, tzinfo=UTC))
    await asyncio.sleep(1.5)
    await stage.mends()
    stage.clock_shows(datetime(2009, 11, 7, 9, 6, tzinfo=UTC))
    assert "Has it been announced?" in (await owner.reads()).text
    stage.clock_shows(datetime(2009, 11, 7, 9, 30, tzinfo=UTC))
    await settles(stage)
    assert await owner.hears_nothing(0.2)


async def test_staff_who_have_blocked_the_bot_keep_nobody_else_from_being_asked(
    stage: Stage, owner: Person, eddie: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner, "6 November")
    assert owner.id == OWNER
    await owner.blocks()
    stage.clock_shows(datetime(2009, 11, 7, 9, tzinfo=UTC))
    assert "Has it been announced?" in (await eddie.reads()).text
    await settles(stage)
    async with stage.database.reading() as db:
        undone = select(func.count()).where(notifications.c.done_at.is_(None))
        assert await db.scalar(undone) == 0
