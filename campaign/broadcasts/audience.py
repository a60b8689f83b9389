"""The audience of a broadcast, as it is stored."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from storage.audiences import Audience


def to_dict(audience: Audience) -> dict[str, Any]:
    """JSON-safe; times in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(audience).items()
    }


def from_dict(kept: Mapping[str, Any]) -> Audience:
    """Back from `to_dict`; what is missing has its default."""
    times = ("signed_after", "signed_before")
    given: dict[str, Any] = dict(kept)
    for name in times:
        if given.get(name):
            given[name] = datetime.fromisoformat(given[name])
    for name in ("languages", "areas"):
        given[name] = tuple(given.get(name) or ())
    return Audience(**given)
