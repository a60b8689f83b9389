"""clamour backup, clamour restore"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, good, note, say

if TYPE_CHECKING:
    from bot.config import Settings

BACKUP_EXAMPLES = """[bold]Examples[/]

  clamour backup

  clamour backup --to /mnt/usb/clamour.db"""
RESTORE_EXAMPLES = """[bold]Examples[/]

  clamour restore backups/clamour-20091126T031500Z.db

  clamour restore /mnt/usb/clamour.db --replace"""

POSTGRESQL = (
    "This database is PostgreSQL, which has better tools of its own: {words} "
    "docs/operator.md says how, and what to mind."
)


def backup(
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="File to write. Default: a new one in backup.folder.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Back up the SQLite database while the bot runs, and check the copy.

    It holds people's names and opinions: only you can read it. Keep it where nobody else can.
    """
    from bot.cli.database import not_there
    from bot.config import load
    from bot.jobs.backups import back_up, name_at
    from storage import backups
    from storage.migrate import sqlite_file

    settings = load(config)
    now = datetime.now(UTC)
    file = sqlite_file(settings.storage.url)
    if to is None and settings.backup.folder is None:
        complain("Where to? Use --to FILE, or set backup.folder in the configuration.")
        raise typer.Exit(1)
    if file is not None and not file.exists():
        raise not_there(settings.storage.url)
    try:
        if to is not None:
            where = to
            made = backups.make(settings.storage.url, to)
        elif (folder := settings.backup.folder) is not None:
            where = folder / name_at(now)
            made = back_up(settings, folder, now)
    except backups.NotSqlite:
        complain(POSTGRESQL.format(words="pg_dump makes a backup while the bot runs;"))
        raise typer.Exit(1) from None
    except backups.AlreadyThere:
        complain("There's already a file of that name. Nothing has been changed.")
        raise typer.Exit(1) from None
    except backups.BadBackup as bad:
        complain(f"The copy is damaged: {bad}. No backup was made. Try clamour db check.")
        raise typer.Exit(1) from None
    good(f"{where}: {made.campaigns} campaigns, {made.signatures:,} signatures, checked.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.", show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the existing database.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Restore a backup and upgrade it. People erased since then are erased again.

    Stop the bot first. The existing database is kept under another name.
    """
    from bot.config import load
    from storage import backups

    settings = load(config)
    try:
        backups.file_of(settings.storage.url)
        if not file.is_file():
            raise backups.BadBackup("there is no such file")
        aside = asyncio.run(_restore(settings, file, replace))
    except backups.NotSqlite:
        complain(POSTGRESQL.format(words="pg_restore puts a backup in place;"))
    except backups.BadBackup as bad:
        complain(f"{file} can't be used: {bad}. Nothing has been changed.")
    except backups.AlreadyThere as there:
        complain(
            f"There is a database already ({there}). --replace moves it aside and keeps it. "
            "Nothing has been changed."
        )
    else:
        good(f"{file} is in place. Start the bot.")
        if aside is not None:
            note(f"The old database is now {aside}. Delete it once you're happy.")
        return
    raise typer.Exit(1)


async def _restore(settings: "Settings", file: Path, replace: bool) -> Path | None:
    from bot.jobs.tombstones import sync
    from storage import audit, backups, migrate
    from storage.database import Database
    from storage.encryption import rewrite
    from storage.file_lock import in_use

    url, now = settings.storage.url, datetime.now(UTC)
    target = backups.file_of(url)
    with in_use(url):
        if target.exists() and not replace:
            raise backups.AlreadyThere(str(target))
        staged = backups.stage(file, url)
        try:
            await _note_tombstones(settings, now)
            staged_url = url.replace(str(target), str(staged))
            await migrate.upgrade(staged_url)
            if (await rewrite.reseal(staged_url, settings.keyring, tell=_quiet)).rewritten:
                say("Encrypted, as the configuration says.")
            database = await Database.open(staged_url, keyring=settings.keyring)
            try:
                erased = await sync(
                    database, settings.tombstones, now=now, identity_key=settings.identity_key
                )
                async with database.transaction() as db:
                    await audit.append(
                        db,
                        at=now,
                        actor=None,
                        action="backup.restored",
                        subject="database",
                        details={"count": erased},
                    )
                await database.rewrite_file()
                await database.scrub()
            finally:
                await database.close()
            if erased:
                say(f"Erased again: {erased} people who had asked for it since.")
            return backups.put_in_place(staged, url, now)
        finally:
            backups.discard(staged)


async def _note_tombstones(settings: "Settings", now: datetime) -> None:
    """Whatever the old database knows of people erased goes into the file first, if it can."""
    from bot.jobs.tombstones import sync
    from storage import backups
    from storage.database import Database
    from storage.errors import StorageError

    if not backups.file_of(settings.storage.url).exists():
        return
    try:
        database = await Database.open(settings.storage.url, keyring=settings.keyring)
    except StorageError:
        return
    try:
        await sync(database, settings.tombstones, now=now, identity_key=settings.identity_key)
    except StorageError:
        note("The old database cannot be read; tombstones are taken from their file alone.")
    finally:
        await database.close()


def _quiet(*_: object) -> None:
    pass
