"""Show a change: removed text struck through, added text in bold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign.definition.diff import Change, Piece, words
from campaign.definition.parts import PARTS
from campaign.definition.text_rules import telegram_length

ROOM = 2_900
"""UTF-16 units that changes may take of a message's 4,096."""

_MOST_OF_ONE = 900
_MOST_GONE = 350
_FRAME = 160


@dataclass(frozen=True, slots=True)
class Told:
    """One change, ready for a template.

    Attributes:
        part: its name in the chat; "" where only the file has one.
        key: as it stands in the file.
        language: what its speakers call it; "" where it has none.
        place: of an entry, from 1; 0 where it is none.
        moved_from: where it stood before; 0 if it has not moved.
        meaning: what it brings with it, see campaign.definition.diff.Meaning.
    """

    part: str
    key: str
    language: str
    place: int
    moved_from: int
    pieces: tuple[Piece, ...]
    meaning: str


def describe(found: Sequence[Change], names: Mapping[str, str]) -> tuple[list[Told], int]:
    """As many changes as one message has room for, and how many more there are.

    Args:
        names: of languages, by their codes.
    """
    shown: list[Told] = []
    room = ROOM
    for change in found:
        one = _told(change, names)
        room -= _FRAME + sum(telegram_length(piece.text) for piece in one.pieces)
        if room < 0:
            break
        shown.append(one)
    return shown, len(found) - len(shown)


def _told(change: Change, names: Mapping[str, str]) -> Told:
    language = str(change.path[1]) if change.path[0] == "text" else ""
    name = str(change.path[2]) if language and len(change.path) > 2 else str(change.path[0])
    place = next((part + 1 for part in change.path if isinstance(part, int)), 0)
    return Told(
        part=name if name in PARTS else "",
        key=change.key,
        language=names.get(language, language),
        place=place,
        moved_from=change.moved_from,
        pieces=_pieces(change),
        meaning=change.meaning,
    )


def _pieces(change: Change) -> tuple[Piece, ...]:
    if change.moved_from:
        return (Piece("same", _cut(change.after or "", 120)),)
    if change.before is None or change.after is None:
        text = _cut(change.after or change.before or "", _MOST_OF_ONE)
        return (Piece("new" if change.before is None else "gone", text),)
    pieces: list[Piece] = []
    room = _MOST_OF_ONE
    for piece in words(change.before, change.after):
        if piece.kind == "new" and pieces and not pieces[-1].text[-1:].isspace():
            pieces.append(Piece("same", "\n"))
        text = _cut(piece.text, min(room, _MOST_GONE) if piece.kind == "gone" else room)
        room -= telegram_length(text)
        pieces.append(Piece(piece.kind, text))
        if room <= 1:
            break
    return tuple(pieces)


def _cut(text: str, units: int) -> str:
    """At most so many UTF-16 units of a text."""
    if telegram_length(text) <= units:
        return text
    return text.encode("utf-16-le")[: max(0, units - 1) * 2].decode("utf-16-le", "ignore") + "…"
