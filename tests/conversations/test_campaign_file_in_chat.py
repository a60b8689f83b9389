"""Promises to staff who take the campaign's file out of the chat, change it, and send it back."""

import time

from campaign.definition.campaign_file import load_definition, parse_definition
from campaign.definition.edits import Edit
from campaign.uploads import UPLOAD_LIMIT
from tests.conversations.test_content import adds_reason, live, makes_editor
from tests.e2e.people import Answer, Arrives, Person
from tests.folded import for_each
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage

SUMMARY = "A summary of its own."


async def gets_file(person: Person) -> str:
    """The file that stands in the chat after a tap on the button."""
    await person.says("/content")
    answer = await person.taps("Get the file")
    (document,) = [m["document"] for m in answer.messages if "document" in m]
    assert document["file_name"] == "keep-the-unit.toml"
    address = f"{person.address}/people/{person.id}/files/{document['file_id']}"
    async with person.session.get(address) as found:
        return (await found.read()).decode()


def with_summary(text: str, summary: str = SUMMARY) -> str:
    old = load_definition(EXAMPLE).text["en"].summary
    assert old in text
    return text.replace(old, summary)


async def sends(person: Person, text: str, name: str = "campaign.toml") -> Answer:
    return await person.sends_document(text.encode(), name)


async def test_the_file_goes_out_is_changed_comes_back_and_is_put_live(
    stage: Stage, eddie: Person
) -> None:
    before, version = await live(stage)
    text = await gets_file(eddie)
    assert parse_definition(text, picture=before.picture) == before
    looked = await sends(eddie, with_summary(text))
    assert "This is what the file would change" in looked.text
    assert SUMMARY in looked.text
    assert (await live(stage)) == (before, version)
    assert f"version {version + 1}" in (await eddie.taps("Put it live")).text
    now, newer = await live(stage)
    assert (now.text["en"].summary, newer) == (SUMMARY, version + 1)
    assert now.picture == before.picture


async def test_the_same_file_changes_nothing(stage: Stage, eddie: Person) -> None:
    text = await gets_file(eddie)
    before = await live(stage)
    assert "says the same as the campaign already" in (await sends(eddie, text)).text
    assert (await live(stage)) == before


async def test_an_older_file_says_what_of_the_chat_it_would_undo(
    stage: Stage, eddie: Person
) -> None:
    text = await gets_file(eddie)
    await adds_reason(eddie, "From the chat.", "O’r sgwrs.")
    await eddie.taps("Put it live")
    looked = await sends(eddie, text)
    assert "edited in the chat since this file was exported" in looked.text
    assert "1 time," in looked.text
    assert "From the chat." in looked.text
    assert "Nothing has been changed" in (await eddie.taps("Discard changes")).text
    assert (await live(stage))[0].text["en"].reasons[-1] == "From the chat."


async def test_what_is_wrong_is_told_with_its_line(stage: Stage, eddie: Person) -> None:
    text = await gets_file(eddie)
    before = await live(stage)
    told = await sends(eddie, text.replace("goal = 2000", 'goal = "<b>many</b>"'))
    assert "can’t be used as it is" in told.text
    assert 'is "<b>many</b>"' in told.text
    line = text.splitlines().index("goal = 2000") + 1
    assert f"Line {line}: goal" in told.text
    assert "slug" in (await sends(eddie, text.replace("keep-the-unit", "another", 2))).text
    assert (await live(stage)) == before


async def test_only_owners_change_more_than_texts(
    stage: Stage, eddie: Person, owner: Person
) -> None:
    text = (await gets_file(eddie)).replace('status = "open"', 'status = "closed"')
    looked = await sends(eddie, text)
    assert "An owner has to send it" in looked.text
    assert "This closes signing" in looked.text
    assert not any("Put it live" in label for label in looked.buttons)
    serial = looked.buttons["Discard changes"].split(":")[1]
    await eddie.taps_data(looked.messages[-1]["message_id"], f"writing:{serial}:live")
    assert (await live(stage))[0].status == "open"
    await owner.says("/content")
    await sends(owner, text)
    await owner.taps("Put it live")
    assert (await live(stage))[0].status == "closed"


async def test_a_colleague_who_was_faster_is_not_overwritten(
    stage: Stage, eddie: Person, arrives: Arrives
) -> None:
    bea = await makes_editor(stage, await arrives("Bea"))
    text = with_summary(await gets_file(bea))
    await sends(bea, text)
    await adds_reason(eddie, "Eddie’s.", "Eddie.")
    await eddie.taps("Put it live")
    told = await bea.taps("Put it live")
    assert "A colleague has just changed the campaign" in told.text
    assert "Eddie’s." in told.text, "it would be undone, and that is said"
    assert (await live(stage))[0].text["en"].reasons[-1] == "Eddie’s."
    await bea.taps("Put it live")
    assert (await live(stage))[0].text["en"].summary == SUMMARY


@for_each(
    "name", ["../../etc/passwd.toml", "<b>x</b>.TOML", "a" * 200 + ".toml", "'; DROP TABLE.toml"]
)
async def test_a_hostile_name_is_only_a_name(stage: Stage, eddie: Person, name: str) -> None:
    text = with_summary(await gets_file(eddie))
    assert "This is what the file would change" in (await sends(eddie, text, name)).text
    await eddie.taps("Discard changes")


BOMBS = {
    "lists": "a = " + "[" * 90_000,
    "tables": "a = " + "{a = " * 30_000,
    "mixed": "a = " + "[{a = " * 20_000,
    "dots": "a" + ".a" * 90_000 + " = 1",
    "long dots": "\n".join(f"[{'.'.join(['k' * 70] * 400)}.{n}]" for n in range(6)),
    "keys": "\n".join(f"k{n} = 1" for n in range(18_000)),
    "languages": f"languages = [{', '.join(f'{chr(34)}x{n}{chr(34)}' for n in range(18_000))}]",
    "one word": "a = '" + "x" * 190_000 + "'",
    "nothing": "\x00" * 1000,
    "no text": "\udcff" * 10,
}


@for_each("bomb", BOMBS)
async def test_a_file_that_is_made_to_hurt_is_refused_at_once(
    stage: Stage, eddie: Person, bomb: str
) -> None:
    await eddie.says("/content")
    content = BOMBS[bomb].encode(errors="surrogateescape")
    assert len(content) <= UPLOAD_LIMIT
    begun = time.monotonic()
    answer = await eddie.sends_document(content, "campaign.toml")
    assert "can’t be used as it is" in answer.text
    assert time.monotonic() - begun < 10


async def test_what_is_too_large_or_no_campaign_file_is_not_fetched(
    stage: Stage, eddie: Person
) -> None:
    await eddie.says("/content")
    large = await eddie.sends_document(b"#" * (UPLOAD_LIMIT + 1), "campaign.toml")
    assert "at most 200 kB" in large.text
    assert "I couldn’t use that file" in (await eddie.sends_document(b"MZ", "a.exe")).text
    async with eddie.session.get(f"{stage.address}/control/stats") as answer:
        assert "getFile" not in (await answer.json())["calls"]


async def test_a_file_of_somebody_else_is_never_fetched(stage: Stage, ada: Person) -> None:
    await ada.says("/start")
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "would change" not in (await sends(ada, text)).text
    async with ada.session.get(f"{stage.address}/control/stats") as answer:
        assert "getFile" not in (await answer.json())["calls"]


async def test_a_file_that_cannot_be_fetched_is_told(stage: Stage, eddie: Person) -> None:
    text = await gets_file(eddie)
    await stage.control("faults", method="getFile", kind="400", times=1)
    assert "I couldn’t use that file" in (await sends(eddie, text)).text
    assert "says the same" in (await sends(eddie, text)).text


async def test_a_file_does_not_push_aside_what_is_being_written(
    stage: Stage, eddie: Person
) -> None:
    text = with_summary(await gets_file(eddie))
    await eddie.taps("Reasons")
    await eddie.taps("Add one")
    assert "What is the reason?" in (await eddie.sends_document(b"%PDF", "a.pdf")).text
    await eddie.says("Half of it.")
    assert "Cymraeg" in (await eddie.sends_document(b"%PDF", "a.pdf")).text
    answer = await sends(eddie, text)
    assert "Please finish this first" in answer.text
    assert "Half of it." in (await eddie.says("Hanner.")).text


def test_an_edit_survives_the_database() -> None:
    edit = Edit(1, 2, "reasons", "add", 3, None, {"en": {"reasons": "x"}})
    assert Edit.from_dict(edit.to_dict()) == edit
