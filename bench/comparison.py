"""One figure of Clamour beside a peer's, as a row of the table."""

from typing import Any


def row(
    name: str,
    value: float,
    peer_value: float,
    unit: str,
    *,
    peer: str,
    more_is_better: bool = False,
) -> dict[str, Any]:
    """The figures and their ratio; above 1, Clamour is better."""
    ratio = value / peer_value if more_is_better else peer_value / value
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "peer": peer,
        "peer_value": round(peer_value, 1),
        "ratio": round(ratio, 2),
    }
