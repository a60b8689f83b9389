"""Promises to staff who write an update, and to those who get it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from storage import broadcasts, staff
from storage.broadcasts import Broadcast
from tests.conversations.broadcast_steps import (
    PNG,
    ended,
    has_seen_the_end,
    listens,
    sends,
    shows,
    writes,
)
from tests.conversations.form_steps import to_review
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage

LONDON = ZoneInfo("Europe/London")


async def test_an_update_reaches_those_who_chose_to_hear_and_nobody_else(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    await listens(ada)
    bob = await arrives("Bob")
    await to_review(bob)
    await bob.taps("Just sign")
    looked = await writes(owner, "Hello {{ first_name }}, now we are {{ count }}!")
    assert "Hello Olive, now we are 2!" in looked.text
    assert "1 person who chose to hear" in looked.text
    asked = await owner.taps("Send it now")
    assert "Send it to 1 person now?" in asked.text
    await owner.taps("Yes, send it to 1")
    update = await ada.reads()
    assert update.text == "Hello Ada, now we are 2!"
    assert "Stop the updates" in update.buttons
    assert await bob.hears_nothing()
    done = await ended(stage)
    assert (done.sent, done.total) == (1, 1)
    report = await shows(owner, "Sent: 1 of 1")
    assert "All sent" in report.text
    assert "Signed after it reached them: 0" in report.text


async def test_an_update_goes_out_although_the_one_who_sends_has_failed_unforeseen(
    stage: Stage, owner: Person, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults, look = [LookupError("unforeseen")], broadcasts.in_state

    async def fails_once(*given: Any) -> list[Broadcast]:
        if faults:
            raise faults.pop()
        return await look(*given)

    await listens(ada)
    monkeypatch.setattr(broadcasts, "in_state", fails_once)
    while faults:
        await asyncio.sleep(0.1)
    await writes(owner, "Hello all the same")
    await sends(owner)
    assert (await ada.reads(within=90)).text == "Hello all the same"


async def test_formatting_and_pictures_arrive_as_they_were_sent(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await owner.says("/update")
    await owner.taps("An event")
    await owner.sends_file("photo", PNG, "Come on *Saturday*, {{ first_name }} & friends <3")
    await sends(owner)
    update = await ada.reads()
    assert update.has_picture
    assert update.text == "Come on *Saturday*, Ada & friends <3"


async def test_buttons_under_an_update_leave_it_as_it_is(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    await listens(ada)
    await writes(owner, "Please ask a friend")
    await owner.taps("☐ Share button")
    assert "☑ Share button" in owner.last.buttons
    await sends(owner)
    update = await ada.reads()
    shared = await ada.taps("Share", on=update)
    assert shared.messages[0]["message_id"] != update.messages[0]["message_id"]
    assert "This link is your own" in shared.text
    stopped = await ada.taps("Stop the updates", on=update)
    assert stopped.messages[0]["message_id"] != update.messages[0]["message_id"]
    assert not (await stage.consents(ada.id))["updates"].granted
    nobody = await writes(owner, "Once more")
    assert "0 people who chose to hear" in nobody.text
    assert "nobody to send it to" in (await owner.taps("Send it now")).text


async def test_one_kind_can_be_left_out_and_had_again(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "Some news")
    await sends(owner)
    update = await ada.reads()
    left = await ada.taps("No more news", on=update)
    assert "☐ News" in left.buttons
    assert "☑ Decisions" in left.buttons
    assert (await stage.consents(ada.id))["updates"].granted
    assert "☐ News" in (await ada.taps("No more news", on=update)).buttons, "a double tap"
    assert "0 people who chose to hear" in (await writes(owner, "More news")).text
    await owner.taps("Discard draft")
    assert "1 person who chose to hear" in (await writes(owner, "It is decided", "A decision")).text
    await ada.says("/updates")
    assert "☑ News" in (await ada.taps("☐ News")).buttons
    await owner.taps("Discard draft")
    assert "1 person who chose to hear" in (await writes(owner, "Yet more news")).text


async def test_a_kind_that_does_not_exist_cannot_be_left_out(stage: Stage, ada: Person) -> None:
    await listens(ada)
    shown = await ada.says("/updates")
    forged = await ada.taps_data(shown.messages[0]["message_id"], "hear:1:nonsense:off")
    assert "Keep London" in forged.text
    assert set(await stage.consents(ada.id)) == {"sign", "updates"}


async def test_a_wrong_variable_is_explained_and_nothing_is_lost(
    stage: Stage, owner: Person
) -> None:
    answer = await writes(owner, "Hello {{ first_nam }}")
    assert "Did you mean first_name?" in answer.text
    for words in ("{{ 1 + 1 }}", "{% for x in y %}", "{{ ''.__class__ }}", "{{ count|e }}", "{{"):
        assert "curly braces" in (await owner.says(words)).text
    long = await owner.says("x" * 4040 + " {{ first_name }}")
    assert "Telegram takes 4,096" in long.text
    assert "Hello Olive" in (await owner.says("Hello {{ first_name }}")).text


async def test_a_sticker_is_refused_kindly(stage: Stage, owner: Person) -> None:
    await owner.says("/update")
    await owner.taps("News")
    assert "but not this" in (await owner.sends(sticker=True)).text
    assert "Hi" in (await owner.says("Hi")).text


async def test_a_draft_is_kept_and_an_older_button_shows_the_present_one(
    stage: Stage, owner: Person
) -> None:
    first = await writes(owner, "First words")
    await owner.says("/cancel")
    await owner.says("/update")
    assert "First words" in (await owner.taps("First words")).text
    await owner.taps("☐ Sign button")
    stale = await owner.taps("Send it now", on=first)
    assert "older" in stale.toast or "First words" in stale.text
    assert "Draft discarded" in (await owner.taps("Discard draft")).text
    assert "What would you like to tell" in (await owner.says("/update")).text


async def test_a_time_is_understood_asked_about_and_kept(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "Later")
    asked = await owner.taps("Send it later")
    assert "When should I send it?" in asked.text
    assert "I couldn’t read that" in (await owner.says("whenever")).text
    assert "time of day as well" in (await owner.says("tomorrow")).text
    assert "That time has passed" in (await owner.says("1 Jan 2020 9:00")).text
    confirm = await owner.says("tomorrow 9:00")
    assert re.search(r"Send it on \d+ \w+ \d{4}, 09:00 \(Europe/London\)", confirm.text)
    await owner.taps("Schedule for 1")
    scheduled = await ended(stage, "scheduled")
    assert await ada.hears_nothing(1)
    async with stage.database.transaction() as db:
        await db.execute(
            text("UPDATE broadcasts SET due_at = :now WHERE id = :id"),
            {"now": datetime.now(UTC).replace(tzinfo=None).isoformat(" "), "id": scheduled.id},
        )
    assert (await ada.reads()).text == "Later"


async def test_at_night_an_update_waits_and_a_decision_need_not(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    now = datetime.now(LONDON)
    begin, end = now - timedelta(hours=1), now + timedelta(hours=1)
    await stage.publish(quiet_hours=f"{begin:%H:%M}-{end:%H:%M}")
    await writes(owner, "Can wait")
    asked = await owner.taps("Send it now")
    assert f"{end:%H:%M} (Europe/London)" in asked.text
    assert not any("wait for the morning" in button for button in asked.buttons)
    begun = await owner.taps("Yes, send it to 1")
    assert "It’s quiet hours: it goes on at" in begun.text
    await writes(owner, "We won", "A decision")
    assert "quiet hours" in (await owner.taps("Send it now")).text
    hurried = await owner.taps("☐ Do not wait for the morning")
    assert "quiet hours" not in hurried.text
    await owner.taps("Yes, send it to 1")
    assert (await ada.reads()).text == "We won"
    assert await ada.hears_nothing(1)


async def test_pause_resume_and_stopall(stage: Stage, owner: Person, arrives: Arrives) -> None:
    people = [await arrives(f"P{place}") for place in range(12)]
    for person in people:
        await listens(person)
    await writes(owner, "Slow news")
    await owner.taps("Send it now")
    confirm = owner.last
    await stage.control("faults", method="sendMessage", kind="slow", seconds=0.5, chance=1.0)
    await owner.taps("Yes, send it to 12", on=confirm)
    await ended(stage, "sending")
    await owner.writes("/stopall")
    paused = await ended(stage, "paused")
    await asyncio.sleep(1.2)
    halted = await ended(stage, "paused")
    assert halted.sent - paused.sent <= 9, "no more than were in hand"
    assert halted.sent < 12
    await owner.taps("Go on", on=await shows(owner, "Paused"))
    done = await ended(stage)
    assert (done.sent, done.unknown) == (12, 0)
    for person in people:
        assert (await person.reads()).text == "Slow news"
        assert await person.hears_nothing(0.1)


async def test_only_an_owner_stops_everything(stage: Stage, ada: Person) -> None:
    for role, answer in (
        ("editor", "Owners of all campaigns do that"),
        ("owner", "Nothing was on its way"),
    ):
        async with stage.database.transaction() as db:
            await staff.upsert(db, ada.id, role, datetime.now(UTC))
        assert answer in (await ada.says("/stopall")).text


async def test_others_cannot_write_updates(stage: Stage, ada: Person) -> None:
    assert "I don’t know" in (await ada.says("/update")).text
    welcome = await ada.says("/start")
    for data in ("upd:new:1:news", "upd:1:1:yes", "steer:1:cancel", "update:99:stop"):
        forged = await ada.taps_data(welcome.messages[0]["message_id"], data)
        assert "What would you like" not in forged.text
    async with stage.database.reading() as db:
        assert await broadcasts.of_campaign(db, 1, 10) == []


async def test_everybody_chooses_their_own_quiet_hours(stage: Stage, ada: Person) -> None:
    await listens(ada)
    shown = await ada.says("/updates")
    chosen = await ada.taps("🌙 Quiet at night, as usual")
    assert "🌙 Quiet 20:00 to 09:00" in chosen.buttons
    again = await ada.taps("🌙 Quiet at night, as usual", on=shown)
    assert "🌙 Quiet 20:00 to 09:00" in (again.buttons or chosen.buttons), "a double tap"
    for label in ("🌙 Quiet 18:00 to 10:00", "🌙 Quiet 22:00 to 12:00", "🌙 Quiet at night"):
        assert label in str(list((await ada.taps("🌙")).buttons))


async def test_the_report_says_what_has_come_of_an_update(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob, cleo = await arrives("Bob"), await arrives("Cleo")
    await listens(ada)
    for person in (bob, cleo):
        await person.says("/updates")
        await person.taps("Send me updates")
    await writes(owner, "Please sign")
    await owner.taps("☐ Sign button")
    await stage.control(
        "faults", method="sendMessage", kind="400", chat_id=cleo.id, times=1, chance=1.0
    )
    await sends(owner)
    await ada.taps("No more news", on=await ada.reads())
    update = await bob.reads()
    for _ in range(2):
        await bob.taps("Sign", on=update)
    await bob.taps("Use “")
    await bob.says("SW1A 1AA")
    await bob.taps("Just sign")
    newest = await shows(owner, "Signed after it reached them")
    assert "Failed: 1" in newest.text
    again = await owner.taps("Newest figures", on=newest)
    assert again.toast == "The newest figures."
    newest = again if again.messages else newest
    assert "Tapped ✍️ Sign: 1" in newest.text
    assert "Share" not in newest.text, "it had no such button"
    assert "Want no more of this kind: 1" in newest.text
    assert "Stopped all updates: 0" in newest.text
    assert "Signed after it reached them: 1" in newest.text
    forged = await ada.taps_data((await ada.says("/start")).messages[0]["message_id"], "report:1")
    assert "reached them" not in forged.text


async def test_those_for_whom_an_update_failed_get_it_by_a_tap_and_nobody_twice(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob = await arrives("Bob")
    for person in (ada, bob):
        await listens(person)
    await stage.control("faults", method="sendMessage", kind="400", chat_id=bob.id)
    await writes(owner, "We won")
    await sends(owner)
    report = await shows(owner, "All sent")
    assert "Failed, 1" in report.text
    await stage.mends()
    owner.last = report
    assert "Failed" not in (await owner.taps("Send to those who failed")).text
    await bob.sees("We won")
    await has_seen_the_end(owner)
    done = await ended(stage, "done")
    assert (done.sent, done.failed) == (2, 0)
    for person in (ada, bob):
        assert [one.get("text") for one in await person.chat()].count("We won") == 1
    assert "Send to those who failed" not in str(await owner.chat())


async def test_staff_hear_that_an_update_has_paused_by_itself(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "Patience")
    await owner.taps("Send it now")
    confirm = owner.last
    await stage.control(
        "faults", method="sendMessage", kind="429", retry_after=3600, chat_id=ada.id, times=1
    )
    await owner.taps("Yes, send it to", on=confirm)
    told = await shows(owner, "Telegram asks us to wait for a long time. Nobody is left out")
    assert "Go on" in told.buttons
    assert (await ended(stage, "paused")).sent == 0
