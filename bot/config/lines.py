"""Find the line of each key in a TOML file; tomllib does not say."""

import tomllib
from collections.abc import Iterator
from typing import Any

Path = tuple[str, ...]


def key_lines(text: str) -> dict[Path, int]:
    """The line of every table and key.

    Args:
        text: valid TOML.

    Returns:
        Path (("telegram", "mode")) → line, counted from 1; a table's line is its header's, or
        else that of the first key that makes it.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        is_header = statement.lstrip().startswith("[")
        paths = list(_paths(tomllib.loads(statement)))
        if is_header and paths:
            table = paths[-1]
        for path in paths:
            found.setdefault(path if is_header else table + path, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or key with its value, however many lines it takes.

    A statement ends at the first line where what was gathered is TOML by itself: an open string
    or array is not.
    """
    gathered, began = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        began = began if gathered else number
        gathered += line + "\n"
        try:
            tomllib.loads(gathered)
        except tomllib.TOMLDecodeError:
            continue
        yield began, gathered
        gathered = ""


def _paths(table: dict[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, value in table.items():
        yield (*above, key)
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            yield from _paths(inner, (*above, key))
