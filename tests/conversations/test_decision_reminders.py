"""Promises to people who wish to be reminded the day before a decision."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conversations.broadcast_steps import listens, sends, writes
from tests.conversations.timeline_steps import DAY_BEFORE, NOW, expected, kept, settles
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage


async def test_who_wishes_it_is_reminded_the_day_before_once_and_nobody_else(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    await expected(owner)
    bob, cleo = await arrives("Bob"), await arrives("Cleo", language_code="cy")
    await listens(bob)  # hears updates, and does not ask to be reminded
    await ada.says("/timeline")
    on = await ada.taps("☐ Remind me the day before")
    assert "the day before, once" in on.toast
    assert "☑ Remind me the day before" in on.buttons
    await cleo.says("/news")
    await cleo.taps("Atgoffwch fi")
    await cleo.taps("Atgoffwch fi")
    await cleo.taps("Atgoffwch fi")
    stage.clock_shows(DAY_BEFORE - timedelta(seconds=1))
    await settles(stage)
    assert await ada.hears_nothing(0.2)
    stage.clock_shows(DAY_BEFORE)
    reminded = await ada.reads()
    assert "You asked me to remind you" in reminded.text
    assert "between 16 November 2009 and 18 November 2009" in reminded.text
    assert "Gofynnoch i mi" in (await cleo.reads()).text
    stage.clock_shows(DAY_BEFORE + timedelta(hours=1))
    assert await ada.hears_nothing(0.4)
    assert await bob.hears_nothing(0.1)
    assert "Remind me" not in " ".join((await ada.says("/timeline")).buttons)


async def test_a_reminder_that_is_taken_back_does_not_come_and_an_old_button_says_so(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner)
    page = await ada.says("/timeline")
    await ada.taps("☐ Remind me")
    off = await ada.taps("☑ Remind me")
    assert "won’t remind you" in off.toast
    stage.clock_shows(DAY_BEFORE)
    assert await ada.hears_nothing(0.5)
    late = await ada.taps("☐ Remind me", on=page)
    assert "will write" not in late.toast


@pytest.mark.parametrize("way_out", ["/stop", "Stop the updates"])
async def test_whoever_wants_no_messages_gets_no_reminder_either(
    stage: Stage, owner: Person, ada: Person, way_out: str
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await expected(owner)
    await ada.says("/timeline")
    await ada.taps("☐ Remind me")
    if way_out == "/stop":
        await ada.says(way_out)
    else:
        await ada.says("/updates")
        await ada.taps(way_out)
    stage.clock_shows(DAY_BEFORE)
    await settles(stage)
    assert await ada.hears_nothing(0.3)


async def test_a_reminder_is_caught_up_on_the_day_before_and_never_later(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await expected(owner)
    await ada.says("/timeline")
    await ada.taps("☐ Remind me")
    stage.clock_shows(datetime(2009, 11, 16, 0, 0, tzinfo=UTC))
    await settles(stage)
    assert await ada.hears_nothing(0.3)
    assert (await kept(stage)).remind_at is None


async def test_an_update_about_decisions_has_the_reminder_on_it(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await writes(owner, "They decide soon", "A decision")
    assert "Remind me the day before" not in owner.last.buttons, "nothing is expected yet"
    await owner.taps("Discard draft")
    ready = await expected(owner)
    assert "Tap Remind me the day before below" in ready.text
    assert "Remind me the day before" in ready.buttons
    await sends(owner)
    update = await ada.reads()
    assert update.rows == [
        ["Remind me the day before"],
        ["No more on decisions", "Stop the updates"],
    ]
    on = await ada.taps("Remind me the day before", on=update)
    assert "the day before, once" in on.toast
    assert "☑ Remind me the day before" in on.buttons
    await ada.taps("Remind me the day before", on=update)
    stage.clock_shows(DAY_BEFORE)
    assert "You asked me to remind you" in (await ada.reads()).text
    late = await ada.taps("Remind me the day before", on=update)
    assert "earlier question" in late.toast or "button" in late.toast
