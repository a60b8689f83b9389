"""The chain of the audit log: each row's hash covers the row and the hash of the row before it.

Changing, removing, inserting or reordering rows breaks it (RFC 6962 keeps logs of certificates
honest in the same way). Changing anything here would break every chain there is.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = hashlib.sha256(b"Clamour: the audit log begins here").hexdigest()
"""What stands in place of a hash before the first row."""

_WHOLE = 2**53
"""Beyond it, a number is not the same in every reader of JSON (RFC 8259, section 6)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `actor` is a Telegram id, None for the command line; `at` is UTC."""

    id: int
    at: datetime
    actor: int | None
    action: str
    subject: str
    details: dict[str, Any]


def link(previous_hash: str, entry: Entry) -> str:
    """The hash of a row: SHA-256, in hex, of its canonical JSON with the hash before it."""
    row = {
        "previous_hash": previous_hash,
        "id": entry.id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": _plain(entry.details),
    }
    written = json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The same for a value before it was kept and after: PostgreSQL writes 1e22 out in full."""
    match value:
        case bool() | str() | None:
            return value
        case int() | float() if abs(value) < _WHOLE and value == int(value):
            return int(value)
        case int() | float():
            return repr(float(value))
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case _:
            return [_plain(inner) for inner in value]
