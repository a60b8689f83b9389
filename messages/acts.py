"""Words that people type in place of a command, by language: `<language>/acts.toml`."""

import tomllib
import unicodedata
from pathlib import Path

LONGEST = 60
_SHORTEST, _LONG_ENOUGH = 4, 7
"""Letters of what a slip is looked for in."""
_POLITE, _LITTLE = "polite", "little"


class Acts:
    """One language's words for acts.

    Attributes:
        little: words that say nothing of what somebody asks.
    """

    def __init__(self, file: Path) -> None:
        written: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))
        self.little = frozenset(plain(word) for word in written.pop(_LITTLE))
        self._polite = sorted(map(plain, written.pop(_POLITE)), key=len, reverse=True)
        self._acts = {plain(words): act for act, said in written.items() for words in said}

    def find(self, said: str) -> str | None:
        """The act that plain words name, with or without a please, and a slip of the finger."""
        while said not in self._acts:
            shorter = self._less_polite(said)
            if shorter == said:
                return next((act for one, act in self._acts.items() if _is_slip(said, one)), None)
            said = shorter
        return self._acts[said]

    def _less_polite(self, said: str) -> str:
        for words in self._polite:
            for shorter in (said.removeprefix(f"{words} "), said.removesuffix(f" {words}")):
                if shorter != said:
                    return shorter
        return said


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two neighbours have changed places or one came twice; in what is long enough to be
    known all the same, also whether one letter is wrong, missing or too many."""
    if not _SHORTEST <= len(meant) <= len(typed) + 1 <= len(meant) + 2:
        return False
    pairs = enumerate(zip(typed, meant, strict=False))
    alike = next((at for at, (a, b) in pairs if a != b), min(len(typed), len(meant)))
    rest, wanted = typed[alike:], meant[alike:]
    came_twice = alike and rest == typed[alike - 1] + wanted
    if came_twice or rest[1:2] + rest[:1] + rest[2:] == wanted:
        return True
    one_letter = (wanted[:1] + rest[1:], wanted[:1] + rest, rest[1:])
    return len(meant) >= _LONG_ENOUGH and wanted in one_letter


def plain(text: str) -> str:
    """Words without case, accents, punctuation and emoji: "STOP!! 🛑" is "stop"."""
    if len(text) > LONGEST:
        return ""
    bare = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in bare if not unicodedata.combining(c) and c not in "'’\u02bc")
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
