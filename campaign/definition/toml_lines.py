"""Find the line of each key in a TOML text, so that an error can name it.

The standard library's reader gives values without their places. This walk trusts that the reader
has accepted the text. https://toml.io/en/v1.0.0
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

MOST_NESTED = 50
"""Far deeper than a campaign or a configuration is; each level takes longer than the one before."""

_TOKEN = re.compile(
    r'''(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')'''
    r"|(?P<skip>[ \t\r]+|\#[^\n]*)|(?P<line>\n)|(?P<mark>[\[\]{},=.])|(?P<bare>[^\s\[\]{},=.\#]+)",
    re.DOTALL,
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every key and list entry of a valid TOML text.

    A table's line is that of its header; of one without a header, that of its first key. A text
    that is nested too deeply to be walked has none.
    """
    try:
        return _Walk(text).lines
    except _TooDeep:
        return {}


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a key, or of the nearest table around it; None if even that is not there."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _TooDeep(Exception):
    pass


class _Walk:
    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._tokens = _tokens(text)
        self._at = 0
        self._entries: Counter[KeyPath] = Counter()
        table: KeyPath = ()
        while self._skip_lines():
            if self._takes("["):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        line = self._line
        is_entry = self._takes("[")
        *around, last = self._key()
        path: KeyPath = ()
        for part in around:
            path += (part,)
            if path in self._entries:
                path += (self._entries[path] - 1,)
        path += (last,)
        if is_entry:
            self._entries[path] += 1
            path += (self._entries[path] - 1,)
            self._takes("]")
        self._takes("]")
        self._note(path, line)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line
        path = table + self._key()
        self._note(path, line)
        self._takes("=")
        self._value(path)

    def _key(self) -> KeyPath:
        parts = [self._key_part()]
        while self._takes("."):
            parts.append(self._key_part())
        return tuple(parts)

    def _key_part(self) -> str:
        written = self._take()
        return str(tomllib.loads(f"key = {written}")["key"]) if written[0] in "\"'" else written

    def _value(self, path: KeyPath) -> None:
        if len(path) > MOST_NESTED:
            raise _TooDeep
        if self._takes("["):
            self._list(path)
        elif self._takes("{"):
            while self._skip_lines() and not self._takes("}"):
                self._pair(path)
                self._skip_lines()
                self._takes(",")
        else:
            while self._at < len(self._tokens) and self._tokens[self._at][0] not in ",]}\n":
                self._at += 1

    def _list(self, path: KeyPath) -> None:
        place = 0
        while self._skip_lines() and not self._takes("]"):
            self._note((*path, place), self._line)
            self._value((*path, place))
            place += 1
            self._skip_lines()
            self._takes(",")

    def _note(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    @property
    def _line(self) -> int:
        return self._tokens[self._at][1]

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][0]

    def _takes(self, mark: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at][0] == mark
        self._at += found
        return found

    def _skip_lines(self) -> bool:
        while self._takes("\n"):
            pass
        return self._at < len(self._tokens)


def _tokens(text: str) -> list[tuple[str, int]]:
    line, tokens = 1, []
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "skip":
            tokens.append((found[0], line))
        line += found[0].count("\n")
    return tokens
