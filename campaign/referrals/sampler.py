"""Which share text a new sharer is given: Thompson sampling on who brings a friend.

Each text has a chance that a sharer who is given it brings at least one friend. It is not known,
so it is drawn from what is known of it, Beta(1 + brought, 1 + brought none), and the text with
the highest draw is given. A sharer counts by whether they brought anybody, not by how many: the
few who bring hundreds would otherwise decide alone, and a band for their mean would be a guess.

A sharer's friends come later, so one counts only once `SETTLES_AFTER` has passed, whether they
have brought somebody by then or not: otherwise each new sharer would first be a failure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

SETTLES_AFTER = timedelta(hours=24)
ENOUGH = 200
"""Sharers: until then a text is given to one in ten at least, and nothing is said to have won."""

KEPT_FOR_NEW = 0.1
SURE = 0.99
LOW, HIGH = 0.025, 0.975
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Tally:
    """What has come of a text.

    Attributes:
        sharers: who have been given it.
        settled: those of them who have had time to bring a friend.
        brought: those of the settled who have brought at least one who counts.
    """

    sharers: int = 0
    settled: int = 0
    brought: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a text does beside the others.

    Attributes:
        rate: sharers who bring a friend, of 1; None before the first has settled.
        low, high: the band that holds the true rate with 95 % probability.
        best: the probability that no other text does better.
        has_won: whether that is sure enough, and all of them have been given to enough people.
    """

    rate: float | None
    low: float
    high: float
    best: float
    has_won: bool


def choose(tallies: Mapping[str, Tally], random: Random) -> str:
    """The text for the next sharer.

    Args:
        tallies: by text; at least one.
    """
    new = [key for key, tally in tallies.items() if tally.sharers < ENOUGH]
    place = int(random.random() / KEPT_FOR_NEW)
    if place < len(new):
        return new[place]
    return max(tallies, key=lambda key: _drawn(tallies[key], random))


def standings(tallies: Sequence[Tally]) -> list[Standing]:
    """How they do, in their order. The same tallies have the same standings."""
    random = Random(str(tallies))  # noqa: S311
    drawn = [[_drawn(tally, random) for _ in range(DRAWS)] for tally in tallies]
    wins = [0] * len(tallies)
    for row in zip(*drawn, strict=True):
        wins[row.index(max(row))] += 1
    enough = len(tallies) > 1 and all(tally.settled >= ENOUGH for tally in tallies)
    found = []
    for tally, draws, won in zip(tallies, drawn, wins, strict=True):
        draws.sort()
        best = won / DRAWS
        found.append(
            Standing(
                rate=tally.brought / tally.settled if tally.settled else None,
                low=draws[int(LOW * DRAWS)],
                high=draws[int(HIGH * DRAWS)],
                best=best,
                has_won=enough and best >= SURE,
            )
        )
    return found


def _drawn(tally: Tally, random: Random) -> float:
    brought = min(tally.brought, tally.settled)
    return random.betavariate(1 + brought, 1 + tally.settled - brought)
