"""Every command teaches how it is used, at once, and stands in the operator's guide."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import app
from tests.bot.commandline import WITHIN_SECONDS, as_before, bare_environment, clamour
from tests.folded import for_each

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "operator.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    with as_before():
        yield


def walk(command: Any, name: str = "clamour") -> Iterator[tuple[str, Any]]:
    yield name, command
    for inner, found in sorted(getattr(command, "commands", {}).items()):
        yield from walk(found, f"{name} {inner}")


COMMANDS = dict(walk(typer.main.get_command(app)))
GROUPS = {name for name, command in COMMANDS.items() if getattr(command, "commands", None)}
LEAVES = sorted(set(COMMANDS) - GROUPS)


def test_these_are_the_commands() -> None:
    assert (
        LEAVES
        == [
            "clamour audit list",
            "clamour audit verify",
            "clamour backup",
            "clamour broadcasts list",
            "clamour broadcasts pause",
            "clamour campaign check",
            "clamour campaign export",
            "clamour campaign list",
            "clamour campaign load",
            "clamour campaign new",
            "clamour campaign offline",
            "clamour check",
            "clamour db check",
            "clamour db copy",
            "clamour db decrypt",
            "clamour db encrypt",
            "clamour db new-key",
            "clamour db recount",
            "clamour db upgrade",
            "clamour demo",
            "clamour email bounce",
            "clamour email test",
            "clamour handin make",
            "clamour handin verify",
            "clamour init",
            *(f"clamour invalidate {name}" for name in ("apply", "block", "list", "try", "undo")),
            "clamour offline import",
            "clamour offline list",
            "clamour offline undo",
            *(f"clamour person {name}" for name in ("erase", "stop", "withdraw")),
            "clamour restore",
            "clamour run",
            "clamour staff add",
            "clamour staff claim",
            "clamour staff list",
            "clamour staff remove",
            "clamour status",
            "clamour version",
        ]
        == LEAVES
    )


@for_each("name", sorted(COMMANDS))
def test_every_command_and_parameter_has_help(name: str) -> None:
    command = COMMANDS[name]

    assert len((command.help or "").strip()) > 20
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name}: {parameter.name}"


@for_each("name", LEAVES)
def test_every_command_shows_itself_in_an_example(name: str) -> None:
    if name != "clamour version":
        assert name in (COMMANDS[name].epilog or "")


@for_each("name", LEAVES)
def test_every_command_stands_in_the_guide(name: str) -> None:
    arguments = [p for p in COMMANDS[name].params if p.param_type_name == "argument"]
    usage = " ".join([name, *(argument.metavar for argument in arguments)])

    assert f"| `{usage}" in GUIDE


@for_each("name", sorted(COMMANDS))
def test_help_is_shown_for_every_command(name: str) -> None:
    result = CliRunner().invoke(app, [*name.split()[1:], "--help"])

    assert result.exit_code == 0
    assert "Usage: clamour" in result.output.replace("Usage: root", "Usage: clamour")


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["campaign", "--help"]])
def test_help_is_there_at_once_because_nothing_heavy_is_imported(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom bot.cli import app\n"
        "try: app()\n"
        "finally: print([m for m in ('sqlalchemy', 'telegram', 'aiohttp', 'babel')"
        " if m in sys.modules], file=sys.stderr)"
    )

    shown = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=bare_environment(),
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )

    assert shown.stderr.strip() == "[]"
    assert "Usage" in shown.stdout


def test_no_command_shows_what_there_is() -> None:
    assert "campaign" in CliRunner().invoke(app, []).output


def test_the_version_is_told(tmp_path: Path) -> None:
    told = clamour("version", folder=tmp_path)

    assert told.returncode == 0
    assert told.stdout.startswith("Clamour 0.")


def test_a_wrong_command_line_ends_with_code_2(tmp_path: Path) -> None:
    for wrong in (["sing"], ["run", "--sideways"], ["campaign", "load"]):
        told = clamour(*wrong, folder=tmp_path)

        assert told.returncode == 2
        assert "Traceback" not in told.stderr
