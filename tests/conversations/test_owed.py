"""Promises of answers that Telegram holds back: nobody waits behind them, and each comes, once."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.conversations.broadcast_steps import listens, writes
from tests.conversations.form_steps import to_review
from tests.e2e.people import Person
from tests.stage.stage import Stage

HOLD = 35


async def held(stage: Stage, person: Person, seconds: float = HOLD) -> None:
    await stage.control("hold", chat_id=person.id, seconds=seconds)


async def said_to(person: Person) -> list[str]:
    """What the bot has said, oldest first."""
    return [
        one.get("text") or one.get("caption") or one["document"]["file_name"]
        for one in await person.chat()
        if not one.get("out")
    ]


async def test_a_receipt_that_is_held_back_comes_once_and_holds_up_nobody(
    stage: Stage, ada: Person, arrives: Callable[..., Awaitable[Person]]
) -> None:
    others = [await arrives(f"Bob {number}") for number in range(50)]
    await to_review(ada)
    await held(stage, ada)
    await ada.presses("Just sign")
    began = asyncio.get_running_loop().time()
    for other in others:
        await other.writes("/start")
    for other in others:
        assert "Help us reach" in (await other.reads()).text
    assert asyncio.get_running_loop().time() - began < HOLD / 2, "they have waited behind her"
    assert (await stage.totals()).total == 1
    assert "You have signed" in (await ada.reads(within=2 * HOLD)).text
    await asyncio.sleep(2 * HOLD)
    assert sum("You have signed" in text for text in await said_to(ada)) == 1


async def test_a_question_that_has_been_answered_meanwhile_is_not_asked_any_more(
    stage: Stage, ada: Person
) -> None:
    await held(stage, ada)
    await ada.writes("/sign")
    await ada.writes("Ada King")
    await ada.sees("postcode")
    await asyncio.sleep(2 * HOLD)
    (only,) = await said_to(ada)
    assert "postcode" in only
    assert "Just sign" in str((await ada.says("SW1A 1AA")).buttons)


async def test_a_receipt_is_kept_and_comes_before_what_is_answered_after_it(
    stage: Stage, ada: Person
) -> None:
    await to_review(ada)
    await held(stage, ada)
    await ada.presses("Just sign")
    for _ in range(3):
        await ada.writes("/help")
    await ada.sees("You have signed")
    await asyncio.sleep(2 * HOLD)
    *_, receipt, helped = await said_to(ada)
    assert "You have signed" in receipt
    assert "/sign" in helped


async def test_what_is_done_by_a_tap_changes_the_message_also_after_the_hold(
    stage: Stage, ada: Person
) -> None:
    await to_review(ada)
    before = len(await said_to(ada))
    await held(stage, ada)
    await ada.presses("Just sign")
    await ada.sees("You have signed")
    assert len(await said_to(ada)) == before


async def test_a_picture_that_is_asked_for_in_a_hold_comes_with_its_words(
    stage: Stage, ada: Person
) -> None:
    await to_review(ada)
    await ada.taps("Just sign")
    await ada.says("/share")
    await held(stage, ada)
    await ada.presses("QR code")
    await ada.sees("Show this code to a friend", lambda one: "photo" in one)
    assert sum("Show this code" in text for text in await said_to(ada)) == 1


async def test_the_petitions_picture_comes_after_the_hold_too(stage: Stage, ada: Person) -> None:
    await held(stage, ada)
    await ada.writes("/start")
    await ada.sees("Help us reach", lambda one: "photo" in one)


async def test_a_picture_that_is_refused_after_the_hold_leaves_its_words(
    stage: Stage, ada: Person
) -> None:
    await held(stage, ada)
    await ada.writes("/start")
    await stage.control("faults", method="sendPhoto", kind="400", times=2)
    await ada.sees("Help us reach", lambda one: "photo" not in one)


async def test_a_message_that_was_deleted_in_the_hold_is_sent_anew(
    stage: Stage, ada: Person
) -> None:
    await to_review(ada)
    await held(stage, ada)
    await ada.presses("Just sign")
    await stage.control("faults", method="editMessageText", kind="400", times=1)
    await ada.sees("You have signed")


async def test_staff_see_that_an_update_is_through_however_long_telegram_holds_them(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "We won")
    await owner.taps("Send it now")
    await owner.presses("Yes, send it to")
    await held(stage, owner, seconds=4 * HOLD)
    await ada.sees("We won")
    await asyncio.sleep(3 * HOLD)
    await owner.sees("All sent")


async def test_a_request_to_agree_is_not_lost_in_a_hold(
    stage: Stage, owner: Person, eddie: Person, arrives: Callable[..., Awaitable[Person]]
) -> None:
    for person in (await arrives("Ada"), await arrives("Bob")):
        await listens(person)
    await owner.says("/start")
    await stage.publish(approval_above=1)
    await held(stage, owner, seconds=4 * HOLD)
    await writes(eddie, "We won")
    await eddie.taps("Send it now")
    await eddie.taps("Ask somebody to agree")
    await asyncio.sleep(3 * HOLD)
    assert "We won" not in str(await said_to(owner))
    await owner.sees("We won")


async def test_who_writes_just_after_the_hold_reads_the_older_answer_first(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/start")
    before = len(await said_to(ada))
    await held(stage, ada)
    await ada.writes("/help")
    await asyncio.sleep(HOLD - 1)
    await held(stage, ada, seconds=0)
    await ada.writes("/privacy")
    await ada.reads()
    await asyncio.sleep(2 * HOLD)
    first, second = (await said_to(ada))[before:]
    assert "/sign" in first
    assert "/sign" not in second


async def test_a_file_that_is_held_back_comes_when_it_can(stage: Stage, ada: Person) -> None:
    await ada.says("/start")
    await held(stage, ada)
    await ada.writes("/mydata")
    await asyncio.sleep(3 * HOLD)
    assert sum(text.endswith(".json") for text in await said_to(ada)) == 1


async def test_a_hold_that_begins_anew_gives_nothing_up(stage: Stage, ada: Person) -> None:
    await held(stage, ada)
    await ada.writes("/help")
    for _ in range(5):
        await asyncio.sleep(HOLD - 2)
        await held(stage, ada)
    await ada.sees("/sign")
    assert len(await said_to(ada)) == 1


async def test_an_update_that_comes_again_while_its_answer_is_owed_is_answered_once(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/start")
    await held(stage, ada)
    await stage.control("redeliver", times=3)
    await ada.writes("/help")
    await stage.control("redeliver", times=1)
    await ada.sees("/sign")
    await asyncio.sleep(2 * HOLD)
    assert sum("/sign" in text for text in await said_to(ada)) == 1


async def test_a_group_that_is_held_is_answered_later(stage: Stage, ada: Person) -> None:
    body = {"title": "Neighbours", "members": [ada.id]}
    async with ada.session.post(f"{ada.address}/groups", json=body) as answer:
        group = (await answer.json())["id"]
    await stage.control("hold", chat_id=group, seconds=HOLD)
    await ada.writes("/start@clamour_bot", chat_id=group)
    assert "?start=" in str((await ada.reads(within=2 * HOLD)).messages)
