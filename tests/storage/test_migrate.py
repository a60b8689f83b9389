"""Promises of migrations."""

import asyncio
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from setuptools import find_packages
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from storage import audit, consents, notifications, wordings
from storage.consents import NewConsent
from storage.database import Database
from storage.errors import DatabaseUnavailable, NewerDatabase, StorageError
from storage.migrate import _config, _known, _run, check, upgrade
from storage.tables import APPEND_ONLY, metadata
from tests import migrated
from tests.storage.world import NOW, campaign, person


async def test_a_fresh_database_is_brought_to_the_newest_shape(empty_url: str) -> None:
    before = await check(empty_url)
    assert before.current is None
    await upgrade(empty_url)
    assert (await check(empty_url)).up_to_date
    await upgrade(empty_url)
    assert (await check(empty_url)).up_to_date


async def test_looking_at_a_database_makes_none(tmp_path: Path) -> None:
    file = tmp_path / "clamour.db"
    assert not (await check(f"sqlite+aiosqlite:///{file}")).up_to_date
    assert not file.exists()
    with pytest.raises(DatabaseUnavailable):
        await check(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'clamour.db'}")


async def test_two_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    await asyncio.gather(upgrade(empty_url), upgrade(empty_url), upgrade(empty_url))
    assert (await check(empty_url)).up_to_date


def test_files_are_named_by_their_revisions() -> None:
    """That is how the program knows them without reading Alembic at each start."""
    revisions = [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()]
    assert _known() == revisions[::-1]


async def test_the_migrations_lead_to_what_the_program_expects(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda db: compare_metadata(MigrationContext.configure(db), metadata)
        )
    await engine.dispose()
    assert differences == []


async def test_what_people_agreed_to_about_other_campaigns_is_found_in_the_ledger(
    empty_url: str,
) -> None:
    await _run(empty_url, lambda db: command.upgrade(_config(db), "0007"))
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for statement in BEFORE_OTHER_CAMPAIGNS:
            await connection.execute(text(statement))
    await upgrade(empty_url)
    async with engine.connect() as connection:
        found = await connection.execute(
            text("SELECT supporter_id, campaign_id FROM other_campaigns")
        )
        assert [tuple(row) for row in found] == [(1, 1)]
        keys = await connection.scalars(text("SELECT controllers_key FROM campaigns ORDER BY id"))
        assert keys.all() == ['["An office", "Ŵyl"]', None]
        kinds = await connection.scalars(text("SELECT kind FROM broadcasts"))
        assert kinds.all() == ["news"]
    for column, wrong in (("kind", "gossip"), ("status", "lost")):
        change = sa.update(sa.table("broadcasts", sa.column(column))).values({column: wrong})
        async with engine.connect() as connection:
            with pytest.raises(IntegrityError):
                await connection.execute(change)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE broadcasts SET kind = 'campaign'"))
    await engine.dispose()


async def test_questions_to_staff_that_were_open_move_to_the_outbox(empty_url: str) -> None:
    await _run(empty_url, lambda db: command.upgrade(_config(db), "0029"))
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for statement in OPEN_QUESTIONS:
            await connection.execute(text(statement))
    await upgrade(empty_url)
    await engine.dispose()
    database = await Database.open(empty_url)
    async with database.transaction() as db:
        claimed = await notifications.claim(db, now=NOW, lost_before=NOW, limit=9)
        found = [await notifications.of(db, one) for ids in claimed.values() for one in ids]
    await database.close()
    assert [
        (one.telegram_id, one.campaign_id, one.template, one.subject_id, one.variables)
        for one in found
        if one
    ] == [
        (5, 1, "timeline/passed", 70, {}),
        (6, 1, "timeline/counted", 80, {}),
        (8, 1, "broadcasts/approve", 90, {}),
    ]


OPEN_QUESTIONS = (
    "INSERT INTO campaigns (id, slug, status, goal, definition, version, revision, created_at) "
    "VALUES (1, 'a', 'open', 1, '{}', 1, 1, '2009-11-03')",
    "INSERT INTO staff_notices (campaign_id, telegram_id, about, subject_id, created_at, done_at) "
    "VALUES (1, 5, 'decision', 70, '2009-11-03', NULL), (1, 6, 'handin', 80, '2009-11-03', NULL), "
    "(1, 7, 'handin', 80, '2009-11-03', '2009-11-03')",
    "INSERT INTO broadcasts (id, campaign_id, kind, status, version, content, audience, options, "
    "created_at, updated_at, cursor, walked, total, sent, unreachable, failed, unknown, left_out) "
    "VALUES (90, 1, 'news', 'awaiting_approval', 1, '{}', '{}', '{}', '2009-11-03', '2009-11-03', "
    "0, false, 0, 0, 0, 0, 0, 0)",
    "INSERT INTO agreement_requests (broadcast_id, telegram_id, created_at, done_at) "
    "VALUES (90, 8, '2009-11-03', NULL), (90, 9, '2009-11-03', '2009-11-03')",
)

BEFORE_OTHER_CAMPAIGNS = (
    "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) VALUES "
    "(1, 1, 'Ada', true, '2009-11-03'), (2, 2, 'Bob', true, '2009-11-03')",
    "INSERT INTO campaigns (id, slug, status, goal, definition, version, revision, created_at) "
    """VALUES (1, 'a', 'open', 1, '{"controllers": ["Ŵyl", "An office"]}', 1, 1, '2009-11-03'), """
    "(2, 'b', 'open', 1, '{}', 1, 1, '2009-11-03')",
    "INSERT INTO consents (supporter_id, campaign_id, purpose, granted, method, at) VALUES "
    "(1, 1, 'other_campaigns', false, 'button', '2009-11-03'), "
    "(1, 1, 'other_campaigns', true, 'button', '2009-11-04'), "
    "(2, 1, 'other_campaigns', true, 'button', '2009-11-03'), "
    "(2, 1, 'other_campaigns', false, 'button', '2009-11-04'), "
    "(2, 1, 'updates', true, 'button', '2009-11-04')",
    "INSERT INTO broadcasts (campaign_id, kind, status, version, content, audience, options, "
    "created_at, updated_at, cursor, walked, total, sent, unreachable, failed, unknown, left_out) "
    "VALUES (1, 'news', 'done', 1, '{}', '{}', '{}', '2009-11-03', '2009-11-03', 0, false, "
    "0, 0, 0, 0, 0, 0)",
)


async def test_a_migration_that_fails_half_way_leaves_nothing(empty_url: str) -> None:
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE signature_flags (in_the_way INTEGER)"))
    with pytest.raises(StorageError):
        await upgrade(empty_url)
    assert (await check(empty_url)).current is None
    async with engine.begin() as connection:
        tables = await connection.run_sync(lambda db: inspect(db).get_table_names())
        assert tables == ["signature_flags"]
        await connection.execute(text("DROP TABLE signature_flags"))
    await engine.dispose()
    await upgrade(empty_url)
    assert (await check(empty_url)).up_to_date


async def test_migrations_are_found_in_a_folder_of_any_name(tmp_path: Path) -> None:
    odd = tmp_path / "100% odd [name]"
    shutil.copytree(Path(storage.__file__).parent, odd / "storage")
    script = "import asyncio, storage.migrate as m; asyncio.run(m.upgrade('{}'))"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "error", "-c", script.format(f"sqlite+aiosqlite:///{tmp_path / 'clamour.db'}")),
        cwd=odd,
        stderr=asyncio.subprocess.PIPE,
    )
    assert (await process.communicate())[1].decode() == ""
    assert (await check(f"sqlite+aiosqlite:///{tmp_path / 'clamour.db'}")).up_to_date


def test_an_installed_package_brings_its_migrations() -> None:
    root = Path(storage.__file__).parents[1]
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = find_packages(str(root), include=settings["packages"]["find"]["include"])
    assert "storage.migrations.versions" in packages


async def test_replacing_evidence_is_refused_too(tmp_path: Path) -> None:
    """SQLite's REPLACE deletes without asking the triggers, unless told to."""
    database = await Database.open(await migrated.copied_to(tmp_path / "clamour.db"))
    columns = "id, at, action, subject, details, previous_hash, hash"
    row = f"INTO audit_log ({columns}) VALUES (1, '2009', 'a', :s, '{{}}', '', '')"
    async with database.transaction() as db:
        await db.execute(text(f"INSERT {row}"), {"s": "true"})
    with pytest.raises(StorageError, match="append-only"):
        async with database.transaction() as db:
            await db.execute(text(f"INSERT OR REPLACE {row}"), {"s": "forged"})
    await database.close()


async def test_a_newer_database_is_left_alone(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(NewerDatabase, match="9999"):
        await check(url)
    with pytest.raises(NewerDatabase):
        await upgrade(url)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
async def test_evidence_can_only_be_added_to(database: Database, table: str, act: str) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
        supporter, _ = await person(db)
        wording = (await wordings.latest(db, made.id))["petition", "en"]
        choice = NewConsent(supporter.id, made.id, "sign", True, wording.id, "button", NOW)
        await consents.append(db, [choice])
        await audit.append(db, at=NOW, actor=None, action="a", subject="s", details={})
    with pytest.raises(StorageError, match="append-only"):
        async with database.transaction() as db:
            await db.execute(text(act.format(table)))
