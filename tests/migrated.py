"""Databases with every table and nobody in them: migrated once in each process of a run.

SQLite's file is copied. PostgreSQL's databases are emptied after each test and used again, which
takes a hundredth of the time that making one takes; one whose shape a test has changed is dropped,
and copied from the template again.
"""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from storage.migrate import upgrade
from tests import engines

MOST_ROWS_DELETED = 5_000
"""Of more, enough is left on the pages to change how PostgreSQL plans a query: they go, too."""

_SHAPE = """
SELECT md5(concat(
    (SELECT string_agg(format('%s %s %s', tgrelid, tgname, tgenabled), ',' ORDER BY oid)
     FROM pg_trigger),
    (SELECT string_agg(format('%s %s %s %s', attrelid, attname, atttypid, attnotnull), ','
                       ORDER BY attrelid, attnum)
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace),
    (SELECT string_agg(format('%s %s', oid, convalidated), ',' ORDER BY oid) FROM pg_constraint),
    (SELECT string_agg(format('%s %s', indexrelid, indisvalid), ',' ORDER BY indexrelid)
     FROM pg_index),
    (SELECT string_agg(setconfig::text, ',') FROM pg_db_role_setting
     JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()),
    (SELECT string_agg(version_num, ',') FROM public.alembic_version)
))
"""
_TOUCHED = """
SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
AND (pg_stat_get_tuples_inserted(oid) > 0 OR relname = ANY('{{0}}')
     OR current_setting('track_counts') = 'off'
     OR current_setting('server_version_num')::int < 150000)
"""
"""Those that anything was put into since they were emptied, and those that are never empty. Opening
all to delete nothing takes longer than many a test; a connection counts at its end, if not before,
and by then all have been ended. Before version 15 a process of its own counted, later."""
_EMPTY = f"""
SET session_replication_role = replica;
DO $$
DECLARE touched regclass[] := ARRAY({_TOUCHED});
        name regclass; gone bigint; total bigint := 0;
BEGIN
    FOREACH name IN ARRAY touched LOOP
        EXECUTE format('DELETE FROM %s', name);
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
    END LOOP;
    IF total > {MOST_ROWS_DELETED} THEN
        EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', tablename), ',')
                 FROM pg_tables WHERE schemaname = 'public');
    END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
    PERFORM pg_stat_reset();
END $$;
"""  # noqa: S608 - a number and names of ours
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_ROWS = 'SELECT quote_literal(json_agg(t)) FROM "{0}" t'
_PUT_BACK = 'INSERT INTO "{0}" SELECT * FROM json_populate_recordset(NULL::"{0}", {1});'
_ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass
class _Emptied:
    """A database of PostgreSQL's, and what it looked like when it was new."""

    name: str
    shape: str = ""
    never_empty: list[str] = field(default_factory=list)
    rows: str = ""

    @classmethod
    async def make(cls) -> "_Emptied":
        if not _templates:
            _templates.append(_new_name())
            await engines.on_server(f'CREATE DATABASE "{_templates[0]}"')
            await upgrade(engines.url_of(_templates[0]))
        made = cls(_new_name())
        await engines.on_server(f'CREATE DATABASE "{made.name}" TEMPLATE "{_templates[0]}"')
        # The server is never killed: who waits for its disk waits for nothing that a test looks at.
        await engines.on_server(f'ALTER DATABASE "{made.name}" SET synchronous_commit = off')
        server = await asyncpg.connect(engines.plain_url_of(made.name))
        try:
            made.shape = await server.fetchval(_SHAPE)
            for (table,) in await server.fetch(_TABLES):
                rows = await server.fetchval(_ROWS.format(table))
                if rows:
                    made.never_empty.append(table)
                    made.rows += _PUT_BACK.format(table, rows)
        finally:
            await server.close()
        return made

    async def is_as_new(self) -> bool:
        """Take away what a test has put in; False if it has to be dropped."""
        try:
            server = await asyncpg.connect(engines.plain_url_of(self.name))
        except asyncpg.PostgresError:
            return False
        try:
            await server.execute(_ALONE)
            if await server.fetchval(_SHAPE) != self.shape:
                return False
            await server.execute(_EMPTY.replace("{0}", ",".join(self.never_empty)) + self.rows)
            return True
        finally:
            await server.close()


def _new_name() -> str:
    return f"clamour_test_{uuid.uuid4().hex[:12]}"


_templates: list[str] = []
_kept: list[_Emptied] = []
_files: list[Path] = []


@asynccontextmanager
async def migrated_url(engine: str, folder: Path) -> AsyncIterator[str]:
    """The URL of a database of one's own with every table, and nothing in it."""
    if engine == "sqlite":
        yield await copied_to(folder / "clamour.db")
        return
    emptied = _kept.pop() if _kept else await _Emptied.make()
    try:
        yield engines.url_of(emptied.name)
    finally:
        if await emptied.is_as_new():
            _kept.append(emptied)
        else:
            engines.drop_soon(emptied.name)


async def copied_to(file: Path) -> str:
    """Put a SQLite database with every table, and nothing in it, into this file; its URL."""
    if not _files or not _files[0].exists():
        made = Path(tempfile.mkdtemp(prefix="clamour-test-")) / "migrated.db"
        await upgrade(f"sqlite+aiosqlite:///{made}")
        _files[:] = [made]
    shutil.copy(_files[0], file)
    return f"sqlite+aiosqlite:///{file}"


def take_away() -> None:
    """Leave nothing behind at the end of a run."""
    engines.all_dropped()
    while _files:
        shutil.rmtree(_files.pop().parent, ignore_errors=True)

    async def drop_all() -> None:
        while _kept:
            await engines.drop(_kept.pop().name)
        while _templates:
            await engines.drop(_templates.pop())

    if _kept or _templates:
        asyncio.run(drop_all())
