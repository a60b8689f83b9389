"""Promises of looking at how a database is sealed, before anything is changed."""

import pytest

from storage.database import Database
from storage.encryption import state
from storage.encryption.state import PLAIN, State
from storage.errors import WrongKeys
from tests.storage.earlier import upgrade_to
from tests.storage.encrypted import OLD
from tests.storage.world import person


async def test_an_empty_one_will_be_sealed_and_one_with_people_will_not(
    database: Database,
) -> None:
    async with database.transaction() as db:
        assert await state.read(db, None) == PLAIN
        assert await state.read(db, OLD) == State(key_id=OLD.current.id)
        assert await state.of(db) == PLAIN, "looking changes nothing"
        await person(db)
        with pytest.raises(WrongKeys):
            await state.read(db, OLD)


async def test_one_that_is_older_than_sealing_is_plain(empty_url: str) -> None:
    await upgrade_to(empty_url, "0017")
    database = await Database.open(empty_url)
    try:
        async with database.reading() as db:
            assert await state.of(db) == PLAIN
    finally:
        await database.close()
