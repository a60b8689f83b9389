"""Promises of deploy/install.sh: an upgrade that fails leaves all as it was, and one that succeeds
leaves a backup. The programs it installs are this checkout's; what it asks of pip and systemd is
answered by stand-ins, everything else is real."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

import pytest

from tests import engines
from tests.bot.commandline import (
    TOKEN,
    bare_environment,
    bot_api,
    write_campaign,
)

ROOT = Path(__file__).resolve().parents[2]

MAKES_A_VERSION = """\
#!/bin/sh
# python3: `-m venv FOLDER` makes a version; anything else is Python's.
[ "$1 $2" = "-m venv" ] || exec {python} "$@"
mkdir -p "$3/bin"
printf '#!/bin/sh\\nexit 0\\n' > "$3/bin/pip"
printf '#!/bin/sh\\nexec {python} "$@"\\n' > "$3/bin/python"
cp "{folder}/clamour" "$3/bin/clamour"
chmod +x "$3"/bin/*
"""

VERSION = """\
#!/bin/sh
case "$1 $2" in {faults} esac
export PYTHONPATH={root}
exec {python} -m bot "$@"
"""

HOSTILE = "CLAMOUR_LOG__LEVEL=info\nEVIL=$(touch hit)\nOTHER=`touch hit`; touch hit\n"
CANNOT_MIGRATE = '"db upgrade") echo "no such table" >&2; exit 1 ;;'
BREAKS_AT_THE_START = """\
"run --config")
  {python} -c '
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("UPDATE alembic_version SET version_num = 9999")
database.execute("DELETE FROM campaign_totals")
database.commit()' "$DESTDIR/var/lib/clamour/clamour.db"
  exit 1 ;;"""


@dataclass
class Server:
    """A machine's folders, in one folder."""

    folder: Path

    def offers(self, faults: str = "") -> None:
        """The next version that is installed."""
        program = VERSION.format(faults=faults, root=ROOT, python=sys.executable)
        (self.folder / "clamour").write_text(program.replace("{python}", sys.executable))

    def installs(self, *, code: int = 0) -> str:
        done = subprocess.run(
            [ROOT / "deploy" / "install.sh"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr + self.log
        return done.stdout + done.stderr

    def systemctl(self, *words: str) -> None:
        subprocess.run(["systemctl", *words], env=self.environment, check=True)

    @property
    def environment(self) -> dict[str, str]:
        return bare_environment(
            DESTDIR=str(self.folder),
            PYTHON=str(self.folder / "python3"),
            SERVICE_USER=getuser(),
            PATH=f"{self.folder}:{os.environ['PATH']}",
        )

    @property
    def version(self) -> str:
        return (self.folder / "opt/clamour/current").resolve().name

    @property
    def pid(self) -> str:
        return (self.folder / "run/pid").read_text()

    @property
    def told(self) -> list[str]:
        """What systemctl has been told since the last time."""
        file = self.folder / "run/told"
        words = file.read_text().split()
        file.write_text("")
        return [word for word in words if word in ("start", "stop", "restart")]

    @property
    def log(self) -> str:
        file = self.folder / "run/log"
        return file.read_text() if file.exists() else ""

    @property
    def database(self) -> Path:
        return self.folder / "var/lib/clamour/clamour.db"

    def files(self) -> dict[str, bytes]:
        """Units and commands."""
        places = (
            self.folder / "etc/systemd",
            self.folder / "usr",
            self.folder / "etc/clamour/roles",
        )
        found = (file for place in places for file in place.rglob("*") if file.is_file())
        return {str(file): file.read_bytes() for file in found}

    def campaigns(self) -> list[str]:
        with sqlite3.connect(self.database) as database:
            return [
                slug
                for (slug,) in database.execute(
                    "SELECT slug FROM campaigns JOIN campaign_totals ON campaign_id = id"
                )
            ]


@contextmanager
def server(folder: Path, api: str, url: str = "") -> Iterator[Server]:
    made = Server(folder)
    for name, program in (
        ("python3", MAKES_A_VERSION.format(folder=folder, python=sys.executable)),
        ("systemctl", f'#!/bin/sh\nexec {sys.executable} {ROOT}/tests/deploy/systemctl.py "$@"\n'),
    ):
        (folder / name).write_text(program)
        (folder / name).chmod(0o755)
    settings = folder / "etc/clamour"
    settings.mkdir(parents=True)
    write_campaign(settings)
    (settings / "bot-token").write_text(TOKEN)
    (settings / "bot-token").chmod(0o600)
    (settings / "config.toml").write_text(
        f'[telegram]\ntoken_file = "bot-token"\napi_url = "{api}"\n'
        f'[storage]\nurl = "{url or f"sqlite+aiosqlite:///{made.database}"}"\n'
    )
    try:
        yield made
    finally:
        made.systemctl("stop", "clamour.service")


@pytest.mark.full("one upgrade, on PostgreSQL, is tried")
def test_an_upgrade_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with bot_api() as api, server(tmp_path, api) as machine:
        machine.offers()
        assert "installed" in machine.installs()
        machine.systemctl("start", "clamour.service")
        first, pid = machine.version, machine.pid
        assert machine.told == ["start"]

        unit = tmp_path / "etc/systemd/system/clamour.service"
        unit.write_text(f"{unit.read_text()}# of the version before\n")
        before = machine.files()

        machine.offers(CANNOT_MIGRATE)
        assert "nothing has been changed" in machine.installs(code=1)
        assert (machine.version, machine.pid, machine.told) == (first, pid, []), "it never stopped"
        assert machine.files() == before

        for name, content, mode in (
            ("bot-token", TOKEN, 0o644),
            ("secrets.env", "CLAMOUR_LOG__LEVEL=info", 0o640),
            ("secrets.env", "touch hit", 0o600),
        ):
            file = tmp_path / "etc/clamour" / name
            file.write_text(content)
            file.chmod(mode)
            said = machine.installs(code=1)
            assert "nothing has been changed" in said
            assert ("chmod 600" in said) == (mode != 0o600)
            assert (machine.told, machine.version) == ([], first)
            file.chmod(0o600)
            file.write_text(TOKEN if name == "bot-token" else HOSTILE)
        assert machine.files() == before

        machine.offers(BREAKS_AT_THE_START)
        assert "the old version runs again" in machine.installs(code=1)
        assert machine.told == ["stop", "start", "stop", "start"]
        assert machine.version == first
        assert machine.campaigns() == ["unit"]
        assert machine.files() == before, "units are put back"
        assert [one.name for one in (tmp_path / "opt/clamour/releases").iterdir()] == [first]

        machine.offers()
        assert "done" in machine.installs()
        assert machine.told == ["stop", "start"]
        assert machine.version > first
        kept = tmp_path / f"var/backups/clamour/before-{machine.version}.db"
        assert kept.stat().st_mode & 0o077 == 0
        assert machine.campaigns() == ["unit"]
        assert "of the version before" not in unit.read_text()
    assert not list(tmp_path.rglob("hit")), "what stands in secrets.env is never run"
    assert TOKEN not in machine.log


@pytest.mark.postgres
async def test_on_postgresql_it_goes_on_while_the_database_is_copied_and_brought_up_to_date(
    tmp_path: Path,
) -> None:
    await engines.require("postgresql")
    async with engines.fresh_url("postgresql", tmp_path) as url:
        await asyncio.to_thread(_upgraded_on_postgresql, tmp_path, url)


def _upgraded_on_postgresql(folder: Path, url: str) -> None:
    with bot_api() as api, server(folder, api, url) as machine:
        machine.offers()
        machine.installs()
        machine.systemctl("start", "clamour.service")
        assert machine.told == ["start"]

        machine.offers(CANNOT_MIGRATE)
        assert "nothing has been changed" in machine.installs(code=1)
        assert machine.told == []

        machine.offers()
        assert "done" in machine.installs()
        assert machine.told == ["restart"]
        kept = folder / f"var/backups/clamour/before-{machine.version}.dump"
        assert kept.read_bytes().startswith(b"PGDMP")
        assert kept.stat().st_mode & 0o077 == 0
