"""Promises about what people have got already: other words for it, and away with it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage import broadcasts
from storage.broadcasts import Broadcast
from tests.conversations.broadcast_steps import PNG, ended, listens, sends, shows, writes
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage


async def words_in(person: Person) -> list[str]:
    """The texts and captions that stand in somebody's chat."""
    return [m.get("text") or m.get("caption") or "" for m in await person.chat()]


async def newest(stage: Stage, act: str) -> Broadcast:
    """The newest broadcast of this act."""
    async with stage.database.reading() as db:
        return next(b for b in await broadcasts.of_campaign(db, 1, 10) if b.act == act)


async def test_a_correction_puts_other_words_into_what_people_have_got(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob = await arrives("Bob")
    for person in (ada, bob):
        await listens(person)
    await writes(owner, "Meet us on Monday, {{ first_name }}")
    await owner.taps("☐ Share button")
    await sends(owner)
    first = (await ada.reads()).messages[0]
    assert first["text"] == "Meet us on Monday, Ada"
    looked = await owner.taps("Correct it", on=await shows(owner, "All sent"))
    assert "Meet us on Monday, Olive" in looked.text
    assert not [label for label in looked.buttons if "later" in label or "everybody" in label]
    await owner.taps("Change the message")
    looked = await owner.says("Meet us on Tuesday, {{ first_name }}")
    assert "Meet us on Tuesday, Olive" in looked.text
    asked = await owner.taps("Correct it everywhere")
    assert "for 2 people" in asked.text
    await owner.taps("Correct it for 2")
    changed = (await ada.reads()).messages
    assert [(m["message_id"], m["text"]) for m in changed] == [
        (first["message_id"], "Meet us on Tuesday, Ada")
    ]
    assert changed[0]["reply_markup"] == first["reply_markup"], "the buttons stay those of before"
    assert "Meet us on Tuesday, Bob" in await words_in(bob)
    assert "Corrected: 2 of 2" in (await shows(owner, "All done")).text
    stale = await owner.taps("Correct it for 2", on=asked)
    assert "earlier question" in stale.toast, "a double tap"


async def test_a_correction_like_the_message_itself_is_done_at_once(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "All is right")
    await sends(owner)
    await owner.taps("Correct it", on=await shows(owner, "All sent"))
    await owner.taps("Correct it everywhere")
    await owner.taps("Correct it for 1")
    assert "Corrected: 1 of 1" in (await shows(owner, "All done")).text


async def test_who_gets_a_corrected_update_later_gets_the_new_words(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob = await arrives("Bob")
    for person in (ada, bob):
        await listens(person)
    await stage.control("faults", method="sendMessage", kind="429", retry_after=5, chat_id=bob.id)
    await writes(owner, "Monday")
    await sends(owner)
    assert (await ada.reads()).text == "Monday"
    await shows(owner, "Sent: 1 of 2")
    paused = await owner.taps("Pause")
    await owner.taps("Correct it", on=paused)
    await owner.taps("Change the message")
    await owner.says("Tuesday")
    await owner.taps("Correct it everywhere")
    await owner.taps("Correct it for 1")
    assert (await ada.reads()).text == "Tuesday"
    await ended(stage, "done")
    await stage.mends()
    await owner.taps("Go on", on=paused)
    assert (await bob.reads()).text == "Tuesday"
    assert await ada.hears_nothing()


async def test_a_picture_keeps_its_place_when_its_words_are_corrected(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await owner.says("/update")
    await owner.taps("News")
    await owner.sends_file("photo", PNG, "Before")
    await sends(owner)
    assert (await ada.reads()).has_picture
    await owner.taps("Correct it", on=await shows(owner, "All sent"))
    await owner.taps("Change the message")
    assert "not the files" in (await owner.sends_file("photo", PNG, "After")).text
    assert "characters" in (await owner.says("x" * 1025)).text
    assert "After" in (await owner.says("After")).text
    await owner.taps("Correct it everywhere")
    await owner.taps("Correct it for 1")
    changed = await ada.reads()
    assert changed.text == "After"
    assert changed.has_picture


async def test_the_words_of_an_album_can_be_corrected_and_all_of_it_taken_back(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await owner.says("/update")
    await owner.taps("An event")
    await owner.sends_files("photo", [PNG] * 2, "Saturday", album="a1")
    await owner.reads()
    await owner.taps("That is all of it")
    await sends(owner)
    report = await shows(owner, "All sent")
    before = len(await ada.chat())
    await owner.taps("Correct it", on=report)
    await owner.taps("Change the message")
    await owner.says("Sunday")
    await owner.taps("Correct it everywhere")
    await owner.taps("Correct it for 1")
    await shows(owner, "Corrected: 1 of 1")
    assert (await words_in(ada))[-1] == "Sunday"
    assert len(await ada.chat()) == before
    await owner.taps("Delete for everyone", on=report)
    await owner.taps("Delete it for 1")
    await shows(owner, "Deleted: 1 of 1")
    assert len(await ada.chat()) == before - 3


async def test_what_is_taken_back_is_gone_from_all_chats_and_goes_to_nobody_else(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob = await arrives("Bob")
    for person in (ada, bob):
        await listens(person)
    await stage.control("faults", method="sendMessage", kind="429", retry_after=5, chat_id=bob.id)
    await writes(owner, "Too early")
    await sends(owner)
    assert (await ada.reads()).text == "Too early"
    await shows(owner, "Sent: 1 of 2")
    paused = await owner.taps("Pause")
    original = await ended(stage, "paused")
    asked = await owner.taps("Delete for everyone", on=paused)
    assert "from the chats of 1 person" in asked.text
    await owner.taps("Delete it for 1", on=asked)
    await shows(owner, "Deleted: 1 of 1")
    assert "Too early" not in await words_in(ada)
    assert (await ended(stage, "cancelled")).id == original.id
    await stage.mends()
    assert await bob.hears_nothing()
    for act in ("correct", "retract", "retract:yes"):
        told = await owner.taps_data(paused.messages[0]["message_id"], f"after:{original.id}:{act}")
        assert "already been deleted" in told.text


async def test_after_two_days_it_can_be_corrected_but_not_taken_back(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "Old news")
    await sends(owner)
    report = await shows(owner, "All sent")
    assert "Delete for everyone" in report.buttons
    long_ago = (datetime.now(UTC) - timedelta(hours=49)).replace(tzinfo=None)
    async with stage.database.transaction() as db:
        await db.execute(
            text("UPDATE broadcasts SET started_at = :then"), {"then": long_ago.isoformat(" ")}
        )
    assert "more than 48 hours ago" in (await owner.taps("Delete for everyone", on=report)).text
    again = await owner.taps("Newest figures", on=report)
    assert "Correct it" in (again.buttons or report.buttons)
    assert "Delete for everyone" not in again.buttons


async def test_a_correction_to_many_needs_a_second_pair_of_eyes_too(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives, eddie: Person
) -> None:
    for person in (ada, await arrives("Bob")):
        await listens(person)
    await writes(owner, "Harmless")
    await sends(owner)
    await ada.reads()
    report = await shows(owner, "All sent")
    await stage.publish(approval_above=1)
    await owner.taps("Correct it", on=report)
    await owner.taps("Change the message")
    await owner.says("Quite another thing")
    await owner.taps("Correct it everywhere")
    await owner.taps("Ask somebody to agree")
    request = await eddie.reads()
    assert "correct an update to read as above" in request.text
    assert await ada.hears_nothing()
    second = await owner.taps_data(report.messages[0]["message_id"], report.button("Correct it")[1])
    assert "already on its way" in second.text
    await eddie.taps("Yes, I agree", on=request)
    assert (await ada.reads()).text == "Quite another thing"
    assert (await newest(stage, "send")).content["versions"][0]["html"] == "Quite another thing"


async def test_only_those_who_may_edit_can_do_it(stage: Stage, owner: Person, ada: Person) -> None:
    await listens(ada)
    await writes(owner, "Ours")
    await sends(owner)
    update = await ada.reads()
    original = await ended(stage)
    for act in ("correct", "retract", "retract:yes"):
        data = f"after:{original.id}:{act}"
        told = await ada.taps_data(update.messages[0]["message_id"], data)
        assert "delete" not in told.text
    assert "Ours" in await words_in(ada)
    async with stage.database.reading() as db:
        assert len(await broadcasts.of_campaign(db, 1, 10)) == 1
