"""`clamour backup` and `clamour restore`: an operator's way back."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import chdir, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.jobs.tombstones import sync
from campaign import erasure
from storage import supporters
from storage.database import Connection, Database
from storage.file_lock import in_use
from tests.bot.commandline import as_before, load_campaign, write_campaign, write_config
from tests.storage import world
from tests.storage.earlier import upgrade_to

NOW = datetime.now(UTC)


def clamour(*arguments: str | Path, folder: Path, **environment: str) -> Result:
    """Run `clamour …` in a folder, in this process: it starts sooner."""
    with as_before(), chdir(folder):
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(app, words, env={"COLUMNS": "200", **environment})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = '[telegram]\ntoken_file = "bot-token"\n[backup]\nfolder = "backups"\nkeep_days = 2\n'
    write_config(tmp_path, text)
    load_campaign(tmp_path)
    do(tmp_path, lambda db: world.sign(db, 1, 7))
    return tmp_path


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'clamour.db'}"


def do(folder: Path, *acts: Callable[[Connection], Awaitable[object]]) -> None:
    async def work() -> None:
        database = await Database.open(url(folder))
        for act in acts:
            async with database.transaction() as db:
                await act(db)
        await database.close()

    asyncio.run(work())


def signed(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        found: int = database.execute("SELECT count(*) FROM signatures").fetchone()[0]
    return found


def restore(folder: Path, *arguments: str | Path, code: int = 0) -> str:
    told = clamour("restore", *arguments, folder=folder)
    assert told.exit_code == code, told.stderr
    return told.stdout + told.stderr


def test_a_backup_is_whole_and_its_owners_alone_and_old_ones_go(folder: Path) -> None:
    backups = folder / "backups"
    backups.mkdir()
    old, young, other = (
        backups / f"clamour-{NOW - timedelta(days=3):%Y%m%dT%H%M%S}Z.db",
        backups / f"clamour-{NOW - timedelta(days=1):%Y%m%dT%H%M%S}Z.db",
        backups / "holiday.db",
    )
    for file in (old, young, other):
        file.touch()
    told = clamour("backup", folder=folder)
    assert told.exit_code == 0, told.stderr
    assert "1 signatures" in told.stdout
    assert not old.exists()
    assert young.exists()
    assert other.exists()
    (made,) = set(backups.iterdir()) - {young, other}
    assert made.stat().st_mode & 0o077 == 0
    assert signed(made) == 1


def test_a_backup_never_writes_over_a_file(folder: Path) -> None:
    (folder / "mine.db").write_text("precious")
    told = clamour("backup", "--to", "mine.db", folder=folder)
    assert (told.exit_code, "already a file of that name" in told.stderr) == (1, True)
    assert (folder / "mine.db").read_text() == "precious"
    assert not list(folder.glob("*.partial"))


def test_a_restore_replaces_only_when_told_and_keeps_what_was_there(folder: Path) -> None:
    assert clamour("backup", "--to", "safe.db", folder=folder).exit_code == 0
    do(folder, lambda db: world.sign(db, 1, 8))
    assert "There is a database already" in restore(folder, "safe.db", code=1)
    assert signed(folder / "clamour.db") == 2
    restore(folder, "safe.db", "--replace")
    assert signed(folder / "clamour.db") == 1
    (aside,) = folder.glob("clamour.db.before-*")
    assert signed(aside) == 2
    assert clamour("audit", "verify", folder=folder).exit_code == 0
    assert "backup.restored" in clamour("audit", "list", folder=folder).stdout
    for file in folder.glob("clamour.db*"):
        file.unlink()
    restore(folder, "safe.db")
    assert signed(folder / "clamour.db") == 1
    assert not list(folder.glob("*.restoring*"))


def test_who_was_erased_since_is_erased_in_what_is_restored(folder: Path) -> None:
    tombstones = folder / "clamour.db.tombstones"

    async def work() -> None:
        database = await Database.open(url(folder))
        await sync(database, tombstones, now=NOW)
        await database.close()

    asyncio.run(work())
    assert clamour("backup", "--to", "safe.db", folder=folder).exit_code == 0

    async def forget(db: Connection) -> None:
        ada = await supporters.by_telegram_id(db, 7)
        assert ada is not None
        await erasure.erase(db, ada, now=NOW)

    do(folder, forget)  # and the bot is killed before it has noted that in the file
    assert not tombstones.exists()
    told = restore(folder, "safe.db", "--replace")
    assert "Erased again: 1" in told
    assert tombstones.exists()
    with closing(sqlite3.connect(folder / "clamour.db")) as database:
        assert database.execute("SELECT telegram_id FROM supporters").fetchall() == [(-1,)]
        live = database.execute("SELECT live FROM campaign_totals").fetchone()
        assert live == (0,)


@pytest.mark.parametrize("what", ["torn", "text", "empty", "missing", "other", "miscounted"])
def test_a_file_that_is_no_whole_backup_changes_nothing(folder: Path, what: str) -> None:
    assert clamour("backup", "--to", "safe.db", folder=folder).exit_code == 0
    file = folder / "safe.db"
    content = file.read_bytes()
    match what:
        case "torn":
            file.write_bytes(content[: len(content) // 2])
        case "text":
            file.write_text("No database, but a letter.\n" * 400)
        case "empty":
            file.write_bytes(b"")
        case "missing":
            file.unlink()
        case "other":
            file.unlink()
            with closing(sqlite3.connect(file)) as other:
                other.execute("CREATE TABLE recipes (id INTEGER)")
        case _:
            with closing(sqlite3.connect(file)) as miscounted, miscounted:
                miscounted.execute("UPDATE campaign_totals SET live = 99")
    before = (folder / "clamour.db").read_bytes()
    told = restore(folder, "safe.db", "--replace", code=1)
    assert "Traceback" not in told
    assert (folder / "clamour.db").read_bytes() == before
    assert not list(folder.glob("*.before-*"))
    assert not list(folder.glob("*.restoring*"))


def test_a_restore_waits_for_nobody_who_runs_on_the_database(folder: Path) -> None:
    assert clamour("backup", "--to", "safe.db", folder=folder).exit_code == 0
    with in_use(url(folder)):
        assert "a bot runs on it" in restore(folder, "safe.db", "--replace", code=1)
        assert clamour("backup", "--to", "another.db", folder=folder).exit_code == 0, "is online"
    restore(folder, "safe.db", "--replace")


def test_a_backup_of_an_older_shape_is_brought_up_to_date(folder: Path, tmp_path: Path) -> None:
    asyncio.run(upgrade_to(f"sqlite+aiosqlite:///{tmp_path / 'older.db'}", "0007"))
    restore(folder, tmp_path / "older.db", "--replace")
    assert clamour("db", "check", folder=folder).exit_code == 0


def test_without_a_place_and_with_postgresql_the_way_is_said(tmp_path: Path) -> None:
    write_config(tmp_path)
    write_campaign(tmp_path)
    assert "--to FILE" in clamour("backup", folder=tmp_path).stderr
    elsewhere = {"CLAMOUR_STORAGE__URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"}
    for command in (["backup", "--to", "x.db"], ["restore", "x.db"]):
        told = clamour(*command, folder=tmp_path, **elsewhere)
        assert told.exit_code == 1
        assert "PostgreSQL" in told.stderr
        assert "pg_" in told.stderr


def test_a_backup_made_while_others_write_is_of_one_moment(folder: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from storage.database import Database\n"
        "from tests.storage import world\n"
        "async def main():\n"
        "    database = await Database.open(sys.argv[1])\n"
        "    for n in range(100, 100_000):\n"
        "        async with database.transaction() as db:\n"
        "            await world.sign(db, 1, n)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    writing = subprocess.Popen([sys.executable, "-c", program, url(folder)], cwd=root)
    try:
        for place in range(3):
            before = signed(folder / "clamour.db")
            while signed(folder / "clamour.db") < before + 5:
                time.sleep(0.02)
            told = clamour("backup", "--to", f"{place}.db", folder=folder)
            assert told.exit_code == 0, told.stderr
    finally:
        writing.kill()
        writing.wait()
    assert signed(folder / "2.db") > signed(folder / "1.db") > signed(folder / "0.db") > 5
