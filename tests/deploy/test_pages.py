"""Promises of docs/going-live: what stands there can be typed.

Commands of Clamour are put to its own command line, without being run; files, units and services
have to be there. The rest needs root or an engine: it was run by hand, on a fresh Debian in a
folder of its own where that goes, and is named here, so that no new command slips in untried.
"""

import re
import shlex
from pathlib import Path

import click
import pytest
import typer
import yaml

from bot.cli import app
from tests.folded import for_each

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "going-live").glob("*.md"))
CHECKOUT = "/usr/local/src/clamour/"
BY_HAND = (
    "apt-get install",
    "printf",
    "touch",
    "chmod",
    "mkdir",
    "cd",
    "git clone",
    "git pull",
    "git -C",
)
BY_SYSTEMD = ("systemctl", "journalctl")
COMPOSE = "docker compose -f deploy/compose.yaml"
OF_COMPOSE = ("build", "up", "logs", "exec", "run")


def commands(page: Path) -> list[str]:
    """The indented lines of a page, but for the formula."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    ") and "≤" not in line]


TYPED = [(page.stem, line) for page in PAGES for line in commands(page)]


@for_each("page, line", TYPED)
def test_each_command_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line.partition(" > ")[0].partition(" >> ")[0])
    if words[0] == "clamour":
        understood(words[1:])
    elif words[0] == "cp":
        assert is_there(words[-2])
    elif words[0].endswith(("deploy/install.sh", "deploy/pin-images.sh")):
        assert (ROOT / words[0].removeprefix(CHECKOUT)).stat().st_mode & 0o111
    elif line.startswith(COMPOSE):
        of_compose(words[4:])
    elif words[0] in BY_SYSTEMD:
        for unit in re.findall(r"clamour(?:@[a-z0-9-]+)?(?:\.target)?", line):
            assert is_unit(unit), unit
    else:
        assert line.startswith(BY_HAND), "say how this has been tried"


def understood(words: list[str]) -> None:
    """Whether the command line takes them; nothing is run."""
    command: click.Command = typer.main.get_command(app)
    rest = list(words)
    while isinstance(command, click.Group):
        name = rest.pop(0)
        found = command.commands.get(name)
        assert found is not None, name
        command = found
    command.make_context("clamour", rest)


def of_compose(words: list[str]) -> None:
    assert words[0] in OF_COMPOSE
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    named = [word for word in words[1:] if re.fullmatch(r"web-\d|sender|jobs|db", word)]
    assert set(named) <= set(services)
    if words[0] == "run":
        understood(words[words.index("jobs") + 1 :])


def is_there(source: str) -> bool:
    return (ROOT / source.removeprefix(CHECKOUT).removesuffix("/.")).exists()


def is_unit(unit: str) -> bool:
    if "@" in unit:
        role = unit.partition("@")[2]
        return (ROOT / "deploy" / "systemd" / "roles" / f"{role}.env").exists()
    return (ROOT / "deploy" / "systemd" / (unit if "." in unit else f"{unit}.service")).exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_one_page(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 90
