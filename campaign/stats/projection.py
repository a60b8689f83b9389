"""When the goal may be reached, at the pace of the last weeks: a band, not a day.

Weeks are drawn at random out of the last four and laid end to end, again and again (a moving-block
bootstrap, H. R. Künsch, Annals of Statistics 17, 1989): a week keeps its days and its rush
together, and weeks differ from each other by as much as they have done lately. The band holds eight
in ten of these futures: in one of ten the goal is reached sooner, in one later.

NoProjection   with the reason why none can be made honestly
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from campaign.errors import CampaignError
from campaign.stats.times import Times

WINDOW, LEAST_DAYS, LEAST_SIGNATURES = 28, 14, 20
FARTHEST = 5 * 366
"""Days ahead beyond which nothing is foretold."""

_FUTURES, _WEEK = 400, 7
_EARLY, _MIDDLE, _LATE = 0.1, 0.5, 0.9


class NoProjection(CampaignError):
    """There is none.

    Attributes:
        reason: "reached", "closed", "short" (too few days or signatures) or "still" (nobody has
            signed in the last weeks).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Projection:
    """When the goal may be reached (UTC), as far as can be foretold.

    Attributes:
        early, middle, late: so that a tenth, half and nine tenths of all futures have reached it by
            then; None where it takes longer than can be foretold.
        days: how many days the pace is taken from.
        a_week: how many have been added in a week, on average.
    """

    early: datetime | None
    middle: datetime | None
    late: datetime | None
    days: int
    a_week: float


def project(times: Times, total: int, goal: int, *, is_open: bool, now: datetime) -> Projection:
    """The band.

    Args:
        now: UTC.

    Raises:
        NoProjection: with the reason.
    """
    if total >= goal:
        raise NoProjection("reached")
    if not is_open:
        raise NoProjection("closed")
    days = min(WINDOW, (times.today - times.first).days)
    if days < LEAST_DAYS:
        raise NoProjection("short")
    added = [max(0, one) for one in times.on(times.today - timedelta(days=days), days)]
    if not sum(added):
        raise NoProjection("still")
    if sum(added) < LEAST_SIGNATURES:
        raise NoProjection("short")
    early, middle, late = (
        None if far is None else now.astimezone(UTC) + timedelta(days=far)
        for far in band(added, goal - total)
    )
    return Projection(early, middle, late, days, sum(added) / days * _WEEK)


def band(added: Sequence[int], missing: int) -> tuple[float | None, ...]:
    """In how many days so many more will have come: early, in the middle, late; None for never.

    Args:
        added: how many came on each of the last days, a week at least.
        missing: one at least.
    """
    chance = random.Random(len(added))  # noqa: S311 - the same figures give the same band
    tomorrow = len(added)
    weeks = [
        [added[start + (tomorrow + place - start) % _WEEK] for place in range(_WEEK)]
        for start in range(len(added) - _WEEK + 1)
    ]
    futures = []
    for _ in range(_FUTURES):
        drawn = [day for _ in range(4) for day in chance.choice(weeks)]
        futures.append(_until(drawn, missing))
    futures.sort()
    chosen = (futures[int(share * (_FUTURES - 1))] for share in (_EARLY, _MIDDLE, _LATE))
    return tuple(None if far > FARTHEST else far for far in chosen)


def _until(days: Sequence[int], missing: int) -> float:
    """How long it takes, if these days come again and again."""
    together = sum(days)
    if not together:
        return float("inf")
    rounds, left = divmod(missing - 1, together)
    left += 1
    for place, count in enumerate(days):
        if count >= left:
            return rounds * len(days) + place + left / count
        left -= count
    raise AssertionError("what is left of a round is in the round")
