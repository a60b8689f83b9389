"""Promises for a SQLite file that is damaged, read-only or gone: each by its name, nothing made
worse, and all as before when it is mended."""

import asyncio
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import supporters
from storage.database import Database
from storage.errors import DatabaseDamaged, DatabaseReadOnly, DatabaseUnavailable
from storage.migrate import check, upgrade
from tests import migrated
from tests.disks import disk, read_only
from tests.storage.world import person
from tests.warm_engines import end_connections

PEOPLE = 2_000


@pytest.fixture
def folder() -> Iterator[Path]:
    with disk() as folder:
        yield folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with people in it, to be copied."""
    file = tmp_path_factory.mktemp("made") / "clamour.db"

    async def make() -> None:
        database = await Database.open(await migrated.copied_to(file))
        async with database.transaction() as db:
            for number in range(1, PEOPLE + 1):
                await person(db, number)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture
def file(made: Path, folder: Path) -> Path:
    """A database with people in it, which nobody has open."""
    return Path(shutil.copy(made, folder / "clamour.db"))


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def there(database: Database, number: int) -> bool:
    async with database.reading() as db:
        return await supporters.by_telegram_id(db, number) is not None


def rubbish(content: bytes) -> bytes:
    return b"rubbish" * 1000


def cut(content: bytes) -> bytes:
    return content[: len(content) // 3]


def no_head(content: bytes) -> bytes:
    return bytes(100) + content[100:]


def torn(content: bytes) -> bytes:
    """Everything after the schema's own pages is noise."""
    return content[:4096] + random.Random(6).randbytes(len(content) - 4096)


@pytest.mark.parametrize("damage", [rubbish, no_head, torn])
async def test_a_damaged_file_is_called_so_at_the_start_and_left_as_it_is(
    file: Path, damage: Callable[[bytes], bytes]
) -> None:
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)
    with pytest.raises(DatabaseDamaged):
        await upgrade(url_of(file))
    with pytest.raises(DatabaseDamaged):
        await check(url_of(file))
    assert file.read_bytes() == damaged


@pytest.mark.parametrize("damage", [cut, torn])
async def test_damage_that_is_met_on_the_way_is_called_so_and_ends_with_a_good_file(
    file: Path, damage: Callable[[bytes], bytes]
) -> None:
    good = file.read_bytes()
    database = await Database.open(url_of(file))
    try:
        file.write_bytes(damage(good))
        for number in (7, 1_500):
            with pytest.raises(DatabaseDamaged):
                await there(database, number)
        with pytest.raises(DatabaseDamaged):
            async with database.transaction() as db:
                await person(db, PEOPLE + 1)
        file.write_bytes(good)
        assert await there(database, 1_500)
        async with database.transaction() as db:
            await person(db, PEOPLE + 1)
        assert await there(database, PEOPLE + 1)
    finally:
        await database.close()


async def test_a_file_that_can_only_be_read_is_called_so(file: Path) -> None:
    with read_only(file.parent):
        with pytest.raises(DatabaseReadOnly):
            await upgrade(url_of(file))
        with pytest.raises(DatabaseReadOnly):
            await check(url_of(file))
    await upgrade(url_of(file))


async def test_what_is_open_names_a_disk_that_has_become_read_only_and_writes_again(
    file: Path,
) -> None:
    database = await Database.open(url_of(file))
    try:
        assert await there(database, 7)
        with read_only(file.parent):
            await end_connections(database)  # the kernel leaves them writable
            with pytest.raises(DatabaseReadOnly):
                async with database.transaction() as db:
                    await person(db, PEOPLE + 1)
        async with database.transaction() as db:
            await person(db, PEOPLE + 1)
    finally:
        await database.close()


async def test_a_file_that_has_gone_is_waited_for_and_never_made_anew(file: Path) -> None:
    away = file.with_name("elsewhere")
    file.rename(away)
    with pytest.raises(DatabaseUnavailable):
        await Database.open(url_of(file))
    assert os.listdir(file.parent) == ["elsewhere"]
    away.rename(file)
    database = await Database.open(url_of(file))
    assert await there(database, 7)
    await database.close()
