"""Read config.toml and the environment into settings, or a list of problems."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.environment import (
    KEY,
    MAILBOX_PASSWORD,
    PASSWORD,
    SECRET,
    TOKEN,
    spelled,
    strays,
    variable,
)
from bot.config.explain import explain, keys
from bot.config.problems import ConfigError, Problem
from bot.config.sections import beside
from bot.config.settings import Settings
from bot.config.token_file import read_keys, read_token
from campaign.definition.toml_lines import KeyPath, key_lines
from campaign.definition.toml_text import BadToml, values_of

PASSWORD_IN_URL = re.compile(r"[\w+]+://[^/@]*:[^/@]+@")
WITH_PASSWORD = (("storage", "url"), ("telegram", "proxy"))
IN_FILES = ", or in a file of its own"
ELSEWHERE = (
    ("telegram", "token", TOKEN, IN_FILES),
    ("email", "password", PASSWORD, ""),
    ("mailbox", "password", MAILBOX_PASSWORD, ""),
    ("webhook", "secret", SECRET, ""),
    ("storage", "key", KEY, IN_FILES),
)
"""Secrets: the section, the key, the variable, and where else it may stand."""


def load(path: Path) -> Settings:
    """The settings in force: the file, and the environment over it.

    Relative paths in either are meant from the file's folder.

    Raises:
        ConfigError: with every problem found, not the first alone.
    """
    text = _read(path)
    data = _parse(path, text)
    lines = key_lines(text)
    problems = [*_secrets_in_the_open(data, lines), *strays(os.environ, keys())]
    problems += _fetch_secrets(data, path.parent, lines)
    problems += _password_for_others(path, data, lines)
    try:
        settings = Settings(**data)
    except ValidationError as findings:
        said = {problem.key for problem in problems}
        for error in findings.errors(include_url=False):
            problem = explain(error, lines, os.environ)
            if problem.key not in said:
                problems.append(problem)
    if problems:
        raise ConfigError(str(path), problems)
    return settings.meant_in(path.parent.resolve())


def _read(path: Path) -> str:
    advice = "run clamour init to make one, or name another with --config"
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(str(path), [Problem("", "there is no such file", advice)]) from None
    except UnicodeDecodeError as fault:
        before = fault.object[: fault.start].count(b"\n")
        bad = Problem("", "is not UTF-8 text", "save the file as UTF-8", line=before + 1)
        raise ConfigError(str(path), [bad]) from None
    except OSError as fault:
        bad = Problem("", f"cannot be read: {fault.strerror}", advice)
        raise ConfigError(str(path), [bad]) from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return values_of(text)
    except BadToml as bad:
        problem = Problem("", bad.what, bad.instead, bad.line)
        raise ConfigError(str(path), [problem]) from None


def _secrets_in_the_open(data: dict[str, Any], lines: Mapping[KeyPath, int]) -> list[Problem]:
    """Take secrets out of what the file said: each is a problem, not a value."""
    problems = []
    for section, key, secret, or_else in ELSEWHERE:
        table = data.get(section)
        if isinstance(table, dict) and key in table:
            del table[key]
            name, line = f"{section}.{key}", lines.get((section, key))
            advice = f"put it in the environment as {secret}{or_else}"
            problems.append(Problem(name, "does not belong in this file", advice, line))
    return problems


def _password_for_others(
    path: Path, data: dict[str, Any], lines: Mapping[KeyPath, int]
) -> list[Problem]:
    """A password of the database or a proxy in a file that other users of the machine can open."""
    if not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return []
    found = []
    for section, key in WITH_PASSWORD:
        table = data.get(section)
        address = table.get(key) if isinstance(table, dict) else None
        if isinstance(address, str) and PASSWORD_IN_URL.match(address):
            place = f"put it in the environment as {variable(section, key)}"
            what = "holds a password, and the file can be opened by other users of this machine"
            instead = f"run chmod 600 {path}, or {place}"
            found.append(Problem(f"{section}.{key}", what, instead, lines.get((section, key))))
    return found


def _fetch_secrets(
    data: dict[str, Any], folder: Path, lines: Mapping[KeyPath, int]
) -> list[Problem]:
    """Put what does not stand in the file where the settings look for it."""
    problems: list[Problem] = []
    for section in ("telegram", "storage"):  # an [email] that is not there is none
        data.setdefault(section, {})
    for section, key, name, _ in ELSEWHERE:
        given = os.environ.get(spelled(os.environ, name) or "")
        if given and isinstance(data.setdefault(section, {}), dict):
            data[section][key] = given
    files = (
        ("telegram", "token", read_token, "0:" + "0" * 35),
        ("storage", "key", read_keys, "0" * 64),
    )
    for section, key, read, stand_in in files:
        table = data[section]
        if not isinstance(table, dict) or key in table:
            continue
        if spelled(os.environ, variable(section, key)):
            continue
        from_environment = spelled(os.environ, variable(section, f"{key}_file"))
        named = os.environ[from_environment] if from_environment else table.get(f"{key}_file")
        if not isinstance(named, str) or not named:
            continue
        found = read(beside(folder, named))
        if isinstance(found, str):
            table[key] = found
            continue
        line = None if from_environment else lines.get((section, f"{key}_file"))
        problems.append(Problem(found.key, found.problem, found.advice, line, from_environment))
        table[key] = stand_in  # so that it is not missed twice
    return problems
