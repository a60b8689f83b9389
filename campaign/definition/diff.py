"""Differences between two versions of a campaign, key by key and word by word."""

import hashlib
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from campaign.alignment import blocks, likeness
from campaign.definition.model import Definition
from campaign.definition.problems import key_of
from campaign.definition.toml_lines import KeyPath

Meaning = Literal[
    "", "asks_anew", "new_version", "closes", "opens", "hides", "languages", "fields", "data"
]
"""What a change brings with it, beyond the text."""

SHOWN_AROUND = 5
"""Words left on each side of a changed place."""

_ALIKE = 0.4
_SIGNED = ("title", "target", "ask", "statement")
_DATA = ("controllers", "contact", "keep_months")
_OF_STATUS: dict[str, Meaning] = {"closed": "closes", "open": "opens", "draft": "hides"}


@dataclass(frozen=True, slots=True)
class Change:
    """One key that is different.

    Attributes:
        path: in the newer version; of what has gone, in the older.
        before, after: as written; None where it is not there. Of a table, its values line by line.
        moved_from: the place (from 1) where an entry stood that is the same otherwise; 0 for none.
    """

    path: KeyPath
    before: str | None
    after: str | None
    moved_from: int = 0

    @property
    def key(self) -> str:
        """As people write it: text.en.reasons[3], counted from 1."""
        return key_of(self.path)

    @property
    def meaning(self) -> Meaning:
        match self.path:
            case ("status",):
                return _OF_STATUS.get(self.after or "", "")
            case ("text", _, "consent", *_):
                return "asks_anew"
            case ("text", _, key, *_) if key in _SIGNED:
                return "new_version"
            case ("text", _, "privacy_notice"):
                return "data"
            case ("languages", *_):
                return "languages"
            case ("fields", *_):
                return "fields"
            case (key, *_) if key in _DATA:
                return "data"
        return ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they have stayed, gone or come."""

    kind: Literal["same", "gone", "new"]
    text: str


def changes(before: Definition, after: Definition) -> list[Change]:
    """Everything that is different, in the order of the definition."""
    return list(_compared((), _values(before), _values(after)))


def words(before: str, after: str) -> list[Piece]:
    """What has changed within a text; long stretches that have stayed are cut to their ends."""
    old, new = _words(before), _words(after)
    found = blocks(old, new)
    if likeness(found) < _ALIKE:
        return [Piece("gone", before), Piece("new", after)]
    pieces: list[Piece] = []
    for place, (same, i1, i2, j1, j2) in enumerate(found):
        if same:
            kept = _cut(old[i1:i2], first=place == 0, last=place == len(found) - 1)
            pieces.append(Piece("same", kept))
            continue
        pieces += [Piece("gone", "".join(old[i1:i2]))] if i2 > i1 else []
        pieces += [Piece("new", "".join(new[j1:j2]))] if j2 > j1 else []
    return pieces


def _values(definition: Definition) -> dict[str, Any]:
    values = definition.model_dump(mode="json", exclude={"picture"}, exclude_none=True)
    picture = {"picture": _weight(definition.picture)} if definition.picture else {}
    text = values.pop("text")
    return {**values, **picture, "text": text}


def _weight(picture: bytes) -> str:
    """Two pictures are told apart by a fingerprint; people see how large they are."""
    return f"{len(picture):,} B, {hashlib.sha256(picture).hexdigest()[:8]}"


def _compared(path: KeyPath, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before if before is not None else after, Mapping):
        before, after = before or {}, after or {}
        for key in dict.fromkeys((*after, *before)):
            yield from _compared((*path, key), before.get(key), after.get(key))
    elif isinstance(before if before is not None else after, list):
        yield from _lists(path, before or [], after or [])
    else:
        yield Change(path, _shown(before), _shown(after))


def _lists(path: KeyPath, before: list[Any], after: list[Any]) -> Iterator[Change]:
    """Entries find their like, so that a new first one does not change all that follow."""
    old, new = ([json.dumps(one, sort_keys=True) for one in entries] for entries in (before, after))
    in_old, in_new = set(old), set(new)
    gone: dict[str, deque[int]] = {}
    come: list[int] = []
    found: list[Change] = []
    for same, i1, i2, j1, j2 in blocks(old, new):
        if same:
            continue
        pairs = min(i2 - i1, j2 - j1)
        for i, j in zip(range(i1, i1 + pairs), range(j1, j1 + pairs), strict=True):
            if old[i] in in_new or new[j] in in_old:
                gone.setdefault(old[i], deque()).append(i)
                come.append(j)
            else:
                found += _compared((*path, j), before[i], after[j])
        for i in range(i1 + pairs, i2):
            gone.setdefault(old[i], deque()).append(i)
        come += range(j1 + pairs, j2)
    for j in come:
        places = gone.get(new[j])
        if not places:
            found.append(Change((*path, j), None, _shown(after[j])))
        else:
            was = places.popleft()
            found.append(Change((*path, j), _shown(before[was]), _shown(after[j]), was + 1))
    left = sorted(i for places in gone.values() for i in places)
    found += [Change((*path, i), _shown(before[i]), None) for i in left]
    yield from sorted(found, key=lambda change: int(change.path[len(path)]))


def _shown(value: Any) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value
        case Mapping():
            return "\n".join(_shown(one) or "" for one in value.values())
        case list():
            return "\n".join(_shown(one) or "" for one in value)
    return json.dumps(value)


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _cut(kept: list[str], *, first: bool, last: bool) -> str:
    around = SHOWN_AROUND
    if len(kept) <= 2 * around + 1:
        return "".join(kept)
    head = "" if first else "".join(kept[:around])
    tail = "" if last else "".join(kept[-around:])
    return f"{head}… {tail}" if tail else f"{head}…"
