"""Promises about messages that people edit: the answer changes with them, or they are told how."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from campaign.signing.form import Form
from storage import dialogs
from tests import engines
from tests.handlers.routes_harness import NOW, RoutesHarness, message

ADA = 501


class Conversation:
    """Ada's, message by message."""

    def __init__(self, doors: RoutesHarness) -> None:
        self.doors, self.number = doors, 100

    async def says(self, text: str) -> int:
        self.number += 1
        sent = message(ADA, text=text) | {"message_id": self.number}
        await self.doors.comes({"message": sent})
        return self.number

    async def edits(self, number: int, **content: Any) -> None:
        edited = message(ADA, **content) | {"message_id": number, "edit_date": 2}
        await self.doors.comes({"edited_message": edited})

    async def form(self) -> Form:
        dialog = await self.dialog()
        kept = dialog.answers[str(self.doors.petition.id)]
        return Form.from_dict(self.doors.petition.definition, dialog.step, kept)

    async def dialog(self) -> dialogs.Dialog:
        async with self.doors.services.database.transaction() as db:
            _, dialog = await dialogs.open(
                db, telegram_id=ADA, first_name="P501", telegram_language="en", now=NOW
            )
        return dialog

    async def taps(self, name: str) -> None:
        serial = (await self.dialog()).serial
        await self.doors.taps(ADA, f"form:{serial}:{name}")

    def was_shown(self, template: str) -> bool:
        shown = template in self.doors.shown
        self.doors.shown.clear()
        return shown


@pytest.fixture(params=engines.params())
async def ada(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Conversation]:
    async with RoutesHarness.open(tmp_path, request.param) as doors:
        yield Conversation(doors)


async def test_an_edited_answer_is_the_answer_and_the_open_question_stays(
    ada: Conversation,
) -> None:
    await ada.says("/sign")
    name = await ada.says("Ada Lovelcae")
    await ada.edits(name, text="Ada Lovelace")
    form = await ada.form()
    assert (form.answers["name"], form.step) == ("Ada Lovelace", "postcode")
    assert ada.was_shown("sign/put_right")


async def test_an_edit_of_what_could_not_be_taken_answers_the_question(ada: Conversation) -> None:
    await ada.says("/sign")
    await ada.says("Ada Lovelace")
    postcode = await ada.says("SW1A")
    assert (await ada.form()).step == "postcode"
    await ada.edits(postcode, text="SW1A 1AA")
    form = await ada.form()
    assert form.answers["postcode"] == "SW1A 1AA"
    assert form.step != "postcode"


async def test_an_edit_that_cannot_be_taken_leaves_the_answer_and_says_why(
    ada: Conversation,
) -> None:
    await ada.says("/sign")
    await ada.says("Ada Lovelace")
    postcode = await ada.says("SW1A 1AA")
    await ada.edits(postcode, text="nowhere")
    assert (await ada.form()).answers["postcode"] == "SW1A 1AA"
    assert not ada.was_shown("sign/put_right")


async def test_only_the_newest_message_of_a_question_is_its_answer(ada: Conversation) -> None:
    await ada.says("/sign")
    first = await ada.says("Ada Byron")
    await ada.taps("back")
    await ada.says("Ada Lovelace")
    await ada.edits(first, text="Ada King")
    assert (await ada.form()).answers["name"] == "Ada Lovelace"
    assert ada.was_shown("unexpected/edited")


async def test_reactions_live_locations_and_link_previews_are_not_answered(
    ada: Conversation,
) -> None:
    await ada.says("/sign")
    name = await ada.says("Ada Lovelace")
    where = await ada.says("x")
    calls = ada.doors.calls.copy()
    for _ in range(3):
        await ada.edits(name, text="Ada Lovelace")
        await ada.edits(where, location={"latitude": 1.0, "longitude": 2.0})
        await ada.edits(3, text="said long ago")
    assert ada.doors.calls == calls


async def test_after_signing_an_edit_is_told_where_answers_are_changed(ada: Conversation) -> None:
    await ada.says("/sign")
    name = await ada.says("Ada Lovelace")
    await ada.says("SW1A 1AA")
    for act in ("skip", "sign:only"):
        await ada.taps(act)
    await ada.edits(name, text="Ada King")
    assert ada.was_shown("unexpected/edited_signed")
    await ada.edits(name, text="Ada King")
    assert not ada.was_shown("unexpected/edited_signed")


async def test_what_is_remembered_of_messages_has_none_of_their_words(ada: Conversation) -> None:
    for number in range(40):
        await ada.says(f"Hello {number}")
    kept = str((await ada.dialog()).answers["heard"])
    assert "Hello" not in kept
    assert len(kept) < 1500
