"""Names as people write them in every language that Unicode knows the habits of.

person_names.json has the patterns of CLDR, such as "{given} {given2-initial} {surname}", and its
sample names. The rules are those of https://www.unicode.org/reports/tr35/tr35-personNames.html,
as far as they change what is written.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FIELD = re.compile(r"\{([a-z0-9]+)((?:-[A-Za-z]+)*)\}")
_EMPTY = re.compile(r"[ ,،、]+(?=[,،、])|^[ ,،、]+|[ ,،、]+$")


@cache
def data() -> dict[str, Any]:
    """The file."""
    path = Path(__file__).with_name("person_names.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def every_name() -> Iterator[tuple[str, str]]:
    """Each locale with each of its sample names in each of its patterns."""
    patterns = data()["patterns"]
    for locale in data()["locales"]:
        for sample in locale["samples"]:
            for place in locale["patterns"]:
                name = written(patterns[place], sample, locale["initial"], locale["sequence"])
                if any(letter.isalpha() for letter in name):
                    yield locale["locale"], name


def written(pattern: str, parts: Mapping[str, str], initial: str, sequence: str) -> str:
    """A name in a pattern, fields that it has not left out."""

    def field(found: re.Match[str]) -> str:
        name, modifiers = found[1], found[2].split("-")[1:]
        text = _part(parts, name, modifiers)
        for modifier in modifiers:
            match modifier:
                case "initial":
                    text = _initials(text, initial, sequence)
                case "monogram":
                    text = text[:1]
                case "allCaps":
                    text = text.upper()
                case "initialCap":
                    text = text[:1].upper() + text[1:]
        return text

    return " ".join(_EMPTY.sub("", _FIELD.sub(field, pattern)).split())


def _part(parts: Mapping[str, str], name: str, modifiers: list[str]) -> str:
    if name == "surname" and "surname" not in parts:
        prefix, core = parts.get("surname-prefix", ""), parts.get("surname-core", "")
        if "prefix" in modifiers:
            return prefix
        return core if "core" in modifiers else f"{prefix} {core}".strip()
    if name == "surname" and "prefix" in modifiers:
        return ""
    if "informal" in modifiers and f"{name}-informal" in parts:
        return parts[f"{name}-informal"]
    return parts.get(name, "")


def _initials(text: str, initial: str, sequence: str) -> str:
    letters = [initial.replace("{0}", word[0]) for word in text.split()]
    if not letters:
        return ""
    found = letters[0]
    for letter in letters[1:]:
        found = sequence.replace("{0}", found).replace("{1}", letter)
    return found
