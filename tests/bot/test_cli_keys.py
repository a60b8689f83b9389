"""`clamour db new-key`, `encrypt`, `decrypt`: an office turns encryption on, and lives with it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import dialogs
from storage.database import Database
from storage.encryption import rewrite
from storage.encryption.keyring import Keyring
from storage.tables import signatures
from tests import migrated
from tests.bot.commandline import bare_environment, clamour, write_campaign, write_config
from tests.campaign import petitions
from tests.storage.world import NOW, sign

NAME = "Augusta Ada Byron"
PLAIN = '[telegram]\ntoken_file = "bot-token"\n[campaigns]\nfiles = []\n'
ENCRYPTED = f'{PLAIN}[storage]\nkey_file = "database.key"\n'


def url(folder: Path, file: str = "clamour.db") -> str:
    return f"sqlite+aiosqlite:///{folder / file}"


def fill(folder: Path, people: int = 3) -> None:
    """A plain database of people who have signed, one of them in the middle of a form."""

    async def work() -> None:
        database = await Database.open(await migrated.copied_to(folder / "clamour.db"))
        made = await petitions.published(database, "keep-the-unit", NOW)
        async with database.transaction() as db:
            for number in range(1, people + 1):
                await sign(db, made.id, number, name=f"{NAME} {number}", postcode="CF10 1AA")
            supporter, _ = await dialogs.open(
                db, telegram_id=1, first_name="Adagio", telegram_language="en", now=NOW
            )
            assert supporter.first_name == "Adagio"
        await database.close()

    asyncio.run(work())


def shows(folder: Path) -> bool:
    """Whether a name can be read in any file of the database."""
    return any(
        trace.encode() in file.read_bytes()
        for file in folder.glob("clamour.db*")
        for trace in (NAME, NAME.casefold(), "Adagio")
    )


def key_id(folder: Path) -> str:
    return Keyring.read((folder / "database.key").read_text()).current.id


def test_an_office_turns_it_on_changes_the_key_and_turns_it_off(tmp_path: Path) -> None:
    write_config(tmp_path, PLAIN)
    fill(tmp_path)
    assert shows(tmp_path)
    assert "There's no key" in clamour("db", "encrypt", folder=tmp_path).stderr

    assert clamour("db", "new-key", "database.key", folder=tmp_path).returncode == 0
    assert (tmp_path / "database.key").stat().st_mode & 0o777 == 0o600
    write_config(tmp_path, ENCRYPTED)
    refused = clamour("run", folder=tmp_path)
    assert (refused.returncode, "clamour db encrypt" in refused.stderr) == (1, True)
    assert shows(tmp_path)

    first = key_id(tmp_path)
    told = clamour("db", "encrypt", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert f"encrypted with the key {first}" in told.stdout
    assert "Older backups are not encrypted" in told.stdout + told.stderr
    assert not shows(tmp_path)
    assert f"encrypted with the key {first}" in clamour("check", folder=tmp_path).stdout

    assert clamour("db", "new-key", "database.key", folder=tmp_path).returncode == 0
    assert key_id(tmp_path) != first
    refused = clamour("status", folder=tmp_path)
    assert (refused.returncode, first in refused.stderr) == (1, True)
    told = clamour("db", "encrypt", folder=tmp_path)
    assert f"older keys ({first})" in told.stdout + told.stderr
    assert not shows(tmp_path)
    (tmp_path / "database.key").write_text((tmp_path / "database.key").read_text().split("\n")[0])
    assert clamour("status", folder=tmp_path).returncode == 0

    assert clamour("db", "decrypt", folder=tmp_path).returncode == 0
    assert shows(tmp_path)
    write_config(tmp_path, PLAIN)
    told = clamour("audit", "list", folder=tmp_path).stdout
    assert (told.count("database.encrypted"), told.count("database.decrypted")) == (2, 1)


def test_killed_in_the_middle_it_goes_on_and_nothing_starts_before(tmp_path: Path) -> None:
    people = 200
    write_config(tmp_path, ENCRYPTED)
    fill(tmp_path, people)
    assert clamour("db", "new-key", "database.key", folder=tmp_path).returncode == 0
    slowly = (
        "import time, storage.encryption.rewrite as r\n"
        "r.PAGE = 5; rewrite = r._Rewriting._rewrite_page\n"
        "async def slow(*what): time.sleep(0.02); return await rewrite(*what)\n"
        "r._Rewriting._rewrite_page = slow\n"
        "from bot.cli import app; app(['db', 'encrypt'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slowly],
        cwd=tmp_path,
        env=bare_environment(PYTHONPATH=str(Path(__file__).parents[2])),
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while asyncio.run(rewrite.state_of(url(tmp_path))).at_row < 20:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    for command in ("run", "check"):
        refused = clamour(command, folder=tmp_path)
        assert refused.returncode == 1
        assert "half way through clamour db encrypt" in refused.stdout + refused.stderr
    assert clamour("db", "encrypt", folder=tmp_path).returncode == 0
    assert not shows(tmp_path)
    assert asyncio.run(_names(tmp_path)) == [f"{NAME} {n}" for n in range(1, people + 1)]


async def _names(folder: Path) -> list[str | None]:
    keyring = Keyring.read((folder / "database.key").read_text())
    database = await Database.open(url(folder), keyring=keyring)
    try:
        async with database.reading() as db:
            names = select(signatures.c.full_name).order_by(signatures.c.number)
            return list(await db.scalars(names))
    finally:
        await database.close()


def test_a_plain_backup_is_encrypted_as_it_is_put_back(tmp_path: Path) -> None:
    write_config(tmp_path, PLAIN)
    fill(tmp_path)
    assert clamour("backup", "--to", "before.backup", folder=tmp_path).returncode == 0
    clamour("db", "new-key", "database.key", folder=tmp_path)
    write_config(tmp_path, ENCRYPTED)
    assert clamour("db", "encrypt", folder=tmp_path).returncode == 0
    told = clamour("restore", "before.backup", "--replace", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "Encrypted, as the configuration says" in told.stdout
    assert not shows(tmp_path)
    assert not [file.name for file in tmp_path.iterdir() if "restoring" in file.name]
    assert clamour("status", folder=tmp_path).returncode == 0

    assert clamour("backup", "--to", "after.backup", folder=tmp_path).returncode == 0
    clamour("db", "new-key", "database.key", folder=tmp_path)
    told = clamour("restore", "after.backup", "--replace", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert clamour("status", folder=tmp_path).returncode == 0
    write_config(tmp_path, PLAIN)
    told = clamour("restore", "after.backup", "--replace", folder=tmp_path)
    assert (told.returncode, "not given" in told.stderr) == (1, True)


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        ("0" * 64, 0o644, "can be read by other users"),
        ("0" * 63, 0o600, "something that is no key"),
        ("# lost\n", 0o600, "holds no key"),
        (None, 0, "run clamour db new-key"),
    ],
)
def test_a_key_file_that_is_not_right_is_named_and_never_shown(
    tmp_path: Path, content: str | None, mode: int, words: str
) -> None:
    write_config(tmp_path, ENCRYPTED)
    if content is not None:
        (tmp_path / "database.key").write_text(content)
        (tmp_path / "database.key").chmod(mode)
    told = clamour("check", folder=tmp_path)
    assert told.returncode == 1
    assert words in told.stdout + told.stderr
    assert "storage.key_file" in told.stdout + told.stderr
    assert "000000" not in told.stdout + told.stderr


def test_a_key_in_the_environment_is_right_too_and_one_in_the_file_is_not(tmp_path: Path) -> None:
    key = clamour("db", "new-key", folder=tmp_path).stdout.strip()
    write_config(tmp_path, PLAIN)
    write_campaign(tmp_path)
    made = clamour(
        *("campaign", "load", "campaign.toml", "--yes"), folder=tmp_path, CLAMOUR_STORAGE_KEY=key
    )
    assert made.returncode == 0, made.stderr
    assert clamour("status", folder=tmp_path).returncode == 1
    assert clamour("status", folder=tmp_path, CLAMOUR_STORAGE_KEY=key).returncode == 0
    copied = clamour(
        *("db", "copy", url(tmp_path), url(tmp_path, "copy.db")),
        folder=tmp_path,
        CLAMOUR_STORAGE_KEY=key,
    )
    assert copied.returncode == 0, copied.stderr
    write_config(tmp_path, f'{PLAIN}[storage]\nkey = "{key}"\n')
    refused = clamour("status", folder=tmp_path)
    assert "storage.key: does not belong in this file" in refused.stderr
    assert key not in refused.stderr
