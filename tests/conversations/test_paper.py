"""Promises to staff who bring signatures on paper: sheet by sheet, or as a table."""

from storage import audit, campaigns, paper_entries, paper_imports
from storage.paper_entries import Entry
from tests.conversations.broadcast_steps import listens, shows
from tests.e2e.people import Answer, Person
from tests.stage.stage import Stage

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
TABLE = (
    b"name,postcode\nGrace Hopper,E17 4PP\nAda Lovelace,SW1A 1AA\n,SW1A 1AA\ngrace hopper,E174PP\n"
)


async def brings(person: Person, table: bytes, words: str, name: str = "s.csv") -> Answer:
    """Send a table, and wait for what is found in it."""
    answer = await person.sends_file("document", table, name=name)
    return answer if words in answer.text else await shows(person, words)


async def entries(stage: Stage) -> list[Entry]:
    async with stage.database.reading() as db:
        campaign = await campaigns.by_slug(db, "keep-the-unit")
        assert campaign is not None
        return await paper_entries.newest(db, campaign.id, 10)


async def test_a_sheet_is_asked_about_step_by_step_and_saved_with_its_photo(
    stage: Stage, eddie: Person
) -> None:
    assert "How many signatures" in (await eddie.says("/offline")).text
    assert "couldn’t read that" in (await eddie.says("a lot")).text
    assert "couldn’t read that" in (await eddie.says("-4")).text
    assert "Where are they from" in (await eddie.says("24")).text
    assert "write it as a message" in (await eddie.sends(sticker=True)).text
    assert "On which day" in (await eddie.says("Brixton market stall")).text
    assert "couldn’t read that" in (await eddie.says("next summer")).text
    assert "photo of the sheet" in (await eddie.says("yesterday")).text
    assert "not a picture" in (await eddie.says("no")).text
    look = await eddie.sends_file("photo", PNG)
    assert "24 signatures" in look.text
    assert "With a photo" in look.text
    saved = await eddie.taps("Yes, add them")
    assert "Added: 24" in saved.text
    assert (await stage.totals()).offline == 24
    again = await eddie.taps("Yes, add them", on=look)
    assert "Added" not in again.text, "a double tap"
    (entry,) = await entries(stage)
    assert (entry.count, entry.note, bool(entry.photo)) == (24, "Brixton market stall", True)
    assert entry.collected_on is not None
    listed = await eddie.taps("What was added so far", on=saved)
    shown = await eddie.taps("24 · Brixton", on=listed)
    assert "Signed on" in shown.text
    photo = await eddie.taps("See the sheet", on=shown)
    assert photo.has_picture
    await eddie.taps("Undo", on=shown)
    assert (await stage.totals()).offline == 0
    await eddie.taps("Undo", on=shown)
    assert (await stage.totals()).offline == 0
    async with stage.database.reading() as db:
        actions = [one.action for one in await audit.latest(db, 2)]
    assert actions == ["offline_signatures.undo", "offline_signatures.record"]


async def test_steps_can_be_skipped_left_and_come_back_to(stage: Stage, eddie: Person) -> None:
    first = await eddie.says("/offline")
    await eddie.says("5")
    await eddie.taps("Skip")
    assert "How many" not in (await eddie.taps("Cancel", on=first)).text, "a stale button"
    await eddie.taps("Skip")
    look = await eddie.taps("Skip")
    assert "5 signatures" in look.text
    assert "How many signatures" in (await eddie.taps("Start again")).text
    await eddie.says("/cancel")
    assert "How many" not in (await eddie.says("7")).text
    assert await entries(stage) == []


async def test_an_entry_is_out_of_reach_for_others(
    stage: Stage, owner: Person, eddie: Person, ada: Person
) -> None:
    await eddie.says("/offline 24 Market")
    await eddie.taps("Yes, add them")
    (entry,) = await entries(stage)
    welcome = await ada.says("/start")
    message = welcome.messages[0]["message_id"]
    for data in (f"paper:undo:{entry.id}:yes", "paper:list:1", "paper:add:1", "sheet:1:save"):
        forged = await ada.taps_data(message, data)
        assert "Market" not in forged.text
        assert "How many signatures" not in forged.text
    assert (await stage.totals()).offline == 24
    assert "I don’t know" in (await ada.says("/offline")).text
    table = await ada.sends_file("document", TABLE, name="sheets.csv")
    assert "table" not in table.text


async def test_a_table_is_looked_through_counted_and_taken_back(
    stage: Stage, eddie: Person, ada: Person
) -> None:
    await listens(ada)
    found = await brings(eddie, TABLE, "Will count")
    assert "Will count: 1" in found.text
    assert "Have signed in the chat: 1 (row 3)" in found.text
    assert "no name to read: 1 (row 4)" in found.text
    assert "In the table twice: 1 (row 5)" in found.text
    assert not any(label.startswith("Count 1 sig") for label in found.buttons)
    assert (await stage.totals()).offline == 0, "nothing is counted by looking"
    which = await eddie.taps("Postcode: postcode", on=found)
    assert "Which column" in which.text
    without = await eddie.taps("None of them", on=which)
    if "Will count" not in without.text:
        without = await shows(eddie, "Will count")
    assert "Postcode: –" in without.buttons
    answered = await eddie.taps("Count 4: no postcode", on=without)
    answered = await eddie.taps("Leave out 1: no name to read", on=answered)
    answered = await eddie.taps("Leave out 1: same name again", on=answered)
    answered = await eddie.taps("Count 1: may have signed in chat", on=answered)
    counted = await eddie.taps("Count 2 signatures", on=answered)
    assert "Added: 2" in counted.text
    await eddie.taps("Count 2 signatures", on=answered)
    assert (await stage.totals()).offline == 2
    same = await brings(eddie, TABLE, "You’ve counted this file", name="again.csv")
    assert not any(label.startswith("Count") for label in same.buttons)
    (entry,) = await entries(stage)
    listed = await eddie.says("/offline")
    listed = await eddie.taps("What was added so far", on=listed)
    shown = await eddie.taps("2 · s.csv", on=listed)
    await eddie.taps("Undo", on=shown)
    assert (await stage.totals()).offline == 0
    async with stage.database.reading() as db:
        table = await paper_imports.of(db, 1)
    assert table is not None
    assert (table.status, table.entry_id) == ("undone", entry.id)
    assert "Grace" not in repr(table)


async def test_a_file_that_is_no_table_is_answered_kindly(stage: Stage, eddie: Person) -> None:
    packed = b"PK\x03\x04" + b"\0" * 50
    spoilt = await brings(eddie, packed, "Nothing has been counted", "b.xlsx")
    assert "couldn’t open that spreadsheet" in spoilt.text
    old = b"\xd0\xcf\x11\xe0" + b"\0" * 50
    assert "Save as" in (await brings(eddie, old, "old Excel file", "b.xls")).text
    assert "table" not in (await eddie.sends_file("document", b"%PDF", name="a.pdf")).text
    found = await brings(eddie, TABLE, "Will count")
    thrown = await eddie.taps("Put the table aside", on=found)
    assert "Nothing has been counted" in thrown.text
    assert "discarded" in (await eddie.taps("Count 1: no name", on=found)).text
    assert (await stage.totals()).offline == 0


async def test_a_postcode_of_another_country_is_asked_about_only_where_signers_are_of_the_uk(
    stage: Stage, eddie: Person
) -> None:
    table = b"Name,Postcode\nAnn Lee,D02 X285\nBob Lee,E17 4PP\n"
    asked = await brings(eddie, table, "Will count")
    assert "not a UK postcode: 1 (row 2)" in asked.text
    await eddie.taps("Put the table aside", on=asked)
    await stage.publish(signers="anywhere")
    found = await brings(eddie, table, "Will count")
    assert "Count 2 signatures" in found.buttons


async def edits(person: Person, text: str) -> Answer:
    """Change the newest message of one's own."""
    mine = [one for one in await person.chat() if one.get("out")]
    return await person.edits_last(mine[-1]["message_id"], text)


async def test_an_edit_of_an_answer_changes_the_sheet(stage: Stage, eddie: Person) -> None:
    await eddie.says("/paper")
    await eddie.says("24")
    assert "changed that answer" in (await edits(eddie, "42")).text
    assert "Where are they from" in eddie.last.text
    assert "one number" in (await edits(eddie, "4,2")).text
    await eddie.says("Market")
    await edits(eddie, "Church")
    await eddie.says("yesterday")
    await edits(eddie, "tomorrow")
    assert "photo of the sheet" in eddie.last.text
    look = await eddie.taps("Skip")
    assert "42 signatures" in look.text
    assert "From: Church" in look.text
    await eddie.taps("Yes, add them")
    assert "it was" in (await edits(eddie, "today")).text
    assert (await stage.totals()).offline == 42
