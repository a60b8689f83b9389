"""Column types that are encrypted where the database is, and plain where it is not.

Which of the two is said by the keyring that storage.database hangs on each engine's dialect. There
is no third: in a sealed database, text that is not sealed is refused on reading, and nothing plain
is ever written. What is empty says nothing, and is left as it is.
"""

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ColumnElement, Dialect, TypeDecorator, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from storage.errors import DecryptionFailed
from storage.types import String, to_json

if TYPE_CHECKING:
    from storage.encryption.keyring import Keyring  # cryptography is read when there is a key

_UNDER, _NAMES = "sealed", "of"


def attach_keyring(dialect: Dialect, keyring: "Keyring | None") -> None:
    """Let an engine's sealed columns be sealed with these keys; None: let them be plain."""
    dialect.keyring = keyring  # type: ignore[attr-defined]


def keyring_of(dialect: Dialect) -> "Keyring | None":
    """The keys of an engine; None if its database is plain."""
    keyring: Keyring | None = dialect.keyring  # type: ignore[attr-defined]
    return keyring


class Encrypted(String):
    """Text that nobody searches for.

    Args:
        place: its table and column, to which it is bound.
        if_broken: what is read instead of a value that cannot be unsealed; None: that is an error.
    """

    cache_ok = True

    def __init__(self, place: str, *, if_broken: str | None = None) -> None:
        super().__init__()
        self.place, self.if_broken = place, if_broken

    def encrypt(self, value: Any, keyring: "Keyring | None") -> Any:
        """As it is kept."""
        return keyring.seal(value, self.place) if keyring and value else value

    def decrypt(self, kept: Any, keyring: "Keyring | None") -> Any:
        """What is kept.

        Raises:
            DecryptionFailed: it cannot be had.
        """
        return keyring.open(kept, self.place) if keyring and kept else kept

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        shut: str | None = self.encrypt(
            super().process_bind_param(value, dialect), keyring_of(dialect)
        )
        return shut

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        try:
            opened: str | None = self.decrypt(value, keyring_of(dialect))
        except DecryptionFailed:
            if self.if_broken is None:
                raise
            return self.if_broken
        return opened


def or_empty(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A sealed column of text, "" where it cannot be unsealed: one broken name does not hold up
    what goes to many."""
    assert isinstance(column.type, Encrypted)  # noqa: S101 - for mypy
    return type_coerce(column, Encrypted(column.type.place, if_broken=""))


class DeterministicEncrypted(Encrypted):
    """Text that is searched for by being equal, in WHERE, IN, GROUP BY and indexes; never by LIKE,
    by its order or by a part of it."""

    cache_ok = True

    def encrypt(self, value: Any, keyring: "Keyring | None") -> Any:
        """As it is kept."""
        return keyring.keyed(value, self.place) if keyring and value else value


class EncryptedJson(TypeDecorator[Any]):
    """A JSON object, sealed as a whole; the names in it stay plain: {"of": [...], "sealed": "..."}.

    Args:
        place: its table and column, to which it is bound.
    """

    impl = JSON
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def encrypt(self, value: Any, keyring: "Keyring | None") -> Any:
        """As it is kept."""
        if not keyring or not value:
            return value
        return {_NAMES: sorted(value), _UNDER: keyring.seal(to_json(value), self.place)}

    def decrypt(self, kept: Any, keyring: "Keyring | None") -> Any:
        """What is kept.

        Raises:
            DecryptionFailed: it cannot be had.
        """
        if not keyring or not kept:
            return kept
        if not isinstance(kept, dict) or not isinstance(kept.get(_UNDER), str):
            raise DecryptionFailed(self.place, "it is not sealed")
        return json.loads(keyring.open(kept[_UNDER], self.place))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return self.encrypt(value, keyring_of(dialect))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self.decrypt(value, keyring_of(dialect))
