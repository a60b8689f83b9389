"""Promises of opening a sealed database, and of sealing, rewriting, unsealing and copying one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import copy_database, signatures
from storage.database import Database
from storage.encryption import rewrite, state
from storage.encryption.keyring import Keyring, key_of
from storage.encryption.rewrite import Damaged, OtherEnd, Resealed, reseal
from storage.errors import (
    DatabaseInUse,
    EncryptedWithOldKey,
    HalfEncrypted,
    KeyMissing,
    NotEncryptedYet,
)
from tests import engines, migrated
from tests.storage.encrypted import (
    BOTH,
    NAMES,
    NEW,
    OLD,
    ada_signs,
    everything,
    look_into,
    silent,
    url_of,
)
from tests.storage.test_copy_database import fill
from tests.storage.world import campaign, person


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrite, "PAGE", 25)


async def test_a_database_opens_with_its_own_keys_and_no_others(sealed: Database) -> None:
    await ada_signs(sealed)
    url = url_of(sealed)
    for keyring, refusal in ((None, KeyMissing), (NEW, KeyMissing), (BOTH, EncryptedWithOldKey)):
        with pytest.raises(refusal) as told:
            await Database.open(url, keyring=keyring)
        assert told.value.key_id == OLD.current.id
    again = await Database.open(url, keyring=Keyring([b"o" * 32, b"x" * 32]))
    await again.close()


async def test_a_key_for_a_plain_database_seals_an_empty_one_only(database: Database) -> None:
    url = url_of(database)
    async with database.transaction() as db:
        await campaign(db)
    made = await Database.open(url, keyring=OLD)
    await made.close()
    with pytest.raises(KeyMissing):
        await Database.open(url)


async def test_a_plain_database_is_refused_with_a_key(database: Database) -> None:
    await ada_signs(database)
    with pytest.raises(NotEncryptedYet):
        await Database.open(url_of(database), keyring=OLD)


async def test_it_is_sealed_rewritten_and_unsealed_whatever_breaks_off(url: str) -> None:
    """Broken off again and again, and gone on with, up to the end; nothing is lost on the way."""
    database = await Database.open(url)
    await fill(database)
    async with database.transaction() as db:
        await db.execute(text("UPDATE audit_head SET last_id = (SELECT max(id) FROM audit_log)"))
    before = await everything(database)
    await database.close()
    for keyring, plain in ((OLD, False), (BOTH, False), (BOTH, True)):
        pages = await _to_the_end(url, keyring, plain)
        assert pages > len(state.SEALED_TABLES)
        opened = await Database.open(url, keyring=None if plain else keyring)
        assert await everything(opened) == before
        seen = await look_into(opened)
        assert ("Ada “Ł” 30" in seen) is plain
        ids = {key_of(word) for word in seen.split("'")} - {None}
        assert ids == (set() if plain else {keyring.current.id})
        await opened.close()
        assert await reseal(url, keyring, plain=plain, tell=silent) == Resealed(rewritten=False)


async def _to_the_end(url: str, keyring: Keyring, plain: bool) -> int:
    """How many pages it took, three at a time."""
    pages = 0

    def breaks_off(*_: object) -> None:
        nonlocal pages
        pages += 1
        if pages % 3 == 0:
            raise asyncio.CancelledError

    while True:
        try:
            await reseal(url, keyring, plain=plain, tell=breaks_off)
            return pages
        except asyncio.CancelledError:
            with pytest.raises(HalfEncrypted):
                await Database.open(url, keyring=None if plain else keyring)
            if pages == 3:
                with pytest.raises(OtherEnd):
                    await reseal(url, keyring, plain=not plain, tell=silent)


async def test_a_value_that_nobody_can_read_stops_it_or_is_given_up(sealed: Database) -> None:
    await ada_signs(sealed)
    url = url_of(sealed)
    async with sealed.transaction() as db:
        await db.execute(text("UPDATE signatures SET full_name = email, email = 'nonsense'"))
        await db.execute(text("UPDATE dialogs SET answers = '{\"1\": 2}'"))
    await sealed.close()
    with pytest.raises(Damaged, match=r"dialogs\.answers.*row 1"):
        await reseal(url, BOTH, tell=silent)
    assert await reseal(url, BOTH, empty_damaged=True, tell=silent) == Resealed(True, 3)
    assert await reseal(url, NEW, tell=silent) == Resealed(rewritten=False)
    assert await reseal(url, NEW, empty_damaged=True, tell=silent) == Resealed(True, 0)
    opened = await Database.open(url, keyring=NEW)
    async with opened.transaction() as db:
        signed = await signatures.by_number(db, 1, 1)
        assert signed is not None
        assert (signed.full_name, signed.email, signed.name_key) == (
            None,
            None,
            NAMES[0].casefold(),
        )
        assert (await person(db))[1].answers == {}
    await opened.close()


async def test_it_is_refused_while_a_bot_runs(url: str) -> None:
    from storage.file_lock import in_use

    with in_use(url):
        database = await Database.open(url)
        with pytest.raises(DatabaseInUse):
            await reseal(url, OLD, tell=silent)
        await database.close()
    assert await reseal(url, OLD, tell=silent) == Resealed(rewritten=True)


@pytest.fixture
async def target_url(sealed: Database, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of the other engine."""
    folder = tmp_path / "target"
    folder.mkdir()
    (other,) = set(engines.ENGINES) - {sealed.kind}
    await engines.require(other)
    async with migrated.migrated_url(other, folder) as url:
        yield url


async def test_a_copy_is_sealed_with_its_own_key(sealed: Database, target_url: str) -> None:
    await fill(sealed)
    copy = await Database.open(target_url, keyring=NEW)
    copied = await copy_database.copy(sealed, copy, tell=silent)
    assert sum(one.rows for one in copied) > 60
    assert await everything(copy) == await everything(sealed)
    seen = await look_into(copy)
    assert "Ada “Ł”" not in seen
    assert {key_of(word) for word in seen.split("'")} - {None} == {NEW.current.id}
    await copy.close()
