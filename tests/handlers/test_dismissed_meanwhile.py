"""Promise: who may not go on with what they are in the middle of is led home and out of it, and is
asked nothing of it again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storage import dialogs
from storage.database import Database
from storage.dialogs import Dialog
from tests import migrated
from tests.handlers.routes_harness import NOW, message
from tests.handlers.staffroom import ALICE, Office

BEGIN = {
    "update": ["upd:new:{id}:news"],
    "story": ["event:new:{id}:media"],
    "sheet": ["paper:add:{id}"],
    "closing": ["closing:{id}:0:ask"],
    "content": ["edit:{id}:{version}:change:title:0"],
}
"""The taps that lead into each conversation of staff."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(migrated.migrated_url("sqlite", tmp_path))
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        yield await Office.open(stack, database, 1)


async def dialog_of(office: Office) -> Dialog:
    async with office.database.transaction() as db:
        _, dialog = await dialogs.open(
            db,
            telegram_id=office.numbers + ALICE,
            first_name="Alice",
            telegram_language="en",
            now=NOW,
        )
    return dialog


async def begin(office: Office, flow: str) -> None:
    petition = office.petition
    for data in BEGIN[flow]:
        await office.taps(ALICE, data.format(id=petition.id, version=petition.campaign.version))
    assert (await dialog_of(office)).flow == flow


@pytest.mark.parametrize("flow", BEGIN)
@pytest.mark.parametrize("text", ["tomorrow", "/cancel"])
async def test_the_next_message_leads_home_and_out_of_it(
    office: Office, flow: str, text: str
) -> None:
    await begin(office, flow)
    await office.dismiss(ALICE)
    office.doors.shown.clear()
    await office.says(ALICE, text)
    dialog = await dialog_of(office)
    assert (dialog.flow, dialog.answers.get(flow)) == ("", None)
    assert dict(office.doors.shown) == {"start/welcome": 1}


@pytest.mark.parametrize("flow", BEGIN)
async def test_so_does_an_old_button(office: Office, flow: str) -> None:
    await begin(office, flow)
    await office.dismiss(ALICE)
    await office.taps(ALICE, "sheet:1:today")
    await office.taps(ALICE, "writing:1:keep")
    await office.taps(ALICE, "story:1:skip")
    assert (await dialog_of(office)).flow == ""


@pytest.mark.parametrize("flow", BEGIN)
async def test_an_edit_of_what_was_said_there_leaves_the_form_they_are_in(
    office: Office, flow: str
) -> None:
    await begin(office, flow)
    said = message(office.numbers + ALICE, text="Eve") | {"message_id": 70}
    await office.doors.comes({"message": said})
    await office.dismiss(ALICE)
    await office.taps(ALICE, f"sign:{office.petition.id}")
    edited = {**said, "text": "Eva", "edit_date": 1259227801}
    await office.doors.comes({"edited_message": edited})
    assert (await dialog_of(office)).flow == "sign"
    assert "unexpected/edited_elsewhere" in office.doors.shown
