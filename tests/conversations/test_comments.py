"""Promises to people who say why they signed, and to staff who read it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from campaign import comments, request_limits
from campaign.comments import Quote
from campaign.definition.model import AskedField
from storage import audit, staff, wordings
from tests.conversations.steered_clock import clock, offers, stage
from tests.conversations.test_one_more_step import presses, signs
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage

__all__ = ["clock", "stage"]


@pytest.fixture(autouse=True)
async def with_comments(stage: Stage) -> None:
    await offers(stage, "share", "comment")


async def says_why(person: Person, words: str, permission: str) -> Answer:
    await signs(person)
    with person.in_a_hurry():
        await person.taps("One more step")
        await person.taps("Yes, happy to")
        asked = await person.says(words)
        assert "May we quote that?" in asked.text
        return await person.taps(permission)


async def quotes(stage: Stage) -> list[Quote]:
    async with stage.database.reading() as db:
        return list(await comments.quotes(db, 1))


async def test_three_answers_and_the_exact_words_agreed_to_are_kept(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    kept = await says_why(ada, "Because it works.", "With my first name and area")
    assert "with your first name and the first half of your postcode" in kept.text
    bob, cleo = await arrives("Bob"), await arrives("Cleo")
    assert "without your name" in (await says_why(bob, "For Mary.", "Without my name")).text
    assert "We won’t publish it" in (await says_why(cleo, "Private.", "Don’t publish it")).text
    given = (await stage.consents(ada.id))["quote"]
    assert given.granted
    async with stage.database.reading() as db:
        wording = (await wordings.latest(db, 1))["consent:quote_named", "en"]
    assert given.wording_id == wording.id
    assert "“Keep London’s human trafficking unit” with my first name" in wording.text
    assert "&" not in wording.text
    assert not (await stage.consents(cleo.id))["quote"].granted


async def test_nothing_is_kept_before_the_question_is_answered(stage: Stage, ada: Person) -> None:
    await signs(ada)
    await ada.taps("One more step")
    await ada.taps("Yes, happy to")
    asked = await ada.says("First thoughts.")
    await ada.taps("Write it differently")
    assert "<b>" in (await ada.says("I <b>care</b>.")).text
    stale = await ada.taps("Without my name", on=asked)
    assert "belongs to an earlier question" in stale.toast
    assert "I <b>care</b>." in stale.text
    async with stage.database.reading() as db:
        assert (await db.execute(text("SELECT count(*) FROM comments"))).scalar_one() == 0
    await ada.taps("Not now")
    async with stage.database.reading() as db:
        dialogs = [row.answers for row in await db.execute(text("SELECT answers FROM dialogs"))]
    assert "care" not in str(dialogs)


async def test_staff_choose_only_what_may_be_quoted(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    assert "Nobody has said why yet" in (await owner.says("/comments")).text
    bob, cleo = await arrives("Bob"), await arrives("Cleo")
    await says_why(ada, "Because it works.", "With my first name and area")
    await says_why(bob, "For Mary.", "Without my name")
    await says_why(cleo, "Private.", "Don’t publish it")
    page = await owner.says("/comments")
    assert page.text.index("Private.") < page.text.index("For Mary.")
    assert "May be quoted: Ada, SW1A" in page.text
    assert "May not be published" in page.text
    assert page.rows == [["☐ Show 2", "☐ Hand in 2"], ["☐ Show 3", "☐ Hand in 3"], ["‹ Desk"]]
    for place in (2, 3):
        await owner.taps(f"☐ Hand in {place}")
    assert await quotes(stage) == [
        Quote(1, "Because it works.", "Ada", "SW1A"),
        Quote(2, "For Mary.", None, None),
    ]
    refused = await presses(owner, "comments:1:on:3:999999999999999999")
    assert refused.toast == "That may not be quoted, or not any more."
    await owner.taps("☑ Hand in 2", on=await owner.says("/comments"))
    assert [quote.words for quote in await quotes(stage)] == ["Because it works."]
    async with stage.database.reading() as db:
        acts = [entry.action for entry in await audit.latest(db, 3)]
    assert acts == ["comment.leave_out", "comment.choose", "comment.choose"]


async def test_taking_it_back_takes_it_out_at_once(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob = await arrives("Bob", last_name="Stone")
    for person in (ada, bob):
        await says_why(person, "It matters.", "With my first name and area")
    page = await owner.says("/comments")
    await owner.taps("☐ Hand in 1")
    await owner.taps("☐ Hand in 2")
    assert len(await quotes(stage)) == 2
    await ada.says("/withdraw")
    await ada.taps("Yes, take my name off")
    assert [quote.first_name for quote in await quotes(stage)] == ["Bob"]
    assert not (await stage.consents(ada.id))["quote"].granted
    await offers(stage, "share")
    await bob.says("/start")
    assert "It matters." in (await bob.taps("My comment")).text, "though it is offered no more"
    await bob.taps("Change who may quote it")
    await bob.taps("Don’t publish it")
    assert await quotes(stage) == []
    again = await owner.taps("☑ Hand in 1" if "☑" in str(page.buttons) else "Hand in 1", on=page)
    assert again.toast == "That may not be quoted, or not any more."
    await bob.taps("My comment")
    assert "Your comment is deleted" in (await bob.taps("Delete my comment")).text
    assert "Nobody has said why yet" in (await owner.says("/comments")).text
    assert not (await stage.consents(bob.id))["quote"].granted


async def test_who_gave_a_comment_while_signing_is_asked_for_permission_only(
    stage: Stage, owner: Person, ada: Person
) -> None:
    fields = (AskedField(kind="name"), AskedField(kind="comment", required=False))
    await offers(stage, "share", "comment", fields=fields)
    await ada.says("/start")
    await ada.taps("Sign")
    await ada.taps("Use “")
    await ada.says("They helped my sister.")
    await ada.taps("Just sign")
    assert "not asked yet whether it may be quoted" in (await owner.says("/comments")).text
    assert "Hand in" not in str(owner.last.buttons)
    await ada.taps("One more step")
    asked = await ada.taps("Yes, happy to")
    assert "You say:\nThey helped my sister." in asked.text
    await ada.taps("With my first name and area")
    page = await owner.says("/comments")
    assert page.text.count("They helped my sister.") == 1
    await owner.taps("☐ Hand in 1")
    assert [quote.first_name for quote in await quotes(stage)] == ["Ada"]
    await ada.says("/start")
    await ada.taps("Change my answers")
    await ada.taps("Change: Comment")
    await ada.says("They helped me.")
    await ada.taps("Save changes")
    assert await quotes(stage) == [], "the permission was for other words"
    assert "not asked yet" in (await owner.says("/comments")).text


async def test_comments_come_page_by_page_and_are_for_editors(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    for place in range(5):
        person = await arrives(f"P{place}")
        await says_why(person, f"Reason {place}.", "Without my name")
    page = await owner.says("/comments")
    assert "Reason 4." in page.text
    assert "Reason 0." not in page.text
    older = await owner.taps("Older ones")
    assert "Reason 0." in older.text
    await owner.taps("☐ Hand in 1")
    assert "Reason 0." in owner.last.text
    assert "Reason 4." in (await owner.taps("Newest")).text
    for role, answer in ((None, "I don’t know"), ("viewer", "Owners and editors do that")):
        if role:
            async with stage.database.transaction() as db:
                await staff.upsert(db, ada.id, role, (await audit.latest(db, 1))[0].at)
        assert answer in (await ada.says("/comments")).text
        await ada.says("/start")
        for data in ("comments:1:page:999999999999999999", "comments:1:off:1:9"):
            assert "Reason" not in (await presses(ada, data)).text
    assert [quote.words for quote in await quotes(stage)] == ["Reason 0."]


async def test_an_edit_changes_the_words_before_they_are_kept_and_not_after(
    stage: Stage, ada: Person
) -> None:
    await signs(ada)
    await ada.taps("One more step")
    await ada.taps("Yes, happy to")
    await ada.says("It wrks.")
    mine = [one for one in await ada.chat() if one.get("out")][-1]["message_id"]
    asked = await ada.edits_last(mine, "It works.")
    assert "It works." in asked.text
    assert "May we quote that?" in asked.text
    assert "link" in (await ada.edits_last(mine, "It works: example.org")).text
    await ada.taps("With my first name and area")
    assert "as it was" in (await ada.edits_last(mine, "Other words")).text
    async with stage.database.reading() as db:
        (kept,) = (await db.execute(text("SELECT words FROM comments"))).scalars()
    assert kept == "It works."


async def visitor_reads(visitor: Person) -> str:
    """All that a visitor finds of why people signed; "" where there is no way to it."""
    await visitor.says("/start")
    more = await visitor.taps("Read more")
    if "Why people signed" not in more.buttons:
        return ""
    return (await visitor.taps("Why people signed")).text


async def test_visitors_read_what_may_be_quoted_and_staff_let_through(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    bob, cleo, eve = await arrives("Bob"), await arrives("Cleo"), await arrives("Eve")
    await says_why(ada, "Because it works.", "With my first name and area")
    await says_why(bob, "For Mary.", "Without my name")
    await says_why(cleo, "Private.", "Don’t publish it")
    assert await visitor_reads(eve) == "", "nothing has been let through yet"
    await owner.says("/comments")
    for place in (2, 3):
        await owner.taps(f"☐ Show {place}")
    assert await quotes(stage) == [], "the hand-in is another choice"
    read = await visitor_reads(eve)
    assert "Because it works.\nAda, SW1A" in read
    assert "For Mary." in read
    assert "Bob" not in read
    assert "Lovelace" not in read
    assert "Private." not in read
    refused = await presses(owner, "comments:1:show:3:999999999999999999:00000000")
    assert refused.toast == "That may not be quoted, or not any more."
    await owner.says("/comments")
    await owner.taps("☑ Show 2")
    assert "For Mary." not in await visitor_reads(eve)
    async with stage.database.reading() as db:
        acts = [entry.action for entry in await audit.latest(db, 3)]
    assert acts == ["comment.hide", "comment.show", "comment.show"]


@pytest.mark.parametrize("how", ["withdraws", "takes it back", "deletes it", "is erased", "held"])
async def test_who_leaves_or_takes_it_back_is_shown_no_more(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives, how: str
) -> None:
    eve = await arrives("Eve")
    await says_why(ada, "Because it works.", "With my first name and area")
    await owner.says("/comments")
    await owner.taps("☐ Show 1")
    assert "Because it works." in await visitor_reads(eve)
    if how == "withdraws":
        await ada.says("/withdraw")
        await ada.taps("Yes, take my name off")
    elif how == "is erased":
        await ada.says("/forget")
        await ada.taps("Yes")
    elif how == "held":
        async with stage.database.transaction() as db:
            await db.execute(text("UPDATE signatures SET status = 'invalidated' WHERE id = 1"))
    else:
        await ada.says("/start")
        await ada.taps("My comment")
        if how == "deletes it":
            await ada.taps("Delete my comment")
        else:
            await ada.taps("Change who may quote it")
            await ada.taps("Don’t publish it")
    assert await visitor_reads(eve) == ""


async def test_changed_words_have_to_be_looked_at_again(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    eve = await arrives("Eve")
    await says_why(ada, "Because it works.", "Without my name")
    page = await owner.says("/comments")
    async with stage.database.transaction() as db:
        await comments.comments.upsert(
            db,
            signature_id=1,
            campaign_id=1,
            words="Something rude.",
            permission="unnamed",
            now=datetime.now(UTC),
        )
    refused = await owner.taps("☐ Show 1", on=page)
    assert refused.toast == "That may not be quoted, or not any more."
    assert "Something rude." in refused.text
    assert await visitor_reads(eve) == ""


async def test_another_name_below_the_words_has_to_be_looked_at_again(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    eve = await arrives("Eve")
    await says_why(ada, "Because it works.", "With my first name and area")
    page = await owner.says("/comments")
    await owner.taps("☐ Show 1")
    assert "Ada, SW1A" in await visitor_reads(eve)
    await ada.says("/start")
    await ada.taps("Change my answers")
    await ada.taps("Change: Name")
    await ada.says("Twit Lovelace")
    await ada.taps("Save changes")
    assert await visitor_reads(eve) == ""
    refused = await owner.taps("☐ Show 1", on=page)
    assert refused.toast == "That may not be quoted, or not any more."
    assert "Twit, SW1A" in refused.text
    await owner.taps("☐ Show 1")
    assert "Twit, SW1A" in await visitor_reads(eve)
    await ada.says("/start")
    await ada.taps("Change my answers")
    await ada.taps("Change: Name")
    await ada.says("Twit Byron")
    await ada.taps("Save changes")
    assert "Twit, SW1A" in await visitor_reads(eve), "what is read has not changed"


async def test_words_written_by_a_clock_set_back_have_to_be_looked_at_again(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    eve = await arrives("Eve")
    await says_why(ada, "Because it works.", "Without my name")
    await owner.says("/comments")
    await owner.taps("☐ Show 1")
    async with stage.database.transaction() as db:
        await comments.comments.upsert(
            db,
            signature_id=1,
            campaign_id=1,
            words="Something rude.",
            permission="unnamed",
            now=datetime(2009, 1, 1, tzinfo=UTC),
        )
    assert await visitor_reads(eve) == ""


async def test_permitting_it_without_end_does_not_fill_the_ledger_and_no_is_always_heard(
    stage: Stage, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_limits, "CHOICES_OF_ACCOUNT", request_limits.Limit(2, 60))
    await says_why(ada, "It matters.", "With my first name and area")
    for answer in ("Without my name", "With my first name and area"):
        await ada.taps("My comment")
        await ada.taps("Change who may quote it")
        told = await ada.taps(answer)
    assert "very often today" in told.toast
    async with stage.database.reading() as db:
        quoted = text("SELECT count(*) FROM consents WHERE purpose = 'quote'")
        assert await db.scalar(quoted) == 2
    assert "We won’t publish it" in (await ada.taps("Don’t publish it")).text
    assert not (await stage.consents(ada.id))["quote"].granted


async def test_why_people_signed_comes_page_by_page(
    stage: Stage, owner: Person, arrives: Arrives
) -> None:
    eve = await arrives("Eve")
    for place in range(6):
        await says_why(await arrives(f"P{place}"), f"Reason {place}.", "Without my name")
    await owner.says("/comments")
    for place in range(1, 5):
        await owner.taps(f"☐ Show {place}")
    await owner.taps("Older ones")
    for place in (1, 2):
        await owner.taps(f"☐ Show {place}")
    read = await visitor_reads(eve)
    assert read.index("Reason 5.") < read.index("Reason 1.")
    assert "Reason 0." not in read
    assert "Page 1 of 2" in read
    assert "Reason 0." in (await eve.taps("More ›")).text
    assert "Reason 5." in (await eve.taps("‹ Before")).text
    far = await eve.taps_data(eve.last.messages[0]["message_id"], "page:why_signed:1:99")
    assert "Reason 0." in far.text
    assert "What is your name?" in (await eve.taps("Sign")).text


async def test_a_comment_waits_on_the_desk_until_something_is_done_with_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await says_why(ada, "Because it works.", "With my first name and area")
    await owner.says("/desk")
    await owner.taps("New comments (1)")
    await owner.taps("☐ Show 1")
    desk = await owner.taps("‹ Desk")
    assert "Nothing is waiting for you." in desk.text
    assert not [label for label in desk.buttons if label.startswith("New comments")]
