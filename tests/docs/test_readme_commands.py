"""Each command of README.md does what README.md says it does, in the order it says it."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import aiohttp
import pytest

from tests.bot.commandline import TOKEN, WITHIN_SECONDS, at_a_terminal, bare_environment
from tests.docs.guides import ROOT, commands
from tests.e2e.people import Person
from tests.e2e.running_bot import simulator_within

README = ROOT / "README.md"
LEFT_OUT = {
    ".venv/bin/clamour campaign new": "tests/bot/test_cli_new_campaign.py answers it",
    "make test": "it is what runs this",
    "make setup": "it takes the network and a minute; CI begins with it, in a fresh clone",
}
HURRIED = """
from functools import partial
import bot.cli, bot.demo
bot.demo.Pace = partial(bot.demo.Pace, 0, 0)
bot.cli.app(prog_name="clamour")
"""
"""The command, with a story that does not rest for anybody to look."""

SOON = float(WITHIN_SECONDS)


def checkout(folder: Path) -> Path:
    """A folder in which commands find what they find in a checkout that is set up."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "config.example.toml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "examples", folder / "examples")
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    program = programs / "clamour"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "$(cat "$0.py")" "$@"\n')
    program.with_name("clamour.py").write_text(HURRIED)
    program.chmod(0o755)
    (folder / ".venv" / ".installed").touch()
    return folder


def begin(command: str, folder: Path) -> "subprocess.Popen[str]":
    """What somebody types."""
    return subprocess.Popen(
        shlex.split(command),
        cwd=folder,
        env=bare_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end(process: "subprocess.Popen[str]") -> None:
    """Stop it by SIGTERM, and wait until nothing of it is left."""
    subprocess.run(["kill", "-TERM", "--", f"-{process.pid}"], check=False)
    process.communicate(timeout=WITHIN_SECONDS)


@contextmanager
def typed(command: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """What somebody typed goes on until the block ends, and ends cleanly on SIGTERM."""
    process = begin(command, folder)
    try:
        yield process
    finally:
        end(process)


def line_with(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return line
    raise AssertionError(f"never said {words!r} in {seen}")


def shows_the_page(command: str, folder: Path) -> None:
    with typed(command, folder) as process:
        address = re.findall(r"http://\S+", line_with(process, "The demo runs at"))[0]
        with urlopen(address, timeout=WITHIN_SECONDS) as page:  # noqa: S310 - our own address
            assert b"<html" in page.read()


def plays_the_first_scene(command: str, folder: Path) -> None:
    with typed(command, folder) as process:
        assert "20 October 2009" in line_with(process, "The petition is launched")
        line_with(process, "Ada asks Ben")


TO_LOOK: dict[str, Callable[[str, Path], None]] = {
    "make demo": shows_the_page,
    ".venv/bin/clamour demo --story": plays_the_first_scene,
}
GOING_LIVE = [".venv/bin/clamour init", ".venv/bin/clamour check", "make run"]


def test_every_command_of_the_readme_is_tried_here_or_left_out_for_a_reason() -> None:
    assert set(commands(README)) == {*TO_LOOK, *GOING_LIVE, *LEFT_OUT}


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            "make demo",
            marks=pytest.mark.full("tests/bot/test_cli_demo.py starts the demo without make"),
        ),
        ".venv/bin/clamour demo --story",
    ],
)
def test_what_is_to_be_looked_at_can_be(command: str, tmp_path: Path) -> None:
    TO_LOOK[command](command, checkout(tmp_path))


async def test_the_five_steps_lead_to_a_bot_that_answers(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    configure, check, run = GOING_LIVE
    async with simulator_within() as address:
        code, shown = await asyncio.to_thread(
            at_a_terminal,
            *(*configure.split()[1:], "--api-url", address),
            folder=folder,
            answers=[("token", TOKEN), *[("", "")] * 5],
        )
        assert code == 0, shown
        assert (folder / "bot-token").read_text().strip() == TOKEN
        assert TOKEN not in (folder / "config.toml").read_text()
        for name in ("campaign.toml", "picture.png"):
            shutil.copy(folder / "examples" / "keep-the-unit" / name, folder / name)
        checked = await asyncio.create_subprocess_exec(
            *shlex.split(check),
            cwd=folder,
            env=bare_environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await asyncio.wait_for(checked.communicate(), SOON)
        assert checked.returncode == 0, told.decode()
        running = begin(run, folder)
        try:
            async with aiohttp.ClientSession() as session:
                ada = await Person.arrive(session, address)
                await ada.writes("/start")
                assert "human trafficking unit" in (await ada.reads(within=SOON)).text
        finally:  # beside the simulator, which answers the bot's last call
            await asyncio.to_thread(end, running)
