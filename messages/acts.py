"""Words that people type in place of a command, by language: `<language>/acts.toml`."""

import tomllib
import unicodedata
from pathlib import Path

LONGEST = 60
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
        """The act that plain words name, with or without a please."""
        while said not in self._acts:
            shorter = self._less_polite(said)
            if shorter == said:
                return None
            said = shorter
        return self._acts[said]

    def _less_polite(self, said: str) -> str:
        for words in self._polite:
            for shorter in (said.removeprefix(f"{words} "), said.removesuffix(f" {words}")):
                if shorter != said:
                    return shorter
        return said


def plain(text: str) -> str:
    """Words without case, accents, punctuation and emoji: "STOP!! 🛑" is "stop"."""
    if len(text) > LONGEST:
        return ""
    bare = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in bare if not unicodedata.combining(c) and c not in "'’\u02bc")
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
