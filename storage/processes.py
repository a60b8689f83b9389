"""Running processes of the bot: one row each, refreshed every few seconds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, text, update

from storage.database import Connection
from storage.tables import processes as table


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the bot.

    Attributes:
        id: chosen by chance when it started; says nothing of the machine.
        version: of the program.
        schema: the migration that the program knows as the newest.
        connections: how many it opens to PostgreSQL at the most.
        duties: which of its role's work it does now; of several, one sends and one does the jobs.
        since: when it started, in UTC.
        seen_at: when it was last heard of, in UTC.
    """

    id: str
    role: str
    version: str
    schema: str
    connections: int
    duties: tuple[str, ...]
    since: datetime
    seen_at: datetime


async def upsert(db: Connection, one: Process) -> None:
    """Keep that this process lives."""
    values = {
        "role": one.role,
        "version": one.version,
        "schema": one.schema,
        "connections": one.connections,
        "duties": list(one.duties),
        "since": one.since,
        "seen_at": one.seen_at,
    }
    kept = await db.execute(update(table).where(table.c.id == one.id).values(values))
    if not kept.rowcount:
        await db.execute(insert(table).values(id=one.id, **values))


async def all(db: Connection) -> list[Process]:  # noqa: A001 - reads as processes.all
    """All that are known, the oldest first."""
    rows = await db.execute(select(*table.c).order_by(table.c.since, table.c.id))
    return [
        Process(
            row.id,
            row.role,
            row.version,
            row.schema,
            row.connections,
            tuple(row.duties),
            row.since,
            row.seen_at,
        )
        for row in rows
    ]


async def forget(db: Connection, ids: Collection[str], *, unseen_since: datetime) -> None:
    """Drop these, and those that have not been seen since that time (UTC)."""
    await db.execute(
        delete(table).where(table.c.id.in_(list(ids)) | (table.c.seen_at < unseen_since))
    )


async def newest_migration(db: Connection) -> str | None:
    """The migration the database is at now."""
    found: str | None = await db.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def places(db: Connection) -> int | None:
    """How many connections PostgreSQL has for programs like this one; None on SQLite.

    https://www.postgresql.org/docs/current/runtime-config-connection.html
    """
    if db.dialect.name != "postgresql":
        return None
    most = await db.scalar(text("SELECT current_setting('max_connections')::int"))
    kept = await db.scalar(text("SELECT current_setting('superuser_reserved_connections')::int"))
    return int(most or 0) - int(kept or 0)
