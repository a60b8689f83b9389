"""Promises about reminders: each once, kindly, and never to who would rather not."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import text

from tests.conversations.broadcast_steps import listens
from tests.conversations.form_steps import signs
from tests.conversations.steered_clock import Clock, clock, stage
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage

__all__ = ["clock", "stage"]


async def begins(person: Person) -> None:
    await person.says("/start")
    await person.taps("Sign")
    await person.taps("Use “")


async def outcomes(stage: Stage) -> list[str | None]:
    async with stage.database.reading() as db:
        return list(await db.scalars(text("SELECT outcome FROM reminders ORDER BY supporter_id")))


async def settled(stage: Stage) -> list[str | None]:
    """What has become of the reminders, once none is due any more."""
    for _ in range(100):
        if None not in (found := await outcomes(stage)):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("a reminder still waits")


async def test_who_stopped_while_signing_is_asked_once_and_goes_on_where_they_were(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await begins(ada)
    clock.pass_(hours=23)
    assert await ada.hears_nothing(0.4)
    clock.pass_(hours=1, minutes=1)
    asked = await ada.reads()
    assert "You started to sign" in asked.text
    assert "Would you like to go on?" in asked.text
    assert list(asked.buttons) == ["Go on", "No, thank you"]
    assert "postcode" in (await ada.taps("Go on")).text
    clock.pass_(days=5)
    assert await ada.hears_nothing(0.4)


async def test_no_thank_you_forgets_the_answers_for_good(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await begins(ada)
    clock.pass_(days=1, minutes=1)
    await ada.reads()
    assert "deleted your answers" in (await ada.taps("No, thank you")).text
    async with stage.database.reading() as db:
        assert "Lovelace" not in str((await db.execute(text("SELECT answers FROM dialogs"))).all())
    await begins(ada)
    clock.pass_(days=3)
    assert await ada.hears_nothing(0.4)
    assert await outcomes(stage) == ["declined"]


async def test_a_person_who_keeps_answering_is_not_asked_before_a_day_of_rest(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await begins(ada)
    clock.pass_(hours=20)
    await ada.says("SW1A 1AA")
    clock.pass_(hours=20)
    assert await ada.hears_nothing(0.4)
    clock.pass_(hours=5)
    assert "Would you like to go on?" in (await ada.reads()).text


async def test_who_signed_or_cancelled_or_said_stop_or_blocked_is_not_asked(
    stage: Stage, ada: Person, clock: Clock, arrives: Arrives
) -> None:
    bob, cleo, dan = await arrives("Bob"), await arrives("Cleo"), await arrives("Dan")
    await signs(ada)
    for person in (bob, cleo, dan):
        await begins(person)
    await bob.says("/cancel")
    await cleo.says("/stop")
    await dan.blocks()
    clock.pass_(days=1, minutes=1)
    assert await settled(stage) == ["dropped"] * 4
    for person in (ada, bob, cleo):
        assert await person.hears_nothing(0.2)


async def test_a_campaign_can_switch_reminders_off(
    stage: Stage, ada: Person, clock: Clock, arrives: Arrives
) -> None:
    bob = await arrives("Bob")
    await listens(ada)
    await begins(bob)
    await stage.publish(remind_unfinished=False, remind_share=False)
    await asyncio.sleep(0.3)  # a look that has begun may still have the campaign as it was
    clock.pass_(days=4)
    assert set(await settled(stage)) == {"dropped"}
    assert await ada.hears_nothing(0.2)
    assert await bob.hears_nothing(0.2)


async def test_who_has_not_shared_is_reminded_once_after_three_days(
    stage: Stage, ada: Person, clock: Clock, arrives: Arrives
) -> None:
    bob, cleo = await arrives("Bob"), await arrives("Cleo")
    await listens(ada)
    await listens(bob)
    await signs(cleo)
    await bob.says("/share")
    clock.pass_(days=2, hours=23)
    assert await ada.hears_nothing(0.4)
    clock.pass_(hours=1, minutes=1)
    asked = await ada.reads()
    assert "Would you ask one friend?" in asked.text
    assert list(asked.buttons) == ["Share", "No more reminders"]
    assert "This link is your own" in (await ada.taps("Share")).text
    assert await bob.hears_nothing(0.3), "has shared"
    assert await cleo.hears_nothing(0.1), "does not hear updates"
    clock.pass_(days=10)
    assert await ada.hears_nothing(0.3)


async def test_no_more_reminders_is_one_tap_and_a_choice_in_the_settings(
    stage: Stage, ada: Person, clock: Clock, arrives: Arrives
) -> None:
    bob = await arrives("Bob")
    await listens(ada)
    await listens(bob)
    await bob.says("/updates")
    assert "☐ Reminders" in (await bob.taps("☑ Reminders")).buttons
    clock.pass_(days=3, minutes=1)
    await ada.reads()
    muted = await ada.taps("No more reminders")
    assert "☐ Reminders" in muted.buttons
    assert not (await stage.consents(ada.id))["updates:reminder"].granted
    assert (await stage.consents(ada.id))["updates"].granted
    assert await bob.hears_nothing(0.3)


async def test_who_agrees_to_updates_later_is_reminded_from_then_on(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await signs(ada)
    clock.pass_(days=2)
    await ada.says("/updates")
    await ada.taps("Send me updates")
    clock.pass_(days=2)
    assert await ada.hears_nothing(0.3)
    clock.pass_(days=1, minutes=1)
    assert "Would you ask one friend?" in (await ada.reads()).text


async def test_at_night_a_reminder_waits_for_the_morning_of_the_campaign_and_the_person(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await stage.publish(quiet_hours="21:00-08:00")
    clock.put(datetime(2027, 3, 26, 22, 30, tzinfo=UTC))
    await listens(ada)
    await ada.says("/updates")
    await ada.taps("🌙 Quiet at night, as usual")
    clock.put(datetime(2027, 3, 29, 21, 31, tzinfo=UTC))  # 22:31: the clocks went forward
    assert await ada.hears_nothing(0.4)
    clock.put(datetime(2027, 3, 30, 7, 59, tzinfo=UTC))  # 8:59: their own hours end at nine
    assert await ada.hears_nothing(0.4)
    clock.put(datetime(2027, 3, 30, 8, 0, 1, tzinfo=UTC))
    assert "Would you ask one friend?" in (await ada.reads()).text


async def test_a_blocked_bot_and_a_long_absence_cost_nobody_a_surprise(
    stage: Stage, ada: Person, clock: Clock, arrives: Arrives
) -> None:
    bob = await arrives("Bob")
    await listens(ada)
    await begins(bob)
    clock.pass_(days=40)
    assert set(await settled(stage)) == {"dropped"}
    assert await ada.hears_nothing(0.2)
    assert await bob.hears_nothing(0.2)


async def test_what_telegram_refuses_for_now_is_sent_later_and_what_may_have_arrived_is_not(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await begins(ada)
    await stage.control(
        "faults", method="sendMessage", kind="429", retry_after=1, chat_id=ada.id, times=1
    )
    clock.pass_(days=1, minutes=1)
    assert "Would you like to go on?" in (await ada.reads()).text
    assert await ada.hears_nothing(0.4)
