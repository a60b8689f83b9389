"""Migrate a database to the schema of this program.

Alembic does it, and is read only then: nearly every start finds nothing to do.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event, inspect, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import BUSY_TIMEOUT_SECONDS
from storage.driver_errors import reaching
from storage.errors import Conflict, FolderMissing, NewerDatabase

if TYPE_CHECKING:
    from alembic.config import Config

Result = TypeVar("Result")

log = structlog.get_logger()

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x636C616D6F7572  # "clamour": one migration at a time on PostgreSQL
TABLE_WAIT_SECONDS = 0.8
"""How long a migration waits for a table: everybody who comes after it waits behind it. Less than
deadlock_timeout (1 s), so that where it and a person's transaction wait for each other, it is the
migration that gives way."""
TRIES = 60
SECONDS_BETWEEN_TRIES = 1.0


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Which migration a database is at (None: it is empty), and which is the newest known."""

    current: str | None
    head: str

    @property
    def up_to_date(self) -> bool:
        return self.current == self.head


async def upgrade(url: str) -> None:
    """Run the migrations that are missing, all or none. Safe while other processes do the same, and
    while the bot works on the database.

    On PostgreSQL, everybody who wants a table queues behind a migration that waits for it
    (https://www.postgresql.org/docs/current/explicit-locking.html): so it waits a moment only,
    gives up its turn, and comes again.

    A SQLite file is made for its owner alone: it will hold political opinions.

    Raises:
        NewerDatabase: the database has migrations that this program does not know.
        Conflict: for a minute, somebody has worked with a table without a pause.
        DatabaseUnavailable: it does not answer, or is locked.
    """
    if (file := sqlite_file(url)) is not None:
        _require_folder(file)
        with reaching():
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        await _run(url, _upgrade)
        return
    for left in reversed(range(TRIES)):
        try:
            await _run(url, _upgrade)
            return
        except Conflict:
            if not left:
                raise
            log.warning("a migration waits: somebody works long with a table")
            await asyncio.sleep(SECONDS_BETWEEN_TRIES)


async def check(url: str) -> SchemaState:
    """Say which shape a database has, and change nothing.

    Raises:
        NewerDatabase: the database has migrations that this program does not know.
        DatabaseUnavailable: it does not answer.
    """
    if (file := sqlite_file(url)) is not None:
        _require_folder(file)
        with reaching():
            if not file.exists():
                return SchemaState(None, _known()[-1])
            os.close(os.open(file, os.O_RDWR))
    return await _run(url, _state, begin="BEGIN")


def _require_folder(file: Path) -> None:
    if not file.parent.is_dir():
        raise FolderMissing(file.parent)


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address; None for PostgreSQL."""
    address = make_url(url)
    sqlite = address.drivername.startswith("sqlite")
    return Path(address.database) if sqlite and address.database else None


async def _run(
    url: str, work: Callable[[SyncConnection], Result], begin: str = "BEGIN IMMEDIATE"
) -> Result:
    """Do synchronous work in one transaction, begun with `begin` on SQLite."""
    patience = {"timeout": BUSY_TIMEOUT_SECONDS}
    engine = create_async_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args=patience
    )
    if sqlite_file(url) is not None:
        event.listen(engine.sync_engine, "connect", _leave_begin_to_us)
        event.listen(engine.sync_engine, "begin", lambda db: db.exec_driver_sql(begin))
    try:
        with reaching():
            async with engine.begin() as connection:
                return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _leave_begin_to_us(connection: Any, _: object) -> None:
    connection.isolation_level = None


def _known() -> list[str]:
    """The revisions in order: a file's name begins with its revision."""
    return sorted(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _state(connection: SyncConnection) -> SchemaState:
    known = _known()
    begun = inspect(connection).has_table("alembic_version")
    current = connection.scalar(text("SELECT version_num FROM alembic_version")) if begun else None
    if current is not None and current not in known:
        raise NewerDatabase(f"the database is at {current}, this program knows up to {known[-1]}")
    return SchemaState(current, known[-1])


def _upgrade(connection: SyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        wait_a_moment_only(connection)
    if not _state(connection).up_to_date:
        from alembic import command

        command.upgrade(_config(connection), "head")


def wait_a_moment_only(connection: SyncConnection) -> None:
    """For tables, until the transaction ends. Waiting for another migration takes its time."""
    milliseconds = round(TABLE_WAIT_SECONDS * 1000)
    connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))


def _config(connection: SyncConnection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
