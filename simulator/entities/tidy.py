"""What Telegram makes of a text and its entities before it keeps them.

Follows fix_formatted_text, clean_input_string and fix_entities in td.
"""

import re
from bisect import bisect_left, bisect_right
from collections import deque

from simulator.entities.found import find
from simulator.entities.units import Entity, units

_BLANKED = {code: " " for code in range(32) if code not in (10, 13)}
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile(r"[\0-\x09\x0b-\x1f]")

_SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_QUOTES = ("blockquote", "expandable_blockquote")
_CODE = ("pre", "code")
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "date_time": 98,
    "custom_emoji": 99,
}
_END = 1 << 30


def tidied(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Text and entities as Telegram keeps them.

    Control characters are gone, blanks at both ends too, entities nest, same ones that touch are
    one, and what Telegram finds by itself (`find`) is among them. A text of blanks becomes "".
    """
    text, entities = _cleaned(text, [entity for entity in entities if entity["length"] > 0])
    text, entities = _trimmed(text, _nested(entities) if entities else [])
    fresh = find(text)
    if fresh:
        entities = _with_found(entities, fresh)
    return text, entities


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    if _CONTROL.search(text):
        text = text.translate(_BLANKED)
    if not _DROPPED.search(text):
        return text, entities
    dropped = [units(text[: match.start()]) for match in _DROPPED.finditer(text)]
    moved = []
    for entity in entities:
        start, end = entity["offset"], _end(entity)
        offset = start - bisect_left(dropped, start)
        length = end - bisect_left(dropped, end) - offset
        if length > 0:
            moved.append({**entity, "offset": offset, "length": length})
    return _DROPPED.sub("", text), moved


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    if text and text[0] not in " \n" and text[-1] not in " \n":
        return text, entities
    trimmed = text.rstrip(" \n")
    end = units(trimmed)
    kept = [
        {**entity, "length": min(entity["length"], end - entity["offset"])}
        for entity in entities
        if entity["offset"] < end
    ]
    left = len(trimmed) - len(trimmed.lstrip(" \n"))
    # Blanks inside the first entity stay, as Telegram leaves them.
    left = min(left, kept[0]["offset"]) if kept else left
    return trimmed[left:], [{**entity, "offset": entity["offset"] - left} for entity in kept]


def _ordered(entities: list[Entity]) -> list[Entity]:
    return sorted(
        entities,
        key=lambda entity: (
            entity["offset"],
            -entity["length"],
            _PRIORITY.get(entity["type"], 50),
        ),
    )


def _nested(entities: list[Entity]) -> list[Entity]:
    ordered = _ordered(entities)
    if _well_nested(ordered):
        return ordered
    quotes = _apart([entity for entity in ordered if entity["type"] in _QUOTES])
    whole = _apart([entity for entity in ordered if entity["type"] not in (*_SPLITTABLE, *_QUOTES)])
    whole = _ordered([*_clear_of(whole, quotes), *quotes])
    return _resplit([entity for entity in ordered if entity["type"] in _SPLITTABLE], whole)


def _well_nested(ordered: list[Entity]) -> bool:
    """Whether Telegram would leave them as they are (td, are_entities_valid)."""
    ends: dict[str, int] = {}
    around: list[Entity] = []
    for entity in ordered:
        kind, start, end = entity["type"], entity["offset"], _end(entity)
        while around and start >= _end(around[-1]):
            around.pop()
        if around and (end > _end(around[-1]) or not _may_stand_in(kind, around)):
            return False
        if kind in _SPLITTABLE:
            if ends.get(kind, -1) >= start:
                return False
            ends[kind] = end
        around.append(entity)
    return True


def _may_stand_in(kind: str, around: list[Entity]) -> bool:
    outer = {entity["type"] for entity in around}
    if kind in outer or not outer.isdisjoint((*_CODE, *_SPLITTABLE)):
        return False
    # What is left around it are quotations, links and the like.
    return kind in _SPLITTABLE or (outer <= set(_QUOTES) and kind not in _QUOTES)


def _with_found(entities: list[Entity], found: list[Entity]) -> list[Entity]:
    quotes = [entity for entity in entities if entity["type"] in _QUOTES]
    whole = [entity for entity in entities if entity["type"] not in (*_SPLITTABLE, *_QUOTES)]
    fresh = [entity for entity in _clear_of(found, quotes) if not _meeting(entity, whole)]
    splittable = [entity for entity in entities if entity["type"] in _SPLITTABLE]
    return _resplit(splittable, _ordered([*whole, *fresh, *quotes]))


def _end(entity: Entity) -> int:
    return int(entity["offset"] + entity["length"])


def _meeting(entity: Entity, others: list[Entity]) -> list[Entity]:
    """Those of some, which stand apart and in order, that share a place with an entity."""
    first = bisect_right(others, entity["offset"], key=lambda other: int(other["offset"])) - 1
    last = bisect_left(others, _end(entity), key=lambda other: int(other["offset"]))
    return [other for other in others[max(first, 0) : last] if _end(other) > entity["offset"]]


def _apart(ordered: list[Entity]) -> list[Entity]:
    """Those that do not begin within one before them."""
    kept, end = [], 0
    for entity in ordered:
        if entity["offset"] >= end:
            end = _end(entity)
            kept.append(entity)
    return kept


def _clear_of(entities: list[Entity], quotes: list[Entity]) -> list[Entity]:
    """Those that stand within a quotation or outside, not over its edge."""
    return [
        entity
        for entity in entities
        if not any(
            entity["offset"] < quote["offset"] or _end(entity) > _end(quote)
            for quote in _meeting(entity, quotes)
        )
    ]


def _resplit(splittable: list[Entity], whole: list[Entity]) -> list[Entity]:
    return _ordered([*_Splitter(splittable).split(whole), *whole]) if splittable else whole


class _Splitter:
    """Cuts bold and the like where others begin and end, joins same ones that touch, none in code.

    Follows split_entities in td.
    """

    def __init__(self, splittable: list[Entity]) -> None:
        self.waiting = deque(splittable)
        self.open: dict[str, tuple[int, int]] = {}
        self.pieces: list[Entity] = []

    def split(self, whole: list[Entity]) -> list[Entity]:
        """Pieces that nest with `whole`, which nests in itself and is in order."""
        around: list[Entity] = []
        for entity in whole:
            self._reach(entity["offset"], around)
            around.append(entity)
        self._reach(_END, around)
        return self.pieces

    def _reach(self, offset: int, around: list[Entity]) -> None:
        while around and offset >= (end := _end(around[-1])):
            before = len(self.pieces)
            self._advance(end)
            if around.pop()["type"] in _CODE:
                del self.pieces[before:]
        self._advance(offset)

    def _advance(self, limit: int) -> None:
        while self.waiting and self.waiting[0]["offset"] < limit:
            entity = self.waiting.popleft()
            kind, start, end = entity["type"], entity["offset"], _end(entity)
            if kind in self.open and start <= self.open[kind][1]:
                begun, ends = self.open[kind]
                self.open[kind] = (begun, max(ends, end))
            else:
                self._cut(start)
                self.open[kind] = (start, end)
        self._cut(limit)

    def _cut(self, offset: int) -> None:
        for kind in _SPLITTABLE:
            begin, end = self.open.get(kind, (offset, offset))
            if begin >= offset:
                continue
            upto = min(end, offset)
            self.pieces.append({"type": kind, "offset": begin, "length": upto - begin})
            if end <= offset:
                del self.open[kind]
            else:
                self.open[kind] = (offset, end)
