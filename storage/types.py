"""Column types that mean the same on SQLite and PostgreSQL."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware on the way in and out."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class String(TypeDecorator[str]):
    """Text that both engines keep: PostgreSQL takes no NUL, and UTF-8 no half of a character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None:
            if "\0" in value:
                raise ValueError("text with a NUL character cannot be kept")
            _refuse_surrogates(value)
        return value


Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column declared INTEGER."""

Json = JSON().with_variant(JSONB(), "postgresql")
"""JSON, written by to_json. PostgreSQL does not keep the order of an object's keys."""

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_NUL = re.compile(r"(?<!\\)(\\\\)*\\u0000")


def to_json(value: Any) -> str:
    """What both engines keep of a value, as JSON.

    Raises:
        ValueError: it holds a NUL character, a lone surrogate or a number that is none.
        TypeError: it holds something that JSON has no word for.
    """
    written = _JSON.encode(value)
    if "\\u0000" in written and _NUL.search(written):
        raise ValueError("text with a NUL character cannot be kept")
    _refuse_surrogates(written)
    return written


def _refuse_surrogates(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("text with half a character cannot be kept") from None
