"""What the guides tell people to type is there: commands, their options, and the bot's own."""

import re
import shlex
from pathlib import Path

import pytest

from handlers.router import commands as of_the_bot
from tests.bot.test_cli_help import COMMANDS, GROUPS
from tests.docs.guides import GUIDES, ROOT, commands, said_to_the_bot

OTHERS = {  # paths of the web part, and what is said to @BotFather
    *("newbot", "revoke", "setinline", "setinlinefeedback"),
    *("metrics", "healthz", "readyz", "chat"),
}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def wrong_in(command: str) -> str | None:
    """What of a command line is not there."""
    program, *words = shlex.split(command)
    if program == "make":
        return next((word for word in words[:1] if word not in TARGETS), None)
    if not program.endswith("clamour"):
        return None
    name = "clamour"
    while words and f"{name} {words[0]}" in COMMANDS:
        name = f"{name} {words.pop(0)}"
    if name in GROUPS and words and not COMMANDS[name].ignore_unknown_options:
        return words[0] if not words[0].isupper() else None
    known = {"--help", *(option for one in COMMANDS[name].params for option in one.opts)}
    known |= {option for one in COMMANDS[name].params for option in one.secondary_opts}
    return next((word for word in words if word.startswith("--") and word not in known), None)


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("clamour handout make", "handout"),
        ("clamour staff hire 11", "hire"),
        (".venv/bin/clamour backup --too FILE", "--too"),
        ("make coffee", "coffee"),
    ],
)
def test_a_command_that_is_not_there_is_noticed(command: str, wrong: str) -> None:
    assert wrong_in(command) == wrong


@pytest.mark.parametrize("guide", GUIDES, ids=lambda file: file.stem)
def test_every_command_line_in_a_guide_can_be_typed(guide: Path) -> None:
    found = {line: wrong_in(line) for line in commands(guide)}
    assert {line: wrong for line, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda file: file.stem)
def test_the_bot_knows_each_command_that_a_guide_names(guide: Path) -> None:
    assert said_to_the_bot(guide) - OTHERS <= of_the_bot().keys()
