"""Promises of /stats: pictures that say how it goes, tables of the same, and a morning summary."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import text

from storage import staff
from tests.conversations.broadcast_steps import ended, listens, sends, writes
from tests.conversations.form_steps import signs
from tests.conversations.steered_clock import Clock, clock, stage
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage

__all__ = ["clock", "stage"]
EVENING = datetime(2027, 3, 26, 18, tzinfo=UTC)
NEXT_MORNING = datetime(2027, 3, 27, 8, tzinfo=UTC)
SUMMER_MORNING = datetime(2027, 3, 28, 7, tzinfo=UTC)


@pytest.fixture
async def vera(stage: Stage, arrives: Arrives) -> Person:
    """A viewer."""
    person = await arrives("Vera")
    await person.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, person.id, "viewer", datetime.now(UTC))
    return person


async def file_of(person: Person, answer: Answer, kind: str) -> bytes:
    """The picture or document that an answer brought."""
    message = next(one for one in answer.messages if kind in one)
    what = message[kind][-1] if kind == "photo" else message[kind]
    async with person.session.get(
        f"{person.address}/people/{person.id}/files/{what['file_id']}"
    ) as response:
        assert response.status == 200
        return await response.read()


async def table_of(person: Person) -> list[list[str]]:
    answer = await person.taps("As a table")
    content = await file_of(person, answer, "document")
    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets know it for UTF-8"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


async def wants_mornings(person: Person) -> None:
    """Switch the summary on; the toast comes first, then the same picture with other buttons."""
    switched = await person.taps("☐ A summary each morning")
    assert "each morning at 8" in switched.toast
    shown = switched if switched.messages else await person.reads()
    assert "☑ A summary each morning" in shown.buttons


async def test_an_empty_campaign_gets_a_kind_word_and_no_empty_picture(vera: Person) -> None:
    said = await vera.says("/stats")
    assert "Nobody has signed yet" in said.text
    assert not said.has_picture
    for label in ("Where people live", "Drop-off", "Updates compared", "When we may"):
        assert not (await vera.taps(label, on=said)).has_picture
    assert "No update has gone out yet" in (await vera.taps("Updates compared", on=said)).text


async def test_one_message_shows_each_picture_and_says_it_in_words(
    stage: Stage, owner: Person, ada: Person, vera: Person, arrives: Arrives, clock: Clock
) -> None:
    clock.put(EVENING)
    await listens(ada)
    await signs(await arrives("Bob"))
    await writes(owner, "Some news")
    await sends(owner)
    await ended(stage)
    said = await vera.says("/stats")
    assert "2 signatures. The goal is 2,000" in said.text
    assert "Today so far: 2" in said.text
    assert said.has_picture
    shown = said.messages[0]["message_id"]
    pictures = set()
    for label, words in {
        "Days and hours": "brought most: 2",
        "How people came": "Without a link: 2",
        "Where people live": "2 signatures from 1 postcode area",
        "Languages": "English: 2 (100%)",
        "Drop-off": "2 people have begun to sign, 2 finished",
        "Updates compared": "reached 1, tapped 0, left 0",
        "How it’s going": "2 signatures",
    }.items():
        answer = await vera.taps(label)
        assert words in answer.text
        assert answer.has_picture
        assert answer.messages[-1]["message_id"] == shown, "it is the same message that changes"
        picture = await file_of(vera, answer, "photo")
        pictures.add(picture)
        assert Image.open(io.BytesIO(picture)).width == 1080
    assert len(pictures) == 7
    assert "too early to tell" in (await vera.taps("When we may get there")).text


async def test_a_table_has_the_same_numbers_and_no_formula(
    stage: Stage, owner: Person, ada: Person, vera: Person
) -> None:
    link = await owner.says('/source =HYPERLINK("x")')
    assert "t.me" in link.text
    await signs(ada)
    await vera.says("/stats")
    assert (await table_of(vera))[-1][1:] == ["1", "1"]
    await vera.says("/stats")
    await vera.taps("How people came")
    table = await table_of(vera)
    assert table[0] == ["Source", "Signatures", "Opened"]
    assert ["Without a link", "1", ""] in table
    assert ['\'=HYPERLINK("x")', "0", "0"] in table
    await vera.says("/stats")
    await vera.taps("Drop-off")
    steps = {row[0]: row[1:] for row in (await table_of(vera))[1:]}
    assert steps == {
        **{name: ["1", "0"] for name in ("Name", "Postcode", "Review")},
        "Signed": ["1", ""],
    }


async def test_it_says_which_ways_to_share_were_tapped(
    stage: Stage, ada: Person, vera: Person
) -> None:
    await signs(ada)
    await ada.taps("Other ways to share")
    await ada.taps("QR code")
    await ada.taps("Ways to ask")
    for _ in range(2):
        await ada.taps("Suggested messages")
        await ada.taps("Ways to ask")
    await vera.says("/stats")
    shown = await vera.taps("How people came")
    assert all(way in shown.text for way in ("Suggested messages: 2", "QR code: 1"))
    assert "WhatsApp" not in shown.text, "without public pages nobody knows"


async def test_who_goes_back_cancels_and_begins_again_is_counted_once(
    stage: Stage, ada: Person, vera: Person, arrives: Arrives
) -> None:
    await ada.says("/sign")
    await ada.says("Ada Lovelace")
    await ada.taps("Back")
    await ada.taps("Cancel")
    await ada.says("/sign")
    await ada.says("Ada Lovelace")
    bob = await arrives("Bob")
    await bob.says("/start")
    await bob.taps("Sign")
    await vera.says("/stats")
    said = await vera.taps("Drop-off")
    assert "2 people have begun to sign, 0 finished" in said.text
    await ada.says("SW1A 1AA")
    await ada.taps("Just sign")
    await ada.says("/withdraw")
    await ada.taps("Yes")
    await signs(ada)
    said = await vera.taps("Drop-off", on=await vera.says("/stats"))
    assert "2 people have begun to sign, 1 finished (50%)" in said.text
    assert "Most dropped out at Name: 1" in said.text


async def test_who_is_not_of_the_staff_sees_nothing_and_a_lost_role_ends_it(
    stage: Stage, ada: Person, vera: Person
) -> None:
    await signs(ada)
    assert "I don’t know" in (await ada.says("/stats")).text
    shown = await vera.says("/stats")
    forged = await ada.taps_data((await ada.chat())[-1]["message_id"], "stats:growth:1")
    assert "The picture shows" not in forged.text
    async with stage.database.transaction() as db:
        await db.execute(text("DELETE FROM staff WHERE telegram_id = :one"), {"one": vera.id})
    for label in ("Languages", "As a table", "A summary each morning"):
        after = await vera.taps(label, on=shown)
        assert "Keep London" in after.text
        assert "The picture" not in after.text
    async with stage.database.reading() as db:
        wanted = await db.execute(text("SELECT count(*) FROM morning_summaries"))
        assert wanted.scalar_one() == 0


async def test_the_summary_comes_once_each_morning_also_when_the_clocks_change(
    stage: Stage, ada: Person, vera: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.put(EVENING)
    await signs(ada)
    await vera.says("/stats")
    await wants_mornings(vera)
    assert await vera.hears_nothing(0.3), "today's time is over"
    clock.put(NEXT_MORNING + timedelta(seconds=1))
    morning = await vera.reads()
    assert "Good morning!" in morning.text
    assert "26 March 2027: 1 new signature" in morning.text
    assert "In all: 1 of 2,000" in morning.text
    assert "nothing is due" in morning.text
    clock.pass_(hours=5)
    assert await vera.hears_nothing(0.3)
    clock.put(SUMMER_MORNING - timedelta(minutes=1))
    assert await vera.hears_nothing(0.3)
    clock.put(SUMMER_MORNING + timedelta(seconds=1))
    assert "27 March 2027: no new signature" in (await vera.reads()).text
    off = await vera.taps("No more of these")
    assert "No more morning summaries" in off.text
    clock.pass_(days=1)
    assert await vera.hears_nothing(0.3)


async def test_a_summary_is_caught_up_with_once_and_stops_with_the_role_and_the_campaign(
    stage: Stage, ada: Person, vera: Person, clock: Clock
) -> None:
    clock.put(EVENING)
    await signs(ada)
    await vera.says("/stats")
    await wants_mornings(vera)
    clock.put(NEXT_MORNING + timedelta(days=3, hours=6))
    assert "29 March 2027" in (await vera.reads()).text, "away for days: the newest alone"
    assert await vera.hears_nothing(0.3)
    await stage.publish(status="closed")
    clock.put(NEXT_MORNING + timedelta(days=4, minutes=1))
    assert await vera.hears_nothing(0.4)
    await stage.publish(status="open")
    assert "30 March 2027" in (await vera.reads()).text
    async with stage.database.transaction() as db:
        await db.execute(text("DELETE FROM staff WHERE telegram_id = :one"), {"one": vera.id})
    clock.put(NEXT_MORNING + timedelta(days=5, minutes=1))
    for _ in range(100):
        async with stage.database.reading() as db:
            left = await db.execute(text("SELECT count(*) FROM morning_summaries"))
        if not left.scalar_one():
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError("who is of the staff no more is still to be told")
    assert await vera.hears_nothing(0.2)
