"""Promises to staff who make more of an update: whom it is for, links, languages, albums, tests, a
second pair of eyes, each week."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage import broadcasts
from tests.conversations.broadcast_steps import PNG, ended, listens, sends, writes
from tests.conversations.form_steps import to_review
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage


async def signs_only(person: Person) -> None:
    await to_review(person)
    await person.taps("Just sign")


async def hears_without_signing(person: Person) -> None:
    answer = await person.says("/updates")
    await person.taps(next(iter(answer.buttons)))


async def test_who_gets_it_is_chosen_while_the_number_is_shown(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    await listens(ada)
    bob = await arrives("Bob", language_code="cy")
    await hears_without_signing(bob)
    await writes(owner, "To some of you")
    await owner.taps("Choose who gets it")
    assert "Now: 2 people" in owner.last.text
    assert "Now: 1 person" in (await owner.taps("Signers")).text
    assert "Now: 1 person" in (await owner.taps("Haven’t signed yet")).text
    assert "Now: 0 people" in (await owner.taps("☐ English")).text
    await owner.taps("☑ English")
    cymraeg = await owner.taps("☐ Cymraeg")
    assert "Language: Cymraeg" in cymraeg.text
    assert "Now: 1 person" in cymraeg.text
    assert "Language: Cymraeg" in (await owner.taps("Back")).text
    await sends(owner)
    assert (await bob.reads()).text == "To some of you"
    assert await ada.hears_nothing()


async def test_postcode_areas_time_of_signing_and_friends_narrow_it_down(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)  # signs with SW1A 1AA
    await writes(owner, "To your corner")
    await owner.taps("Choose who gets it")
    await owner.taps("☐ Only some postcode areas")
    assert "I couldn’t read that" in (await owner.says("SW1A 1AA please")).text
    assert "Now: 0 people" in (await owner.says("e, eh")).text
    off = await owner.taps("☑ Only some postcode areas")
    assert "Postcode areas" not in off.text
    await owner.taps("☐ Only some postcode areas")
    there = await owner.says("SW and E")
    assert "Postcode areas: SW, E" in there.text
    assert "Now: 1 person" in there.text
    assert "Now: 1 person" in (await owner.taps("In the last 7 days")).text
    assert "Now: 0 people" in (await owner.taps("Longer ago")).text
    assert "Now: 1 person" in (await owner.taps("Signed any time")).text
    assert "Now: 0 people" in (await owner.taps("☐ Brought a friend")).text
    assert "Now: 1 person" in (await owner.taps("☐ Not yet")).text
    assert "no source links yet" in (await owner.taps("☐ Came by one source link")).text


async def test_people_of_one_source_link(stage: Stage, owner: Person, arrives: Arrives) -> None:
    made = await owner.says("/source leaflet")
    link = next(word for word in made.text.split() if "?start=s_" in word)
    cleo, dan = await arrives("Cleo"), await arrives("Dan")
    await cleo.opens(link)
    await listens(cleo)
    await listens(dan)
    await writes(owner, "Thank you for reading our leaflet")
    await owner.taps("Choose who gets it")
    await owner.taps("☐ Came by one source link")
    chosen = await owner.taps("leaflet")
    assert "Came by the link “leaflet”" in chosen.text
    assert "Now: 1 person" in chosen.text
    forged = await owner.taps_data(
        chosen.messages[0]["message_id"], chosen.button("☑ Came by")[1].replace("sources", "source")
    )
    assert "Now: 2 people" in forged.text


async def test_a_link_button_is_typed_and_what_is_wrong_with_it_is_said(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "There is a letter")
    await owner.taps("Add a link button")
    for wrong, words in (
        ("Read it", "couldn’t find a web address"),
        ("https://example.org", "need some words"),
        ("Tap javascript:alert(1)", "couldn’t find a web address"),
        ("Tap https://bank.example@evil.example/", "couldn’t find a web address"),
        ("y" * 61 + " https://example.org", "need some words"),
    ):
        assert words in (await owner.says(wrong)).text, wrong
    looked = await owner.says("Read the letter example.org/letter?a=1&b=2")
    assert looked.buttons["Read the letter"] == "https://example.org/letter?a=1&b=2"
    assert "✕ Read the letter" in looked.buttons
    await sends(owner)
    assert (await ada.reads()).buttons["Read the letter"].startswith("https://example.org/")


async def test_a_link_button_is_taken_off_again_and_there_are_never_too_many(
    owner: Person, stage: Stage
) -> None:
    await writes(owner, "Links")
    for place in range(3):
        await owner.taps("Add a link button")
        await owner.says(f"Page {place} https://example.org/{place}")
    assert "3 link buttons already" in (await owner.taps("Add a link button")).text
    await owner.taps("Back")
    left = await owner.taps("✕ Page 1")
    assert [label for label in left.buttons if "✕ Page" in label] == ["✕ Page 0", "✕ Page 2"]


async def test_each_reads_it_in_their_language_if_it_is_written_in_it(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    await listens(ada)
    bob = await arrives("Bob", language_code="cy")
    await hears_without_signing(bob)
    await writes(owner, "Good news")
    assert "☐ Cymraeg" in owner.last.buttons
    assert "Cymraeg" in (await owner.taps("☐ Cymraeg")).text
    both = await owner.says("Newyddion da")
    assert "Good news" in both.text
    assert "Newyddion da" in both.text
    await sends(owner)
    assert (await ada.reads()).text == "Good news"
    assert (await bob.reads()).text == "Newyddion da"


async def test_a_language_can_be_left_out_again(owner: Person, stage: Stage) -> None:
    await writes(owner, "Good news")
    await owner.taps("☐ Cymraeg")
    await owner.says("Newyddion da")
    await owner.taps("☑ Cymraeg")
    left = await owner.taps("Leave this language out")
    assert "Newyddion da" not in left.text
    assert "Good news" in left.text


async def test_a_test_goes_to_oneself_or_to_the_staff_and_nobody_else(
    stage: Stage, owner: Person, ada: Person, eddie: Person
) -> None:
    await listens(ada)
    await writes(owner, "Is this all right, {{ first_name }}?")
    mine = await owner.taps("Send a test to me")
    assert "Is this all right, Olive?" in mine.text
    await owner.taps("Back")
    assert "test to 1 colleague" in (await owner.taps("Send a test to staff")).text
    tested = await eddie.reads()
    assert "Is this all right" in tested.text
    assert "a test from Olive" in tested.text
    assert await ada.hears_nothing()


async def test_an_album_arrives_as_an_album_with_its_words_and_buttons_after_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await owner.says("/update")
    await owner.taps("An event")
    await owner.sends_files("photo", [PNG] * 3, "Saturday, {{ first_name }}!", album="a1")
    assert "An album" in (await owner.reads()).text
    looked = await owner.taps("That is all of it")
    assert len([m for m in looked.messages if "photo" in m]) == 3
    await sends(owner)
    album = await ada.reads()
    assert len([m for m in album.messages if "photo" in m]) == 3
    assert len({m["media_group_id"] for m in album.messages}) == 1
    words = await ada.reads()
    assert words.text == "Saturday, Ada!"
    assert "Stop the updates" in words.buttons
    assert (await ended(stage)).sent == 1


async def test_a_picture_stays_covered_and_its_caption_above_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await owner.says("/update")
    await owner.taps("News")
    looked = await owner.sends_file("photo", PNG, "It is out!", covered="yes", above="yes")
    shown = next(one for one in looked.messages if "photo" in one)
    assert shown["has_media_spoiler"]
    assert shown["show_caption_above_media"]
    await sends(owner)
    (got,) = (await ada.reads()).messages
    assert got["has_media_spoiler"]
    assert got["show_caption_above_media"]


async def test_a_covered_album_stays_covered(stage: Stage, owner: Person, ada: Person) -> None:
    await listens(ada)
    await owner.says("/update")
    await owner.taps("News")
    await owner.sends_files("photo", [PNG] * 2, "Look", album="a3", covered="yes")
    await owner.reads()
    await owner.taps("That is all of it")
    await sends(owner)
    album = await ada.reads()
    assert [one.get("has_media_spoiler") for one in album.messages if "photo" in one] == [True] * 2


async def test_whether_a_link_shows_its_preview_is_the_writers_choice(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    plain = await writes(owner, "No links here. Really.")
    assert "☐ Preview of the link" not in plain.buttons
    await owner.taps("Discard draft")
    await owner.says("/update")
    await owner.taps("News")
    looked = await owner.says(
        "Read https://example.org/a and https://example.org/b",
        link_preview_options={"url": "https://example.org/b", "prefer_small_media": True},
    )
    assert looked.messages[0]["link_preview_options"] == {"is_disabled": True}
    chosen = await owner.taps("☐ Preview of the link")
    assert chosen.messages[0]["link_preview_options"]["url"] == "https://example.org/b"
    assert "☑ Preview of the link" in chosen.buttons
    await sends(owner)
    (got,) = (await ada.reads()).messages
    assert got["link_preview_options"]["prefer_small_media"]
    assert not got["link_preview_options"].get("is_disabled")


async def test_an_album_of_what_does_not_go_together_is_refused_kindly(
    stage: Stage, owner: Person
) -> None:
    await owner.says("/update")
    await owner.taps("News")
    await owner.sends_files("photo", [PNG], "Mixed", album="a2")
    await owner.reads()
    await owner.sends_files("document", [b"%PDF-1.4"], album="a2")
    assert "in one album" in (await owner.reads()).text


async def test_above_so_many_people_somebody_else_has_to_agree(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives, eddie: Person
) -> None:
    await stage.publish(approval_above=1)
    for person in (ada, await arrives("Bob")):
        await listens(person)
    await writes(owner, "To two of you")
    asked = await owner.taps("Send it now")
    assert "more than 1 people, so somebody else has to agree" in asked.text
    waiting = await owner.taps("Ask somebody to agree (2)")
    assert "Waiting for somebody else to agree" in waiting.text
    request = await eddie.reads()
    assert "To two of you" in request.text
    assert "Olive would like to send" in request.text
    own = await owner.taps_data(
        waiting.messages[0]["message_id"], request.button("Yes, I agree")[1]
    )
    assert "Somebody else has to agree" in own.toast
    assert await ada.hears_nothing()
    await eddie.taps("Yes, I agree", on=request)
    assert (await ada.reads()).text == "To two of you"
    done = await ended(stage)
    assert done.sent == 2
    assert done.approved_by != done.author_id
    again = await eddie.taps("Yes, I agree", on=request)
    assert "earlier question" in again.toast, "a double tap"
    assert (await ended(stage)).sent == 2


async def test_what_is_sent_back_is_a_draft_again_and_its_author_knows(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives, eddie: Person
) -> None:
    await stage.publish(approval_above=1)
    for person in (ada, await arrives("Bob")):
        await listens(person)
    await writes(owner, "Not quite right")
    await owner.taps("Send it now")
    await owner.taps("Ask somebody to agree")
    await eddie.taps("No, send it back", on=await eddie.reads())
    assert "Eddie has sent your update back" in (await owner.reads()).text
    assert await ada.hears_nothing()
    assert (await ended(stage, "draft")).approved_by is None


async def test_with_nobody_to_agree_it_is_said(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    await stage.publish(approval_above=1)
    for person in (ada, await arrives("Bob")):
        await listens(person)
    await writes(owner, "Alone")
    assert "Invite somebody first: /staff" in (await owner.taps("Send it now")).text


async def test_what_is_scheduled_can_be_changed_after_all(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "Later")
    await owner.taps("Send it later")
    await owner.says("tomorrow 9:00")
    await owner.taps("Schedule for 1")
    assert "Later" in (await owner.taps("Back to draft")).text
    assert "Even later" in (await owner.says("Even later")).text
    await owner.taps("Replace the message")
    assert (await ended(stage, "draft")).content["versions"][0]["html"] == "Even later"


async def test_each_week_plans_the_next_one_when_its_time_comes(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await listens(ada)
    await writes(owner, "This week we are {{ count }}")
    await owner.taps("Send it later")
    await owner.says("tomorrow 9:00")
    asked = await owner.taps("☐ Each week")
    assert "again each week" in asked.text
    await owner.taps("Schedule for 1")
    first = await ended(stage, "scheduled")
    assert first.due_at is not None
    now = datetime.now(UTC).replace(tzinfo=None)
    async with stage.database.transaction() as db:
        await db.execute(text("UPDATE broadcasts SET due_at = :now"), {"now": now.isoformat(" ")})
    assert (await ada.reads()).text == "This week we are 1"
    await ended(stage)
    following = await ended(stage, "scheduled")
    assert following.due_at is not None
    assert timedelta(days=6, hours=22) < following.due_at - datetime.now(UTC) <= timedelta(days=7)
    async with stage.database.reading() as db:
        assert len(await broadcasts.of_campaign(db, 1, 10)) == 2


async def test_two_editors_do_not_overwrite_each_other(
    stage: Stage, owner: Person, eddie: Person
) -> None:
    looked: Answer = await writes(owner, "First words")
    _, data = looked.button("Sign button")
    await owner.taps("☐ Sign button")
    shared = await eddie.taps_data((await eddie.says("/start")).messages[0]["message_id"], data)
    assert "First words" in shared.text
    assert "☑ Sign button" in shared.buttons, "theirs is shown, not changed back"
