"""Promises to staff who change what a campaign says in the chat."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.definition.model import Definition
from storage import audit, campaigns, staff
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage, Telegram


async def live(stage: Stage) -> tuple[Definition, int]:
    """What the campaign says now, and its version."""
    async with stage.database.reading() as db:
        found = await campaigns.by_slug(db, "keep-the-unit")
    assert found is not None
    return Definition.from_dict(found.definition), found.version


async def edited(stage: Stage) -> list[tuple[int | None, object, object]]:
    """Who has changed which part how, oldest first."""
    async with stage.database.reading() as db:
        found = await audit.latest(db, 50)
    return [
        (entry.actor, entry.details["part"], entry.details["act"])
        for entry in reversed(found)
        if entry.action == "campaign.edited"
    ]


async def opens(person: Person, part: str) -> Answer:
    await person.says("/content")
    return await person.taps(part)


async def makes_editor(stage: Stage, person: Person) -> Person:
    await person.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, person.id, "editor", datetime.now(UTC))
    return person


async def adds_reason(person: Person, english: str, welsh: str) -> Answer:
    await opens(person, "Reasons")
    await person.taps("Add one")
    await person.says(english)
    return await person.says(welsh)


async def rewrites(person: Person, reason: str, english: str) -> None:
    """Begin to write the first reason anew."""
    await opens(person, "Reasons")
    await person.taps(f"1. {reason[:20]}")
    await person.taps("Change it")
    await person.says(english)


async def removes(person: Person, reason: str) -> None:
    """Remove the first reason."""
    await opens(person, "Reasons")
    await person.taps(f"1. {reason[:20]}")
    await person.taps("Remove it")
    await person.taps("Yes, remove it")


async def test_a_reason_is_written_in_each_language_looked_at_and_put_live(
    stage: Stage, eddie: Person, ada: Person
) -> None:
    before, version = await live(stage)
    listed = await opens(eddie, "Reasons")
    assert "There are 4, of 10 at most" in listed.text
    asked = await eddie.taps("Add one")
    assert "English" in asked.text
    assert "up to 280 characters" in asked.text
    assert "Cymraeg" in (await eddie.says("  Because it works.  ")).text
    looked = await eddie.says("Am ei fod yn gweithio.")
    assert "Nobody has seen it yet" in looked.text
    assert "Because it works." in looked.text
    assert "Am ei fod yn gweithio." in looked.text
    assert (await live(stage)) == (before, version), "not before it is put live"
    assert f"version {version + 1}" in (await eddie.taps("Put it live")).text
    now, newer = await live(stage)
    assert newer == version + 1
    assert now.text["en"].reasons == (*before.text["en"].reasons, "Because it works.")
    assert now.text["cy"].reasons[-1] == "Am ei fod yn gweithio."
    assert await edited(stage) == [(eddie.id, "reasons", "add")]
    await ada.says("/start")
    assert "Because it works." in (await ada.taps("Read more")).text


async def test_a_question_is_changed_moved_and_removed(stage: Stage, eddie: Person) -> None:
    before = (await live(stage))[0].text["en"].questions
    await opens(eddie, "Questions and answers")
    shown = await eddie.taps(f"2. {before[1].question[:20]}")
    assert before[1].answer[:40] in shown.text
    asked = await eddie.taps("Change it")
    assert before[1].question in asked.text
    await eddie.says("Is it worth it?")
    await eddie.taps("Keep “")
    await eddie.taps("Keep “")
    looked = await eddie.taps("Keep “")
    assert "Is it worth it?" in looked.text
    await eddie.taps("Put it live")
    after = (await live(stage))[0].text["en"].questions
    assert after[1].question == "Is it worth it?"
    assert after[1].answer == before[1].answer
    await eddie.taps("2. Is it worth it?")
    assert "1. Is it worth it?" in (await eddie.taps("Move up")).buttons
    await eddie.taps("1. Is it worth it?")
    assert "2. Is it worth it?" in (await eddie.taps("Move down")).buttons
    await eddie.taps("2. Is it worth it?")
    assert "Remove this in every language" in (await eddie.taps("Remove it")).text
    assert (await live(stage))[0].text["en"].questions == after, "it asks once more"
    await eddie.taps("Yes, remove it")
    now = (await live(stage))[0]
    assert now.text["en"].questions == (before[0], *before[2:])
    assert len(now.text["cy"].questions) == len(before) - 1
    assert [act for _, _, act in await edited(stage)] == ["change", "move", "move", "remove"]


async def test_an_endorsement_may_have_no_quote_and_then_has_none_anywhere(
    stage: Stage, eddie: Person
) -> None:
    await opens(eddie, "Who supports us")
    await eddie.taps("Add one")
    assert "You can leave it out" in (await eddie.says("Amnesty")).text
    asked = await eddie.taps("Without a quote")
    assert "Cymraeg" in asked.text
    looked = await eddie.says("Amnest")
    assert "Nobody has seen it yet" in looked.text, "no quote is asked for in Welsh"
    await eddie.taps("Put it live")
    last = [texts.endorsements[-1] for texts in (await live(stage))[0].text.values()]
    assert [(one.who, one.quote) for one in last] == [("Amnesty", None), ("Amnest", None)]


async def test_single_texts_and_organisations(stage: Stage, eddie: Person) -> None:
    await opens(eddie, "What came of it")
    await eddie.taps("Write it")
    await eddie.says("It stays open.")
    await eddie.says("Mae’n aros ar agor.")
    await eddie.taps("Put it live")
    assert (await live(stage))[0].text["cy"].outcome == "Mae’n aros ar agor."
    await eddie.taps("Remove it")
    await eddie.taps("Yes, remove it")
    assert (await live(stage))[0].text["en"].outcome is None
    await opens(eddie, "Organisations")
    await eddie.taps("Add one")
    assert "UNISON" in (await eddie.says("UNISON")).text, "asked once, in no language"
    await eddie.taps("Put it live")
    assert (await live(stage))[0].organisations[-1] == "UNISON"
    summary = await opens(eddie, "In short")
    assert not any("Remove" in label for label in summary.buttons), "it is needed"


async def test_what_people_sign_is_changed_only_with_a_plain_word_on_what_it_means(
    stage: Stage, eddie: Person
) -> None:
    shown = await opens(eddie, "Title")
    assert "earlier signatures stay with the words they were given under" in shown.text
    await eddie.taps("Change it")
    await eddie.says("Keep the unit open")
    looked = await eddie.taps("Keep “")
    assert "A new version of the petition" in looked.text
    await eddie.taps("Put it live")
    assert (await live(stage))[0].text["en"].title == "Keep the unit open"


async def test_what_cannot_stand_there_is_explained_and_what_was_written_stays(
    stage: Stage, eddie: Person
) -> None:
    await opens(eddie, "Reasons")
    await eddie.taps("Add one")
    await eddie.says("A good reason.")
    assert "20 characters too many" in (await eddie.says("x" * 300)).text
    assert "on one line" in (await eddie.says("two\nlines")).text
    assert "Please send it as text" in (await eddie.sends(sticker=True)).text
    looked = await eddie.says("Rheswm da.")
    assert "A good reason." in looked.text
    assert "Please tap" in (await eddie.says("Yes!")).text
    assert "Nothing has been changed" in (await eddie.taps("Discard changes")).text
    assert await edited(stage) == []


async def test_reasons_that_no_longer_fit_their_page_are_not_put_live(
    stage: Stage, eddie: Person
) -> None:
    await opens(eddie, "The petition’s text")
    await eddie.taps("Change it")
    await eddie.says("x" * 3000)
    await eddie.says("x" * 3000)
    await eddie.taps("Put it live")
    before = await live(stage)
    looked = await adds_reason(eddie, "y" * 280, "y" * 280)
    assert "together they are" in looked.text
    assert await live(stage) == before
    again = await eddie.taps("Change it again")
    assert any(label.startswith("Keep “yyy") for label in again.buttons)
    await eddie.says("A short one.")
    await eddie.says("Un byr.")
    assert "It’s live" in (await eddie.taps("Put it live")).text


async def test_of_two_editors_the_second_loses_nothing_and_overwrites_nothing(
    stage: Stage, eddie: Person, arrives: Arrives
) -> None:
    bea = await makes_editor(stage, await arrives("Bea"))
    await adds_reason(eddie, "Eddie’s reason.", "Rheswm Eddie.")
    await adds_reason(bea, "Bea’s reason.", "Rheswm Bea.")
    await eddie.taps("Put it live")
    told = await bea.taps("Put it live")
    assert "A colleague has just changed the campaign" in told.text
    assert "Bea’s reason." in told.text, "what was typed is kept"
    assert (await live(stage))[0].text["en"].reasons[-1] == "Eddie’s reason."
    await bea.taps("Put it live")
    assert (await live(stage))[0].text["en"].reasons[-2:] == ("Eddie’s reason.", "Bea’s reason.")


async def test_a_change_to_an_entry_that_a_colleague_has_removed_becomes_a_new_one(
    stage: Stage, eddie: Person, arrives: Arrives
) -> None:
    bea = await makes_editor(stage, await arrives("Bea"))
    first = (await live(stage))[0].text["en"].reasons[0]
    await rewrites(bea, first, "Said better.")
    await bea.says("Wedi’i ddweud yn well.")
    await removes(eddie, first)
    told = await bea.taps("Put it live")
    assert "removed or rewritten" in told.text
    await bea.taps("Put it live")
    reasons = (await live(stage))[0].text["en"].reasons
    assert first not in reasons
    assert reasons[-1] == "Said better."


async def test_what_a_colleague_did_while_one_was_writing_is_told_at_the_look(
    stage: Stage, eddie: Person, arrives: Arrives
) -> None:
    bea = await makes_editor(stage, await arrives("Bea"))
    first = (await live(stage))[0].text["en"].reasons[0]
    await rewrites(bea, first, "Said better.")
    await removes(eddie, first)
    looked = await bea.says("Wedi’i ddweud yn well.")
    assert "removed or rewritten" in looked.text
    assert "Said better." in looked.text
    assert "It’s live" in (await bea.taps("Put it live")).text
    assert (await live(stage))[0].text["en"].reasons[-1] == "Said better."


async def test_a_stale_button_shows_the_present_list_and_changes_nothing(
    stage: Stage, eddie: Person
) -> None:
    first = (await live(stage))[0].text["en"].reasons[0]
    await opens(eddie, "Reasons")
    old = await eddie.taps(f"1. {first[:20]}")
    await eddie.taps("Move down")
    now, version = await live(stage)
    answer = await eddie.taps("Move down", on=old)
    assert answer.toast
    assert (await live(stage)) == (now, version)


async def test_a_double_tap_puts_it_live_once(stage: Stage, eddie: Person) -> None:
    looked = await adds_reason(eddie, "Once.", "Unwaith.")
    _, version = await live(stage)
    await eddie.taps("Put it live")
    again = await eddie.taps("Put it live", on=looked)
    assert again.toast
    assert (await live(stage))[1] == version + 1


async def test_what_is_in_hand_is_kept_by_cancel_and_not_lost_to_another_button(
    stage: Stage, eddie: Person
) -> None:
    home = await eddie.says("/content")
    await opens(eddie, "Reasons")
    await eddie.taps("Add one")
    await eddie.says("Kept.")
    busy = await eddie.taps("Title", on=home)
    assert "finish this first" in busy.toast
    await eddie.says("/cancel")
    again = await eddie.says("/content")
    assert "Cymraeg" in again.text
    assert "Kept." in (await eddie.says("Wedi’i gadw.")).text


async def test_nobody_else_can_change_anything(stage: Stage, eddie: Person, ada: Person) -> None:
    assert "I don’t know" in (await ada.says("/content")).text
    welcome = await ada.says("/start")
    before = await live(stage)
    version = before[1]
    for act in ("home", "list:reasons", "add:reasons", "gone:reasons:0", "up:reasons:1", "send"):
        forged = await ada.taps_data(welcome.messages[0]["message_id"], f"edit:1:{version}:{act}")
        assert "What would you like to change" not in forged.text
        assert "document" not in str(forged.messages)
    assert (await live(stage)) == before
    await adds_reason(eddie, "Too late.", "Rhy hwyr.")
    async with stage.database.transaction() as db:
        await staff.remove(db, (await staff.all(db))[-1].id)
    assert "It’s live" not in (await eddie.taps("Put it live")).text
    assert (await live(stage)) == before


async def test_a_viewer_has_no_such_command(stage: Stage, ada: Person) -> None:
    await ada.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, ada.id, "viewer", datetime.now(UTC))
    assert "Owners and editors do that" in (await ada.says("/content")).text


async def test_of_several_campaigns_one_is_chosen_and_rights_end_at_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await stage.publish(slug="another-unit")
    await ada.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, ada.id, "editor", datetime.now(UTC), campaign_id=2)
    assert "Which campaign" in (await owner.says("/content")).text
    assert "What would you like to change" in (await owner.taps("Keep London")).text
    assert "What would you like to change" in (await ada.says("/content")).text
    message = ada.last.messages[0]["message_id"]
    forged = await ada.taps_data(message, "edit:1:1:gone:reasons:0")
    assert "saved" not in forged.toast.lower()
    assert (await live(stage))[1] == 1


async def test_a_redelivered_text_is_taken_once(stage: Stage, eddie: Person) -> None:
    await opens(eddie, "Reasons")
    await eddie.taps("Add one")
    await eddie.says("Said once.")
    await stage.control("redeliver", times=2)
    looked = await eddie.says("Unwaith.")
    assert "Nobody has seen it yet" in looked.text
    await eddie.taps("Put it live")
    assert (await live(stage))[0].text["cy"].reasons[-1] == "Unwaith."


async def test_a_restart_finds_the_half_written_change_where_it_was(tmp_path: Path) -> None:
    async with Telegram.open() as telegram:
        person = await telegram.arrives("Eddie")
        async with Stage.on(telegram, tmp_path) as stage:
            eddie = await makes_editor(stage, person)
            await opens(eddie, "Reasons")
            await eddie.taps("Add one")
            await eddie.says("Before the restart.")
        async with Stage.on(telegram, tmp_path) as stage:
            looked = await eddie.says("Wedyn.")
            assert "Before the restart." in looked.text
            await eddie.taps("Put it live")
            assert (await live(stage))[0].text["cy"].reasons[-1] == "Wedyn."


@pytest.mark.parametrize("part", ["nonsense", "status", "consent", "slug"])
async def test_forged_parts_lead_to_the_choice(stage: Stage, eddie: Person, part: str) -> None:
    home = await eddie.says("/content")
    before = await live(stage)
    await eddie.taps("Reasons")
    forged = await eddie.taps_data(
        home.messages[0]["message_id"], f"edit:1:{before[1]}:gone:{part}:0"
    )
    assert "What would you like to change" in forged.text
    assert (await live(stage)) == before


async def test_it_is_all_there_in_welsh(stage: Stage, arrives: Arrives) -> None:
    sian = await makes_editor(stage, await arrives("Siân", language_code="cy"))
    assert "Beth hoffech chi ei newid?" in (await sian.says("/content")).text
    await sian.taps("Rhesymau")
    await sian.taps("Ychwanegu un")
    await sian.says("One.")
    assert "Dyma sut mae’n newid" in (await sian.says("Un.")).text
    assert "wedi’i gyhoeddi" in (await sian.taps("Ei gyhoeddi")).text


async def test_hostile_texts_are_shown_and_kept_as_they_are(stage: Stage, eddie: Person) -> None:
    hostile = '<b>x</b> & {{ 7*7 }} \\ """ \' # [a]'
    await adds_reason(eddie, hostile, hostile)
    assert hostile in eddie.last.text
    await eddie.taps("Put it live")
    assert (await live(stage))[0].text["en"].reasons[-1] == hostile
