"""Promises to a signer who would like to do more, and to one who would not."""

from collections.abc import Mapping

import pytest
from sqlalchemy import text

from storage import campaigns, next_steps, supporters
from tests.conversations.form_steps import to_review
from tests.conversations.steered_clock import clock, offers, stage
from tests.conversations.timeline_steps import adds, goes_on, saves
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage

__all__ = ["clock", "stage"]


async def signs(person: Person) -> None:
    with person.in_a_hurry():
        await to_review(person)
        assert "You have signed" in (await person.taps("Just sign")).text


async def taken(stage: Stage, person: Person) -> Mapping[str, str]:
    async with stage.database.reading() as db:
        supporter = await supporters.by_telegram_id(db, person.id)
        assert supporter is not None
        return await next_steps.taken(db, 1, supporter.id)


async def presses(person: Person, data: str) -> Answer:
    """A button that the last message does not have, or has no more."""
    return await person.taps_data(person.last.messages[-1]["message_id"], data)


async def kept_words(stage: Stage) -> str:
    """Everything the database keeps of dialogs."""
    async with stage.database.reading() as db:
        return str([row.answers for row in await db.execute(text("SELECT answers FROM dialogs"))])


async def test_a_campaign_that_names_no_other_step_offers_only_sharing(
    stage: Stage, ada: Person
) -> None:
    await offers(stage, "share")
    await signs(ada)
    assert "Send on Telegram" in ada.last.buttons
    assert "about other campaigns?" in (await ada.taps("One more step")).text, "it is asked"
    assert "What else can I do?" not in (await ada.says("/start")).buttons


async def test_steps_come_one_at_a_time_in_the_campaigns_order(stage: Stage, ada: Person) -> None:
    await offers(stage, "share", "letter", "event", "comment")
    await signs(ada)
    assert "Send on Telegram" in ada.last.buttons
    offer = await ada.taps("One more step")
    assert "We have a letter ready" in offer.text
    assert list(offer.buttons) == ["Yes, happy to", "Not now"]
    later = await ada.taps("Not now")
    assert "that counts" in later.text
    offer = await ada.taps("One more step")
    assert "tell us why you signed" in offer.text
    await ada.taps("Not now")
    asked = await ada.taps("One more step")
    assert "May we tell you about other campaigns?" in asked.text, "what is asked comes last"
    assert "One more step" not in (await ada.taps("No, thanks")).buttons
    assert await taken(stage, ada) == {"letter": "skipped", "comment": "skipped"}
    assert await ada.hears_nothing(0.3)


async def test_what_was_put_off_is_never_offered_again_by_itself_but_can_be_found(
    stage: Stage, ada: Person
) -> None:
    await offers(stage, "share", "letter")
    await signs(ada)
    await ada.taps("One more step")
    await ada.taps("Not now")
    assert "We have a letter ready" not in (await presses(ada, "steps:1:next")).text
    await ada.says("/start")
    found = await ada.taps("What else can I do?")
    assert "Here’s what else you can do" in found.text
    assert list(found.buttons)[:2] == ["Ask a friend", "Write to those who decide"]
    assert "Why does this matter to you?" in (await ada.taps("Write to those who decide")).text
    await ada.says("/cancel")


async def test_sharing_is_done_when_it_is_shared(stage: Stage, ada: Person) -> None:
    await offers(stage, "comment", "share")
    await signs(ada)
    assert "why you signed" in (await ada.taps("One more step")).text
    await ada.taps("Not now")
    assert "ask a friend to sign too" in (await ada.taps("One more step")).text
    page = await ada.taps("Yes, happy to")
    assert "https://t.me/clamour_bot?start=r_" in page.text
    assert "One more step" in page.buttons
    await ada.says("/start")
    assert "Ask a friend" not in (await ada.taps("What else can I do?")).buttons


async def test_a_letter_is_written_with_ones_own_words_and_forgotten_again(
    stage: Stage, ada: Person
) -> None:
    await offers(stage, "share", "letter")
    await signs(ada)
    await ada.taps("One more step")
    asked = await ada.taps("Yes, happy to")
    assert "Send a sentence or two" in asked.text
    assert "only read words and taps" in (await ada.sends(sticker=True)).text
    assert "Why does this matter to you?" in ada.last.text
    assert "make a link of something in that" in (await ada.says("see https://example.org")).text
    assert "That’s a little long" in (await ada.says("x" * 501)).text
    letter = await ada.says("My <neighbour> was helped {{ there }}.")
    for words in (
        "To: commissioner@example.org",
        "Dear Commissioner, I ask you to keep the unit.",
        "My <neighbour> was helped {{ there }}.",
        "It needs {money} & <time>.",
        "Ada Lovelace\nSW1A 1AA",
    ):
        assert words in letter.text
    assert letter.acts("Copy the address") == {"copy_text": {"text": "commissioner@example.org"}}
    assert letter.buttons["Open their page"] == "https://example.org/contact"
    assert "neighbour" in await kept_words(stage)
    thanks = await ada.taps("I have sent it")
    assert "Thank you! A letter" in thanks.text
    assert "neighbour" not in await kept_words(stage)
    assert (await ada.taps("I have sent it", on=letter)).toast == "Got that already, thank you."
    async with stage.database.reading() as db:
        assert await next_steps.figures(db, 1) == {"letter": 1}
    done = await ada.taps("One more step", on=thanks)
    assert "Write to those who decide" not in done.buttons


async def test_own_words_are_forgotten_however_the_letter_ends(stage: Stage, ada: Person) -> None:
    await offers(stage, "share", "letter")
    await signs(ada)
    for ends in ("later", "/cancel", "withdraw"):
        await ada.says("/start")
        await ada.taps("What else can I do?")
        await ada.taps("Write to those who decide")
        await ada.says("A secret of mine.")
        assert "secret" in await kept_words(stage)
        if ends == "later":
            await ada.taps("Not now")
        elif ends == "/cancel":
            await ada.says("/cancel")
        else:
            await ada.says("/withdraw")
            await ada.taps("Yes, take my name off")
        assert "secret" not in await kept_words(stage), ends
    async with stage.database.reading() as db:
        assert await next_steps.figures(db, 1) == {}


async def test_a_letter_needs_no_words_of_ones_own_and_can_be_written_anew(
    stage: Stage, ada: Person
) -> None:
    await offers(stage, "share", "letter")
    await signs(ada)
    await ada.taps("One more step")
    asked = await ada.taps("Yes, happy to")
    letter = await ada.taps("Without words of my own")
    assert "I ask you to keep the unit.\n\nIt finds people." in letter.text
    assert "Please answer with one of the buttons" in (await ada.says("What now?")).text
    assert "Your letter is ready" in ada.last.text
    again = await ada.taps("Write it differently")
    assert "Why does this matter" in again.text
    stale = await ada.taps("Without words of my own", on=asked)
    assert "belongs to an earlier question" in stale.toast
    assert "Why does this matter" in stale.text


async def test_steps_are_for_signers_and_forged_ones_count_nothing(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await offers(stage, "share", "letter")
    bob = await arrives("Bob")
    welcome = await bob.says("/start")
    message = welcome.messages[0]["message_id"]
    for data in ("steps:1:next", "steps:1:list", "step:1:letter:do", "step:1:letter:skip"):
        assert "Sign" in str((await bob.taps_data(message, data)).buttons), data
    await signs(ada)
    for data in ("step:1:letter:done", "step:1:nonsense:do", "steps:99:next", "stepq:1:sent"):
        await presses(ada, data)
    assert await taken(stage, ada) == {}
    async with stage.database.reading() as db:
        assert await next_steps.figures(db, 1) == {}
        assert await campaigns.by_slug(db, "keep-the-unit") is not None


async def test_a_step_speaks_the_persons_language(stage: Stage, arrives: Arrives) -> None:
    await offers(stage, "share", "letter")
    nia = await arrives("Nia", last_name="Rees", language_code="cy")
    await nia.says("/start")
    await nia.taps("Llofnodi")
    await nia.taps("Defnyddio “")
    await nia.says("CF10 1AA")
    await nia.taps("Dim ond llofnodi")
    await nia.taps("Un cam arall")
    assert "Pam mae hyn yn bwysig i chi?" in (await nia.taps("Gwnaf, â phleser")).text
    assert (
        "Why does this matter to you?"
        in (await nia.taps_data(nia.last.messages[0]["message_id"], "language:en")).text
    )


@pytest.mark.parametrize("what", ["voice", "location"])
async def test_something_else_than_words_is_answered_with_the_question(
    stage: Stage, ada: Person, what: str
) -> None:
    await offers(stage, "share", "comment")
    await signs(ada)
    await ada.taps("One more step")
    await ada.taps("Yes, happy to")
    if what == "location":
        answer = await ada.sends(location=True)
    else:
        answer = await ada.sends_file("voice", b"hm")
    assert "Why did you sign?" in answer.text
    assert "/cancel" in (await ada.says("/help")).text


async def test_staff_see_how_many_letters_have_gone(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await offers(stage, "share")
    assert "Letters sent" not in (await owner.says("/funnel")).text
    await offers(stage, "share", "letter")
    assert "Letters sent, as their writers say: 0" in (await owner.says("/funnel")).text
    await signs(ada)
    await ada.taps("One more step")
    await ada.taps("Yes, happy to")
    await ada.taps("Without words of my own")
    await ada.taps("I have sent it")
    assert "Letters sent, as their writers say: 1" in (await owner.says("/funnel")).text


async def test_an_event_is_offered_once_there_is_one(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await offers(stage, "share", "event")
    await signs(ada)
    nothing = await ada.taps("One more step")
    assert "Come to the event" not in nothing.buttons
    await adds(owner, "An event", "A public meeting", "City Hall", "tomorrow 18:00")
    await goes_on(owner, "‹Skip›", "‹Skip›", "‹Skip›")
    await saves(owner)
    await ada.says("/start")
    await ada.taps("What else can I do?")
    shown = await ada.taps("Come to the event")
    assert "City Hall" in shown.text
    file = await ada.taps("Put it in my calendar")
    assert any("document" in message for message in file.messages)
    assert "see you there" in (await ada.taps("I’m coming", on=shown)).text
    assert await taken(stage, ada) == {"event": "done"}
