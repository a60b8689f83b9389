"""Promises of a migration on PostgreSQL while processes of the version before work on."""

import ast
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import storage
from storage import migrate
from storage.errors import Conflict
from storage.migrate import _config, _run, check, upgrade
from tests import engines

BEFORE = "0017"
"""A revision whose following migrations change tables that are in use."""
VERSIONS = Path(storage.__file__).parent / "migrations" / "versions"
SINCE = "0020"


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    await engines.require("postgresql")
    async with engines.fresh_url("postgresql", tmp_path) as url:
        await _run(url, lambda db: command.upgrade(_config(db), BEFORE))
        yield url


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(url)
    yield engine
    await engine.dispose()


@pytest.mark.postgres
async def test_a_migration_that_has_to_wait_for_a_table_lets_everybody_else_go_first(
    url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_upgrade", _adds_a_column)
    monkeypatch.setattr(migrate, "TABLE_WAIT_SECONDS", 0.2)
    monkeypatch.setattr(migrate, "SECONDS_BETWEEN_TRIES", 0.1)
    async with asyncio.timeout(120):
        async with engine.connect() as long:  # somebody's report
            await long.execute(text("SELECT count(*) FROM settings"))
            migrating = asyncio.create_task(upgrade(url))
            for _ in range(10):
                async with engine.begin() as other:
                    await other.execute(text("SET LOCAL statement_timeout = '20s'"))
                    await other.execute(text("UPDATE settings SET value = value"))
                await asyncio.sleep(0.1)
            assert not migrating.done()
        await migrating
    async with engine.connect() as after:
        await after.execute(text("SELECT added FROM settings"))


@pytest.mark.postgres
async def test_a_migration_that_never_gets_a_table_gives_up_and_has_changed_nothing(
    url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_upgrade", _adds_a_column)
    monkeypatch.setattr(migrate, "TABLE_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(migrate, "SECONDS_BETWEEN_TRIES", 0.01)
    monkeypatch.setattr(migrate, "TRIES", 3)
    async with engine.connect() as long:
        await long.execute(text("SELECT count(*) FROM settings"))
        with pytest.raises(Conflict):
            await upgrade(url)
    assert (await check(url)).current == BEFORE


def _adds_a_column(connection: migrate.SyncConnection) -> None:
    migrate.wait_a_moment_only(connection)
    connection.execute(text("CREATE TABLE made_before (id integer)"))
    connection.execute(text("ALTER TABLE settings ADD COLUMN added integer"))


BREAKS_OLDER_PROGRAMS = {
    "drop_table",
    "drop_column",
    "rename_table",
    "alter_column",
    "batch_alter_table",
}


@pytest.mark.parametrize(
    "file", sorted(file.name for file in VERSIONS.glob("[0-9]*.py") if file.name[:4] >= SINCE)
)
def test_a_migration_leaves_everything_that_older_processes_work_with(file: str) -> None:
    """docs/developer.md, "Migrations": what is taken away says since when nobody needs it."""
    tree = ast.parse((VERSIONS / file).read_text(encoding="utf-8"))
    names = {node.targets[0].id for node in tree.body if _names_something(node)}  # type: ignore[attr-defined]
    if "unused_since" in names:
        return
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    harmless = _rebuilds_unchanged(tree)
    called = {
        call.func.attr
        for call in calls
        if isinstance(call.func, ast.Attribute) and call not in harmless
    }
    assert not called & BREAKS_OLDER_PROGRAMS
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_column":
            words = ast.unparse(call)
            assert "nullable=False" not in words or "server_default" in words, words


def _rebuilds_unchanged(tree: ast.Module) -> list[ast.expr]:
    """Tables that are built again with the columns they have, `with op.batch_alter_table(…): pass`,
    for what SQLite says of a whole table."""
    return [
        item.context_expr
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and all(isinstance(one, ast.Pass) for one in node.body)
        for item in node.items
    ]


def _names_something(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
