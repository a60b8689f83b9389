"""Rows about how long people wait, beside the same without what is measured."""

from collections.abc import Mapping
from typing import Any

PARTS = (("half of all", "p50_ms"), ("99 of 100", "p99_ms"))


def rows(
    name: str, measured: Mapping[str, float], peer: str, without: Mapping[str, float]
) -> list[dict[str, Any]]:
    """A row for half of all and one for 99 of 100; above 1, what is measured is quicker."""
    return [
        {
            "name": f"{name}{part}",
            "value": round(measured[key], 1),
            "unit": "ms",
            "peer": peer,
            "peer_value": round(without[key], 1),
            "ratio": round(without[key] / measured[key], 2),
        }
        for part, key in PARTS
    ]
