"""Promises of the desk: staff who have read nothing find their way by its buttons alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.jobs import broadcast_progress
from storage import broadcasts, staff
from tests.conversations.broadcast_steps import ended, listens, sends, shows, writes
from tests.conversations.steered_clock import Clock
from tests.conversations.timeline_steps import adds, saves
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage, Telegram


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr("bot.background.SOON_SECONDS", 0.1)
    return Clock()


@pytest.fixture
async def stage(telegram: Telegram, clock: Clock, tmp_path: Path) -> AsyncIterator[Stage]:
    clock.put(datetime(2026, 11, 18, 12, tzinfo=UTC))  # a Wednesday
    async with Stage.on(telegram, tmp_path, clock=clock) as stage:
        yield stage


async def _begins(person: Person) -> None:
    """Come to the bot as anybody does."""
    await person.says("/start")


async def test_a_new_owner_finds_everything_by_the_buttons_of_the_desk(
    stage: Stage, owner: Person, ada: Person, clock: Clock
) -> None:
    """Write, preview, schedule, move and send an update, and find yesterday's numbers."""
    await listens(ada)
    clock.pass_(days=1)
    desk = await owner.says("/start")
    assert "Yesterday: 1 signature. Today so far: 0." in desk.text
    assert "Nothing is waiting for you" in desk.text

    await owner.taps("Write an update")
    await owner.taps("News")
    looked = await owner.says("Come to the town hall!")
    assert "as it will arrive" in looked.text
    await owner.taps("Send it later")
    await owner.says("tomorrow 9:00")
    planned = await owner.taps("Schedule for 1 person")
    assert "20 November 2026" in planned.text

    listed = await owner.taps("All updates")
    assert "Scheduled\n1. News: “Come to the town hall!”" in listed.text
    await owner.taps("Come to the town hall!")
    await owner.taps("Move it")
    asked = await owner.says("Friday 20:00")
    assert "New: 20 November 2026, 20:00" in asked.text
    moved = await owner.taps("Move it")
    assert "20:00" in moved.text

    await owner.taps("All updates")
    await owner.taps("Desk")
    weeks = await owner.taps("Coming weeks")
    assert "20:00 📨 News: Come to the town hall!" in weeks.text
    await owner.taps("Come to the town hall!")
    await owner.taps("Back to draft")
    await sends(owner)
    await shows(ada, "Come to the town hall!")
    await ended(stage)
    await owner.catches_up()

    await owner.says("/desk")
    await owner.taps("All updates")
    sent = await owner.taps("Come to the town hall!")
    assert "Sent: 1" in sent.text
    await owner.taps("All updates")
    await owner.taps("Desk")
    assert (await owner.taps("Numbers")).has_picture


async def test_staff_see_the_petition_as_supporters_do_by_a_button_or_a_link(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await owner.says("/start")
    assert "✍️ Sign" in (await owner.taps("See the petition")).buttons
    assert "✍️ Sign" in (await owner.says("/start keep-the-unit")).buttons
    assert "Your desk" not in (await ada.says("/start")).text
    assert "/desk" not in (await ada.says("/help")).text
    assert "don’t know" in (await ada.says("/desk")).text


async def test_what_the_bot_has_prepared_is_not_hidden_by_what_it_prepares_next(
    stage: Stage, owner: Person
) -> None:
    await adds(owner, "Somebody supports us", "A union", "‹Skip›", "‹Skip›")
    await saves(owner)
    await adds(owner, "Somebody supports us", "A second union", "‹Skip›", "‹Skip›")
    await saves(owner)
    listed = await owner.taps("‹ All updates")
    assert "Drafts\n1." in listed.text
    assert len([label for label in listed.buttons if label.startswith("📝")]) == 2
    for label in list(listed.buttons):
        if label.startswith("📝"):
            opened = await owner.taps(label, on=listed)
            assert "as it will arrive" in opened.text
    asked = await owner.says("/update")
    assert len([label for label in asked.buttons if label.startswith("📝")]) == 2


async def test_update_with_a_draft_open_asks_which_and_keeps_both(
    stage: Stage, owner: Person
) -> None:
    await writes(owner, "The first")
    asked = await owner.says("/update")
    assert "a draft that hasn’t been sent" in asked.text
    assert "I can’t tell where that should go" in (await owner.says("Is this a draft?")).text
    await owner.taps("An event", on=asked)
    await owner.says("The second")
    asked = await owner.says("/update")
    first = await owner.taps("The first", on=asked)
    assert "The first" in first.text
    assert "The second" in (await owner.taps("The second", on=asked)).text
    await owner.taps("Discard draft")
    left = await owner.says("/update")
    assert "📝 The first" in left.buttons
    assert "📝 The second" not in left.buttons


async def test_after_stopall_the_desk_shows_what_is_halted_and_it_keeps_its_time(
    stage: Stage, owner: Person, ada: Person, clock: Clock
) -> None:
    await listens(ada)
    await writes(owner, "On Friday")
    await owner.taps("Send it later")
    await owner.says("Friday 20:00")
    await owner.taps("Schedule for 1 person")
    await owner.says("/stopall")
    desk = await owner.says("/desk")
    assert "1 update is paused" in desk.text
    halted = await owner.taps("Paused updates (1)")
    assert "Paused" in halted.text
    goes_on = await owner.taps("Go on")
    assert "Scheduled for" in goes_on.text
    assert await ada.hears_nothing()
    clock.pass_(days=2, hours=9)
    stage.services.dispatch_woken.set()
    await shows(ada, "On Friday")


async def test_the_list_stays_where_the_progress_of_an_update_was_shown(
    stage: Stage, owner: Person, ada: Person
) -> None:
    """What is under way is shown in one message for as long as it goes on; the list is another."""
    await listens(ada)
    await writes(owner, "Tomorrow")
    await owner.taps("Send it later")
    await owner.says("tomorrow 9:00")
    planned = await owner.taps("Schedule for 1 person")
    listed = await owner.taps("All updates", on=planned)
    await owner.hears_nothing(broadcast_progress.PROGRESS_SECONDS + 1)
    shown = {one["message_id"]: one["text"] for one in await owner.chat() if "text" in one}
    assert "All updates" in shown[listed.messages[0]["message_id"]]
    assert "Scheduled for" in shown[planned.messages[0]["message_id"]]


async def test_a_move_is_not_made_until_it_is_confirmed(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "On Friday")
    await owner.taps("Send it later")
    await owner.says("Friday 20:00")
    sheet = await owner.taps("Schedule for 1 person")
    await owner.taps("Move it", on=sheet)
    assert "That time has passed" in (await owner.says("1 Jan 2020 9:00")).text
    await owner.sends(sticker=True)
    looked = await owner.says("Saturday 9:00")
    async with stage.database.reading() as db:
        (planned,) = await broadcasts.in_state(db, "scheduled")
    assert planned.due_at == datetime(2026, 11, 20, 20, tzinfo=UTC)
    await owner.says("/cancel")
    stale = await owner.taps("Move it", on=looked)
    assert stale.toast
    async with stage.database.reading() as db:
        (planned,) = await broadcasts.in_state(db, "scheduled")
    assert planned.due_at == datetime(2026, 11, 20, 20, tzinfo=UTC)
    await owner.taps("Move it", on=sheet)
    looked = await owner.says("Saturday 9:00")
    await owner.taps("Move it", on=looked)
    async with stage.database.reading() as db:
        (planned,) = await broadcasts.in_state(db, "scheduled")
    assert planned.due_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    there = {one["message_id"] for one in await owner.chat()}
    twice = await owner.taps("Move it", on=looked)
    assert twice.toast
    shown = {one["message_id"] for one in twice.messages}  # progress may be brought up to date
    assert shown <= there, "the update with its new time is there already"


async def test_a_copy_is_a_new_draft_and_a_discarded_draft_can_be_copied_back(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "Word for word")
    gone = await owner.taps("Discard draft")
    copied = await owner.taps("Copy it", on=gone)
    assert "Word for word" in copied.text
    await sends(owner)
    await shows(ada, "Word for word")
    async with stage.database.reading() as db:
        assert [one.status for one in await broadcasts.of_campaign(db, 1, 9)] in (
            ["done", "cancelled"],
            ["sending", "cancelled"],
        )


async def test_a_double_tap_begins_one_draft(stage: Stage, owner: Person) -> None:
    await owner.says("/update")
    kinds = owner.last
    for _ in range(2):
        await owner.taps("News", on=kinds)
    await owner.taps("A decision", on=kinds)
    await owner.says("We won")
    async with stage.database.reading() as db:
        drafts = await broadcasts.drafts(db, 1, 9)
    assert sorted(one.kind for one in drafts) == ["decision", "news"]


async def test_a_viewer_sees_numbers_and_nothing_to_send(stage: Stage, arrives: Arrives) -> None:
    vic = await arrives("Vic")
    await _begins(vic)
    async with stage.database.transaction() as db:
        await staff.upsert(db, vic.id, "viewer", datetime.now(UTC))
    desk = await vic.says("/start")
    assert "Yesterday: 0 signatures" in desk.text
    assert set(desk.buttons) == {"Numbers", "See the petition"}
    for name in ("updates", "weeks"):
        await vic.taps_data(desk.messages[0]["message_id"], f"desk:{name}:1:0")
        assert "All updates" not in vic.last.text
    assert "Owners and editors do that" in (await vic.says("/update")).text


async def test_lookalikes_wait_for_owners_only_and_help_is_by_role(
    stage: Stage, owner: Person, eddie: Person
) -> None:
    assert "Owners do that" in (await eddie.says("/handin")).text
    helped = (await eddie.says("/help")).text
    assert helped.index("/desk") < helped.index("/update –") < helped.index("/start –")
    assert "/handin" not in helped
    assert "/handin" in (await owner.says("/help")).text


async def test_every_list_that_fills_itself_leads_back_to_the_desk(
    stage: Stage, owner: Person
) -> None:
    for command in ("/comments", "/lookalikes", "/inbox"):
        await owner.says(command)
        assert "Your desk" in (await owner.taps("‹ Desk")).text, command
    await owner.says("/inbox")
    await owner.taps("Answered or closed")
    assert "Your desk" in (await owner.taps("‹ Desk")).text


async def test_the_desk_says_what_waits_for_the_end_of_quiet_hours(
    stage: Stage, owner: Person, ada: Person, clock: Clock
) -> None:
    await stage.publish(quiet_hours="11:00-14:30")
    await listens(ada)
    await writes(owner, "Can wait")
    await sends(owner)
    desk = await owner.says("/desk")
    assert "🌙 1 update waits for the end of quiet hours, at 18 November 2026, 14:30" in desk.text
    assert "going out now" not in desk.text
    clock.pass_(hours=3)
    assert (await shows(ada, "Can wait")).text == "Can wait"
    await ended(stage)
    desk = await owner.says("/desk")
    assert "quiet hours" not in desk.text
    assert "going out now" not in desk.text


async def test_the_week_plan_has_the_campaigns_dates_and_repeats(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "Each week")
    await owner.taps("Send it later")
    await owner.says("Friday 20:00")
    await owner.taps("Each week")
    await owner.taps("Schedule for 1 person")
    await owner.says("/desk")
    weeks = await owner.taps("Coming weeks")
    assert weeks.text.count("Each week") == 4
    assert weeks.text.count("(again)") == 3
    later = await owner.taps("Later weeks")
    assert later.text.count("(again)") == 4
