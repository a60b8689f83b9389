"""Promises of deploy/systemd: what systemd itself says of the units."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.roles import ROLES
from tests.engines import must_not_skip

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = ("clamour.service", "clamour@.service")
OF_ITS_OWN = {"ExecStart", "EnvironmentFile"}


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        if must_not_skip():
            pytest.fail("no systemd-analyze: install systemd")
        pytest.skip("no systemd-analyze: install systemd")
    return found


@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_understands_every_line(unit: str, analyze: str, tmp_path: Path) -> None:
    program = tmp_path / "clamour"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for file in UNITS.glob("clamour*"):
        text = file.read_text().replace("/opt/clamour/current/bin/clamour", str(program))
        (tmp_path / file.name).write_text(text)
    name = unit.replace("@.", "@web-1.")
    told = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in told.stderr.splitlines() if "clamour" in line]
    assert ours == []


@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_finds_little_that_a_broken_in_service_could_do(unit: str, analyze: str) -> None:
    file = str(UNITS / unit)
    told = subprocess.run(
        [analyze, "security", "--offline=yes", "--threshold=20", file],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level .*: ([\d.]+)", told.stdout)
    assert found is not None, told.stderr
    assert float(found[1]) < 2.0


def test_both_units_say_the_same_of_what_the_service_may_do() -> None:
    one, several = (_service(unit) for unit in SERVICES)
    assert {key: one[key] for key in one if key not in OF_ITS_OWN} == {
        key: several[key] for key in several if key not in OF_ITS_OWN
    }


def test_a_copy_of_the_database_lies_on_the_databases_disk() -> None:
    """Else in /var/tmp, which may be another, and not encrypted."""
    service = _service("clamour.service")
    assert service["StateDirectory"] == ["clamour"]
    assert "SQLITE_TMPDIR=/var/lib/clamour" in service["Environment"]


def test_each_role_has_its_file_and_no_two_share_a_port() -> None:
    files = [
        dict(line.split("=", 1) for line in file.read_text().splitlines())
        for file in sorted((UNITS / "roles").glob("*.env"))
    ]
    assert {file["ROLE"] for file in files} == set(ROLES) - {"all"}
    for file in files:
        assert file.get("CLAMOUR_WEB__PORT") == file.get("CLAMOUR_WEBHOOK__PORT")
    ports = [port for file in files for port in {v for k, v in file.items() if k.endswith("PORT")}]
    assert len(ports) == len(set(ports))


def _service(unit: str) -> dict[str, list[str]]:
    section = (UNITS / unit).read_text().partition("[Service]")[2].partition("[Install]")[0]
    found: dict[str, list[str]] = {}
    for line in section.splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found
