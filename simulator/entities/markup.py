"""Telegram's HTML (https://core.telegram.org/bots/api#html-style).

Follows parse_html in td's MessageEntity.cpp step by step, so that it forgives what Telegram
forgives and refuses what Telegram refuses, with the same words.
"""

import re
from dataclasses import dataclass
from typing import Any

from simulator import rules
from simulator.entities.units import Entity, units
from simulator.errors import Refused, bad_request
from simulator.links import WrongLink, checked

# td's is_space: form feed is none, the end of the text is one.
_SPACE = " \t\r\n\0\v"
_SPECIAL = re.compile(r"[&<]")
_TAG_NAME = re.compile(rf"[^{_SPACE}>]*")
_BLANKS = re.compile(r"[ \t\r\n\v]*")
_ATTRIBUTE_NAME = re.compile(rf"[^{_SPACE}=>/\"']*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))(;?)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SURROGATE = re.compile("[\ud800-\udfff]")
_LAST_CODE_POINT = 0x10FFFF
_LONGEST_REFERENCE = 10
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    part: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Give text and entities of Telegram's HTML; entities are in the order of their end tags.

    Raises:
        Refused: as Telegram refuses it, with the byte offset of the fault.
    """
    if "<" not in source and "&" not in source:
        return source, []
    return _Reader(source).read()


class _Reader:
    """Reads one text from its beginning to its end."""

    def __init__(self, source: str) -> None:
        self.size = len(source)
        self.source = source + "\0"
        self.parts: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        at = 0
        while match := _SPECIAL.search(self.source, at):
            self._take(self.source[at : match.start()])
            at = match.start()
            if self.source[at] == "&":
                at = self._reference(at)
            elif self.source[at + 1] == "/":
                at = self._end_tag(at)
            else:
                at = self._start_tag(at)
        self._take(self.source[at : self.size])
        if self.open:
            tag = self.open[-1].tag
            raise _cannot(f'Can\'t find end tag corresponding to start tag "{tag}"')
        text = "".join(self.parts)
        if _SURROGATE.search(text):
            raise _cannot(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return text, self.entities

    def _take(self, plain: str) -> None:
        if plain:
            self.parts.append(plain)
            self.length += units(plain)

    def _reference(self, at: int) -> int:
        character, after = _decoded(self.source, at)
        self._take(character)
        return after

    def _start_tag(self, begin: int) -> int:
        match = _TAG_NAME.match(self.source, begin + 1)
        assert match is not None  # noqa: S101 - the pattern takes any text
        tag, at = _lower(match.group()), match.end()
        if at >= self.size:
            raise self._at("Unclosed start tag", begin)
        if tag not in rules.TAGS:
            raise self._at(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        while self.source[at] != ">":
            at = self._blanks(at)
            if self.source[at] == ">":
                break
            name, value, at = self._attribute(tag, begin, at)
            argument = _argument(tag, name, value, argument)
        if tag == "span" and argument != "spoiler":
            raise self._at('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, argument, self.length, len(self.parts)))
        return at + 1

    def _attribute(self, tag: str, begin: int, at: int) -> tuple[str, str | None, int]:
        match = _ATTRIBUTE_NAME.match(self.source, at)
        assert match is not None  # noqa: S101 - the pattern takes any text
        name = match.group()
        if not name:
            raise self._at(f'Empty attribute name in the tag "{tag}"', begin)
        at = self._blanks(match.end())
        if self.source[at] == "=" and at < self.size:
            at = self._blanks(at + 1)
            if at < self.size:
                value, at = self._value(at)
                if at >= self.size:
                    raise self._at("Unclosed start tag", begin)
                return name, value, at
        if at >= self.size:
            raise self._at(f'Unclosed start tag "{tag}"', begin)
        return name, None, at

    def _value(self, at: int) -> tuple[str, int]:
        quote = self.source[at]
        if quote not in "\"'":
            match = _NAME_TOKEN.match(self.source, at)
            assert match is not None  # noqa: S101 - the pattern takes any text
            if self.source[match.end()] not in _SPACE + ">":
                raise self._at("Unexpected end of name token", at)
            return _lower(match.group()), match.end()
        parts = []
        at += 1
        while self.source[at] != quote and at < self.size:
            if self.source[at] == "&":
                character, at = _decoded(self.source, at)
            else:
                character, at = self.source[at], at + 1
            parts.append(character)
        return "".join(parts), min(at + 1, self.size)

    def _end_tag(self, begin: int) -> int:
        if not self.open:
            raise self._at("Unexpected end tag", begin)
        match = _TAG_NAME.match(self.source, begin + 2)
        assert match is not None  # noqa: S101 - the pattern takes any text
        tag, at = _lower(match.group()), self._blanks(match.end())
        if self.source[at] != ">":
            raise self._at("Unclosed end tag", begin)
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise self._at(
                "Unmatched end tag", begin, f', expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.length > opened.offset:
            self._enclose(opened)
        return at + 1

    def _enclose(self, opened: _Open) -> None:
        entity: Entity = {
            "type": rules.TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        match opened.tag:
            case "a":
                try:
                    entity["url"] = checked(opened.argument or "".join(self.parts[opened.part :]))
                except WrongLink:
                    return
            case "code" if opened.argument:
                entity["language"] = opened.argument
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                if not opened.argument.isdecimal() or not int(opened.argument):
                    raise _cannot("Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = opened.argument
            case "tg-time":
                entity |= _time(opened.argument)
        if opened.tag in ("pre", "code") and self._joins_code_block(entity):
            return
        self.entities.append(entity)

    def _joins_code_block(self, outer: Entity) -> bool:
        """`<pre><code class="language-x">`, either way round, is one block with a language."""
        inner = self.entities[-1] if self.entities else None
        if inner is None or {inner["type"], outer["type"]} != {"pre", "code"}:
            return False
        if (inner["offset"], inner["length"]) != (outer["offset"], outer["length"]):
            return False
        code = inner if inner["type"] == "code" else outer
        if "language" not in code:
            return False
        inner |= {"type": "pre", "language": code["language"]}
        return True

    def _blanks(self, at: int) -> int:
        match = _BLANKS.match(self.source, at)
        assert match is not None  # noqa: S101 - the pattern takes any text
        return match.end()

    def _at(self, why: str, position: int, more: str = "") -> Refused:
        offset = len(self.source[:position].encode())
        return _cannot(f"{why} at byte offset {offset}{more}")


def _time(argument: str) -> Entity:
    """https://core.telegram.org/bots/api#date-time-entity-formatting"""
    at, _, form = argument.partition(" ")
    if not (at.isascii() and at.isdecimal()) or not int(at):
        raise _cannot("Invalid date specified")
    if not _TIME_FORMAT.fullmatch(form):
        raise _cannot("Invalid date-time format specified")
    return {"unix_time": int(at)} | ({"date_time_format": form} if form else {})


def _argument(tag: str, name: str, value: str | None, before: str) -> str:
    if tag == "blockquote" and name == "expandable":
        return "1"
    if value is None:
        return before
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("tg-time", "unix"):
            return f"{value} {before.partition(' ')[2]}"
        case ("tg-time", "format"):
            return f"{before.partition(' ')[0]} {value}"
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
    return before


def _decoded(source: str, at: int) -> tuple[str, int]:
    """The character that a reference at `at` means, and where it ends; "&" if it is none."""
    match = _REFERENCE.match(source, at)
    assert match is not None  # noqa: S101 - the pattern takes a bare ampersand
    hexadecimal, decimal, name, _ = match.groups()
    if name is not None:
        character: Any = _NAMED.get(name)
    else:
        digits = int(hexadecimal or "0", 16) if decimal is None else int(decimal[:9] or "0")
        fits = match.start(4) - at < _LONGEST_REFERENCE
        character = chr(digits) if 0 < digits < _LAST_CODE_POINT and fits else None
    return (character, match.end()) if character else ("&", at + 1)


def _lower(text: str) -> str:
    """Lower case, of ASCII letters only."""
    if text.isascii():
        return text.lower()
    return re.sub("[A-Z]+", lambda match: match.group().lower(), text)


def _cannot(why: str) -> Refused:
    return bad_request(f"can't parse entities: {why}")
