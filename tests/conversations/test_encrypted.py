"""Promises of an encrypted database: people notice nothing, and the disk shows nothing."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.cli.errors import explain
from storage.database import Database
from storage.encryption.keyring import Keyring, new_key
from storage.errors import KeyMissing
from tests.conversations.form_steps import signs
from tests.conversations.test_my_data import files
from tests.e2e.people import Person
from tests.stage.stage import Stage, Telegram

KEY = new_key()
TRACES = ("Lovelace", "lovelace", "adalovelace", "Augusta Byron", "augustabyron")
WORDS = "My mother walked there with Mr Babbage"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The example campaign, in an encrypted database."""
    async with Telegram.open() as telegram, Stage.on(telegram, tmp_path, key=KEY) as stage:
        yield stage


def found_in(folder: Path) -> set[str]:
    """What of a person can be read in the files of the database."""
    files = [file for file in folder.iterdir() if file.is_file() and "campaign" not in file.name]
    assert any(file.name == "clamour.db-wal" for file in files)
    bytes_ = b"".join(file.read_bytes() for file in files)
    return {trace for trace in (*TRACES, WORDS) if trace.encode() in bytes_}


async def test_nothing_of_a_whole_conversation_lies_open_on_the_disk(
    stage: Stage, ada: Person, tmp_path: Path
) -> None:
    await ada.says("/start")
    await ada.taps("Sign")
    await ada.says("Augusta Byron")
    assert found_in(tmp_path) == set(), "in the middle of the form"
    await ada.says("sw1a 1aa")
    assert "Augusta Byron" in ada.last.text
    assert found_in(tmp_path) == set(), "before the last tap"
    assert "number 1" in (await ada.taps("Just sign")).text
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert (signature.full_name, signature.postcode) == ("Augusta Byron", "SW1A 1AA")
    assert (await stage.totals()).total == 1
    assert found_in(tmp_path) == set(), "after signing"


async def test_what_is_written_to_a_campaign_and_answered_lies_open_nowhere(
    stage: Stage, ada: Person, owner: Person, tmp_path: Path
) -> None:
    await owner.says("/start")
    await ada.says("/start")
    await ada.says(WORDS)
    assert found_in(tmp_path) == set(), "before it is passed on"
    await ada.taps("Yes, pass it on")
    await owner.says("/inbox")
    assert WORDS in (await owner.taps("1 · Ada")).text
    await owner.taps("Answer")
    await owner.says(f"So she did: {WORDS}")
    await ada.sees(f"So she did: {WORDS}")
    assert found_in(tmp_path) == set()


async def test_a_person_gets_their_own_data_and_goes(
    stage: Stage, ada: Person, tmp_path: Path
) -> None:
    await signs(ada)
    given = await files(ada, await ada.says("/mydata"))
    assert json.loads(given["my-data.json"])["signatures"][0]["full_name"] == "Ada Lovelace"
    assert found_in(tmp_path) == set()
    await ada.says("/forget")
    await ada.taps("Yes, erase everything")
    assert (await stage.totals()).total == 0
    assert await stage.signature(ada.id) is None
    assert found_in(tmp_path) == set()


async def test_a_broken_value_costs_one_answer_and_not_the_bot(
    stage: Stage, ada: Person, arrives: Callable[..., Awaitable[Person]]
) -> None:
    await signs(ada)
    async with stage.database.transaction() as db:
        await db.execute(text("UPDATE signatures SET full_name = name_key"))
    assert "went wrong" in (await ada.says("/sign")).text
    eve = await arrives("Eve", last_name="Adams")
    await eve.says("/start")
    assert "What is your name?" in (await eve.taps("Sign")).text


async def test_without_its_key_nothing_starts_and_it_is_said_why(
    stage: Stage, ada: Person, tmp_path: Path
) -> None:
    await signs(ada)
    for keyring in (None, Keyring.read(new_key())):
        with pytest.raises(KeyMissing) as refused:
            await Database.open(stage.settings.storage.url, keyring=keyring)
        assert Keyring.read(KEY).current.id in (explain(refused.value) or "")


async def test_a_bot_with_a_wrong_key_ends_before_anybody_is_answered(tmp_path: Path) -> None:
    async with Telegram.open() as telegram:
        async with Stage.on(telegram, tmp_path, key=KEY):
            ada = await telegram.arrives("Ada", last_name="Lovelace")
            await signs(ada)
        with pytest.raises(KeyMissing):
            async with Stage.on(telegram, tmp_path, key=new_key()):
                pass
