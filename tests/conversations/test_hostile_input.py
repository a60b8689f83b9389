"""Promises under hostile input: no exception, no broken HTML, no lost answer.

The simulator refuses broken HTML as Telegram does, so an answer that comes is a valid one; an
exception in the bot would show as an apology with a reference number.
"""

import asyncio
from collections.abc import Sequence

import pytest

from campaign.definition.campaign_file import load_definition
from tests import hostile
from tests.amount import cases
from tests.campaign import FULL_PROFILE
from tests.e2e.people import Answer, Person
from tests.stage.stage import Stage

AT_ONCE = 16
VALID = {
    "name": "Ada King",
    "postcode": "SW1A 1AA",
    "email": "ada@example.org",
    "country": "GB",
    "comment": "It matters.",
}


def strings() -> list[str]:
    """Hostile strings that can be typed into a chat at all."""
    listed = list(hostile.big_list())[:: cases(short=12, full=1)]
    every = dict.fromkeys((*hostile.VALUES, *listed))
    return [text for text in every if text.strip() and len(text) <= 4096 and _has_utf8(text)]


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def fine(answer: Answer) -> None:
    assert answer.messages
    assert "I am sorry, something went wrong" not in answer.text
    assert "reference" not in answer.text.lower(), answer.text


async def _fill_the_form(person: Person, texts: Sequence[str]) -> None:
    """Try every text at every question, then answer it properly; commands are told apart."""
    fine(await person.says("/sign"))
    for kind, valid in VALID.items():
        for text in texts:
            if text.startswith("/"):
                text = f"x{text}"
            try:
                answer = await person.says(text)
            except AssertionError as refused:
                if "message text is empty" in str(refused):  # Telegram would not carry it
                    continue
                raise
            fine(answer)
            if asked_back := [data for data in _data(answer) if data.endswith(":again")]:
                message = answer.messages[-1]["message_id"]
                answer = await person.taps_data(message, asked_back[0])
                fine(answer)
            if not any(word in " ".join(answer.buttons) for word in ("Back", "Just sign")):
                try:
                    await person.reads()
                except AssertionError:  # a word that is an act of its own, such as "$HOME"
                    fine(await person.says("/sign"))
            if not await _still_asks(person, kind):
                await _goes_back(person, kind)
        fine(await person.says(valid))
    assert VALID["name"] in person.last.text
    assert "You have signed" in (await person.taps("Just sign")).text


async def _goes_back(person: Person, kind: str) -> None:
    """To the question before; from the last screen to the one that is named."""
    if "Just sign" not in " ".join(person.last.buttons):
        fine(await person.taps("Back"))
        return
    fine(await person.taps("Change an answer"))
    fine(await person.taps(f"Change: {kind.capitalize()}"))


def _data(answer: Answer) -> list[str]:
    """What the buttons under the newest message send."""
    rows = answer.messages[-1].get("reply_markup", {}).get("inline_keyboard", [])
    return [button.get("callback_data", "") for row in rows for button in row]


async def _still_asks(person: Person, kind: str) -> bool:
    words = {
        "name": "What is your name?",
        "postcode": "What is your postcode?",
        "email": "What is your email address?",
        "country": "Which country do you live in?",
        "comment": "Why does this matter to you?",
    }
    return words[kind] in person.last.text


@pytest.mark.timeout(240)
async def test_nothing_that_can_be_typed_breaks_a_question(stage: Stage) -> None:
    asked = [a for a in load_definition(FULL_PROFILE).fields if a.kind != "phone"]
    await stage.publish(fields=tuple(sorted(asked, key=lambda a: list(VALID).index(a.kind))))
    every = strings()
    assert len(every) > 60
    people = [await stage.telegram.arrives() for _ in range(AT_ONCE)]
    for person in people:
        person.quiet = 0
    await asyncio.gather(
        *(_fill_the_form(person, every[n::AT_ONCE]) for n, person in enumerate(people))
    )
    for person in people:
        signature = await stage.signature(person.id)
        assert signature is not None
        assert signature.full_name == VALID["name"]
        assert signature.comment == VALID["comment"]
    assert (await stage.totals()).total == AT_ONCE


async def test_hostile_names_payloads_and_commands_are_answered(stage: Stage) -> None:
    for text in hostile.VALUES[:: cases(short=3, full=1)]:
        name = text.strip()[:64]
        if not name or not _has_utf8(name) or len(text) > 3_000:
            continue
        person = await stage.telegram.arrives(name, last_name=name)
        person.quiet = 0
        one_line = " ".join(text.split())[:500]
        fine(await person.says(f"/start {one_line}"))
        fine(await person.says(f"/{one_line}"))
        fine(await person.says("/sign"))
