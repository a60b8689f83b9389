"""What a button does, as a type: its fields are the callback data, on the wire and back.

    class Steer(Action, prefix="steer"):
        broadcast_id: int
        do: Literal["pause", "resume"]

`str(Steer(7, "pause"))` is `steer:7:pause`, and `Steer.parse("steer:7:pause")` gives it back.
"""

import re
from dataclasses import dataclass, fields
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

MOST_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton"""

Word = Annotated[str, r"[\w.-]{1,40}"]
"""A field of letters, digits, dots, hyphens and underscores; a plain `str` takes the same."""

_INT, _STR = r"[0-9]{1,18}", r"[\w.-]{1,40}"


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class Action:
    """One kind of button, a frozen dataclass. A field is an int of up to 18 digits, a Literal of
    words, a word, or, at the end, one of these or None.

    Attributes:
        prefix: what the data begins with; may hold colons.
    """

    prefix: ClassVar[str] = ""

    def __init_subclass__(cls, prefix: str, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.prefix = prefix
        dataclass(frozen=True)(cls)

    def __str__(self) -> str:
        """The callback data.

        Raises:
            ValueError: a value does not fit its field, or all together 64 bytes.
        """
        values = [getattr(self, field.name) for field in fields(self)]
        while values and values[-1] is None:
            values.pop()
        data = ":".join([self.prefix, *map(str, values)])
        if len(data.encode()) > MOST_BYTES or not type(self).pattern().fullmatch(data):
            raise ValueError(f"{type(self).__name__} makes no callback data of these values")
        return data

    @classmethod
    def pattern(cls) -> re.Pattern[str]:
        """What its data looks like."""
        if cls not in _PATTERNS:
            _PATTERNS[cls] = _compiled(cls)
        return _PATTERNS[cls]

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """The action that this callback data means; None if it is no data of this kind."""
        found = cls.pattern().fullmatch(data)
        if found is None:
            return None
        texts = zip(_kinds(cls).values(), found.groups(), strict=True)
        return cls(*(None if text is None else _read(kind, text) for kind, text in texts))


_PATTERNS: dict[type[Action], re.Pattern[str]] = {}
_KINDS: dict[type[Action], dict[str, Any]] = {}


def _compiled(action: type[Action]) -> re.Pattern[str]:
    segments, closing = [re.escape(action.prefix)], ""
    for kind in _kinds(action).values():
        if _is_optional(kind):
            segments.append(f"(?::({_segment(kind)})")
            closing += ")?"
        else:
            segments.append(f":({_segment(kind)})")
    return re.compile("".join(segments) + closing)


def _kinds(action: type[Action]) -> dict[str, Any]:
    if action not in _KINDS:  # asked at each tap
        hints = get_type_hints(action, include_extras=True)
        _KINDS[action] = {field.name: hints[field.name] for field in fields(action)}
    return _KINDS[action]


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and NoneType in get_args(kind)


def _plain(kind: Any) -> Any:
    return next(k for k in get_args(kind) if k is not NoneType) if _is_optional(kind) else kind


def _segment(kind: Any) -> str:
    kind = _plain(kind)
    if get_origin(kind) is Literal:
        return "|".join(re.escape(word) for word in get_args(kind))
    if get_origin(kind) is Annotated:
        return str(get_args(kind)[1])
    return {int: _INT, str: _STR}[kind]


def _read(kind: Any, text: str) -> int | str:
    return int(text) if _plain(kind) is int else text
