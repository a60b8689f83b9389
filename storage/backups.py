"""Back up a SQLite database while the bot runs, check the copy, and restore it.

BackupError
├── NotSqlite       PostgreSQL has tools of its own: pg_dump and pg_restore
├── BadBackup       the file is damaged, or none of ours
└── AlreadyThere    a database is there and was not to be replaced
"""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.driver_errors import reaching
from storage.migrate import sqlite_file

_DIFFERING = """
SELECT count(*) FROM campaign_totals AS kept WHERE
  kept.live <> (SELECT count(*) FROM signatures AS s
                WHERE s.campaign_id = kept.campaign_id AND s.status = 'live')
  OR kept.offline <> (SELECT coalesce(sum(o.count), 0) FROM offline_signatures AS o
                      WHERE o.campaign_id = kept.campaign_id)
"""
_BESIDE = ("", "-wal", "-shm")


class BackupError(Exception):
    """Nothing has been changed."""


class NotSqlite(BackupError):
    """The database is PostgreSQL."""


class BadBackup(BackupError):
    """A file that is no whole backup."""


class AlreadyThere(BackupError):
    """There is a database."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup was found to hold: the revision of its shape, campaigns, people, signatures."""

    revision: str
    campaigns: int
    supporters: int
    signatures: int


def make(url: str, target: Path) -> Contents:
    """Copy the database as it is at one moment, while others write, and look through the copy.

    It is written beside the target and moved there when it is whole and on the disk: what has the
    name of a backup is one. VACUUM INTO leaves out what has been erased
    (https://www.sqlite.org/lang_vacuum.html#vacuuminto).

    Raises:
        NotSqlite, AlreadyThere, BadBackup: there is no new backup.
        DatabaseUnavailable: the database cannot be read, or the copy not written.
    """
    source = file_of(url)
    if target.exists():
        raise AlreadyThere(str(target))
    partial = target.with_name(f"{target.name}.partial")
    try:
        with reaching():
            os.close(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            with closing(_open(source)) as database:
                database.execute("VACUUM INTO ?", (str(partial),))
        contents = look_through(partial)
        with reaching():
            _to_disk(partial)
            partial.rename(target)
            _to_disk(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return contents


def look_through(file: Path) -> Contents:
    """Read a whole backup: pages, references between rows, and totals counted afresh.

    Raises:
        BadBackup: it is not whole, or not a database of Clamour's.
    """
    try:
        with closing(_open(file)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise BadBackup("its pages are damaged")
            if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise BadBackup("rows are missing in it")
            if database.execute(_DIFFERING).fetchone()[0]:
                raise BadBackup("its totals are not what a fresh count gives")
            return _contents(database)
    except sqlite3.Error as error:
        raise BadBackup(f"it cannot be read ({type(error).__name__})") from None


def stage(backup: Path, url: str) -> Path:
    """Put a copy of a backup beside the database, to be brought up to date there.

    Raises:
        NotSqlite, BadBackup: there is no copy.
        DatabaseUnavailable: it cannot be written.
    """
    target = file_of(url)
    look_through(backup)
    staged = target.with_name(f"{target.name}.restoring")
    discard(staged)
    with reaching():
        os.close(os.open(staged, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(_open(backup)) as database:
            database.execute("VACUUM INTO ?", (str(staged),))
    return staged


def put_in_place(staged: Path, url: str, now: datetime) -> Path | None:
    """Make a staged copy the database. The one that was there is moved aside.

    Returns:
        Where the old one is now; None if there was none.
    """
    target, aside = file_of(url), None
    with reaching():
        _to_disk(staged)
        if target.exists():
            aside = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
            for suffix in _BESIDE:
                with suppress(FileNotFoundError):
                    Path(f"{target}{suffix}").rename(f"{aside}{suffix}")
        staged.rename(target)
        _to_disk(target.parent)
    return aside


def discard(staged: Path) -> None:
    """Take away what a restore that failed has left."""
    for suffix in (*_BESIDE, ".lock"):
        Path(f"{staged}{suffix}").unlink(missing_ok=True)


def file_of(url: str) -> Path:
    """The file of a SQLite database.

    Raises:
        NotSqlite: it is another kind.
    """
    file = sqlite_file(url)
    if file is None:
        raise NotSqlite
    return file


def _open(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise FileNotFoundError(2, "there is no such file", str(file))
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _contents(database: sqlite3.Connection) -> Contents:
    counts = (
        database.execute("SELECT version_num FROM alembic_version").fetchone()[0],
        *(
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
            for table in ("campaigns", "supporters", "signatures")
        ),
    )
    return Contents(*counts)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
