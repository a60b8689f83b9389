"""How fast letters go: evenly, so many a second; who may not wait is counted all the same."""

import math

LATE_SECONDS = 0.5
"""Timers wake late and connections come and go; so much lost time is made up for."""
MOST_AHEAD_SECONDS = 10.0
"""How far letters that did not wait may put off those that do."""


class Pace:
    """Times are any one clock's seconds."""

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._each = 1 / per_second
        self._next_at = -math.inf

    def turn(self, now: float) -> float:
        """Take the next turn.

        Returns:
            How many seconds it is away.
        """
        at = max(self._next_at, now - LATE_SECONDS)
        self._next_at = at + self._each
        return max(0.0, at - now)

    def count(self, now: float) -> None:
        """Count one that goes at once."""
        at = max(self._next_at, now - LATE_SECONDS) + self._each
        self._next_at = max(self._next_at, min(at, now + MOST_AHEAD_SECONDS))
