"""Promises to owners who read what has been done."""

from datetime import UTC, datetime

from storage import audit
from tests.conversations.broadcast_steps import ended, listens, sends, writes
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage


async def test_an_owner_reads_what_was_done_in_plain_words(
    stage: Stage, owner: Person, ada: Person
) -> None:
    assert "Nothing yet" in (await owner.says("/audit")).text
    await owner.says("/offline 24 Market stall")
    await owner.taps("Yes, add them")
    await owner.says("/source leaflet")
    read = await owner.says("/audit")
    assert "Olive recorded signatures on paper (24): Keep London" in read.text
    assert read.text.index("Olive made a link") < read.text.index("on paper"), "newest first"
    assert "Market stall" not in read.text
    async with stage.database.reading() as db:
        assert await audit.broken(db) is None


async def test_what_is_done_with_updates_is_noted_without_their_words(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    await listens(ada)
    await listens(await arrives("Bob"))
    await writes(owner, "Secret news")
    await sends(owner)
    sent = await ended(stage)
    await writes(owner, "More news")
    await owner.taps("Send it later")
    await owner.says("tomorrow 9:00")
    planned = await owner.taps("Schedule for 2")
    await owner.taps("Cancel", on=planned)
    await writes(owner, "Never sent")
    await owner.taps("Discard draft")
    await owner.says("/stopall")
    answer = await owner.says("/audit")  # how the updates go may change in that very moment
    (read,) = (one["text"] for one in answer.messages if "Who did what" in one["text"])
    assert "Olive sent an update (2 people): Keep London" in read
    assert "Olive set the time of an update (2 people): Keep London" in read
    assert "Olive cancelled an update: Keep London" in read
    assert "news" not in read.lower()
    async with stage.database.reading() as db:
        acts = [one for one in await audit.latest(db, 9) if one.action.startswith("broadcast")]
        assert await audit.broken(db) is None
    assert len(acts) == 3, "a draft that is thrown away, and stopping nothing, are no acts"
    assert (acts[-1].actor, acts[-1].subject) == (owner.id, f"broadcast:{sent.id}")
    assert acts[-1].details["count"] == 2


async def test_the_log_is_read_page_by_page(stage: Stage, owner: Person) -> None:
    async with stage.database.transaction() as db:
        for count in range(1, 21):
            what = {"action": "offline_signatures.record", "subject": "campaign:1"}
            now = datetime.now(UTC)
            await audit.append(db, at=now, actor=None, details={"count": count}, **what)
    first = await owner.says("/audit")
    assert "(20)" in first.text
    assert "(12)" not in first.text
    second = await owner.taps("Earlier")
    third = await owner.taps("Earlier")
    assert "(12)" in second.text
    assert "(1)" in third.text
    assert "Earlier" not in third.buttons
    assert "(20)" in (await owner.taps("Newest")).text


async def test_the_log_does_not_exist_for_others(owner: Person, ada: Person) -> None:
    await owner.says("/offline 24 Market stall")
    await owner.taps("Yes, add them")
    welcome = await ada.says("/start")
    assert "I don’t know" in (await ada.says("/audit")).text
    forged = await ada.taps_data(welcome.messages[0]["message_id"], "audit:0")
    assert "on paper" not in forged.text
