"""Which words bring friends: simulated campaigns whose texts are 20 % apart.

10,000 people share over a month. Whether one brings a friend is chance, by the rate of their text;
the friend comes later, after half a day on average and after a week now and then. The sampler sees
what the bot would see at that moment, counted once a minute.
"""

import asyncio
import heapq
import math
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from random import Random
from statistics import fmean
from typing import Any

from campaign.referrals import sampler
from campaign.referrals.sampler import Tally

CAMPAIGNS = 1_000
SHARES = 10_000
DAYS = 30
FRIEND_AFTER_HOURS = 12.0
COUNTED_EVERY_HOURS = 1 / 60
SETTLES_AFTER_HOURS = sampler.SETTLES_AFTER.total_seconds() / 3600
LOOKS = 20
"""How often in a campaign staff look whether a text has won."""

SCENES = {
    "two texts, 24 and 20 in 100 bring a friend": (0.24, 0.20),
    "two texts, 12 and 10 in 100": (0.12, 0.10),
    "five texts, 24 and four times 20 in 100": (0.24, 0.20, 0.20, 0.20, 0.20),
    "two texts, 20 and 20 in 100": (0.20, 0.20),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one campaign.

    Attributes:
        best: the part of the last half of the shares that the first text got.
        fewest: shares of the text that got fewest.
        before_enough: the smallest part of all shares that a text got until it had ENOUGH.
        said: which text was first said to have won; None if none was.
    """

    best: float
    fewest: int
    before_enough: float
    said: int | None


def campaign(
    seed: int, rates: Sequence[float], *, shares: int = SHARES, looks: int = LOOKS
) -> Outcome:
    """One campaign from its first share to its last."""
    random = Random(seed)
    keys = [str(place) for place in range(len(rates))]
    sharers, settled, brought = ([0] * len(rates) for _ in range(3))
    unsettled: deque[tuple[float, int, float]] = deque()
    late: list[tuple[float, int]] = []
    given: list[int] = []
    tallies = dict.fromkeys(keys, Tally())
    counted_at, before_enough, said = 0.0, 1.0, None
    for number in range(shares):
        now = number * DAYS * 24 / shares
        if now >= counted_at:
            counted_at = now + COUNTED_EVERY_HOURS
            while unsettled and unsettled[0][0] <= now:
                at, place, friend_at = unsettled.popleft()
                settled[place] += 1
                if friend_at <= at:
                    brought[place] += 1
                elif friend_at < math.inf:
                    heapq.heappush(late, (friend_at, place))
            while late and late[0][0] <= now:
                brought[heapq.heappop(late)[1]] += 1
            figures = zip(sharers, settled, brought, strict=True)
            tallies = dict(zip(keys, (Tally(*one) for one in figures), strict=True))
        place = int(sampler.choose(tallies, random))
        given.append(place)
        sharers[place] += 1
        if sharers[place] == sampler.ENOUGH:
            before_enough = min(before_enough, sampler.ENOUGH / (number + 1))
        friend_at = math.inf
        if random.random() < rates[place]:
            friend_at = now + random.expovariate(1 / FRIEND_AFTER_HOURS)
        unsettled.append((now + SETTLES_AFTER_HOURS, place, friend_at))
        if looks and said is None and (number + 1) % (shares // looks) == 0:
            standings = sampler.standings(list(tallies.values()))
            said = next((place for place, one in enumerate(standings) if one.has_won), None)
    half = given[shares // 2 :]
    return Outcome(half.count(0) / len(half), min(sharers), before_enough, said)


def campaigns(rates: Sequence[float], count: int = CAMPAIGNS) -> list[Outcome]:
    """Many campaigns, on all cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(partial(campaign, rates=rates), range(count), chunksize=10))


async def measure() -> list[dict[str, Any]]:
    """Rows for the table; the peer is giving each text to equally many people."""
    rows = []
    for name, rates in SCENES.items():
        found = await asyncio.to_thread(campaigns, rates)
        rows += _rows(name, rates, found)
    return rows


def _rows(name: str, rates: Sequence[float], found: list[Outcome]) -> list[dict[str, Any]]:
    equal = 100 / len(rates)
    apart = max(rates) > min(rates)
    best = 100 * fmean(one.best for one in found)
    at_least = 100 * fmean(one.best >= 0.8 for one in found)
    right = 100 * fmean(one.said == 0 for one in found)
    wrong = 100 * fmean(one.said not in (None, 0) for one in found)
    fewest = min(one.fewest for one in found)
    floor = 100 * min(one.before_enough for one in found)
    rows = []
    if apart:
        rows += [
            _row(f"{name}: the better one's part of the last half", best, equal, "%"),
            _row(f"{name}: campaigns in which that is 80 % or more", at_least, 0, "%"),
            _row(f"{name}: campaigns in which it is said to have won", right, 0, "%"),
            _row(f"{name}: campaigns in which another is said to", wrong, 0, "%"),
        ]
    else:
        rows.append(_row(f"{name}: campaigns that say one has won", right + wrong, 0, "%"))
    rows += [
        _row(f"{name}: fewest shares of any text", fewest, SHARES / len(rates), "shares"),
        _row(f"{name}: least part of any text before its 200th", floor, equal, "%"),
    ]
    return rows


def _row(name: str, value: float, peer: float, unit: str) -> dict[str, Any]:
    return {
        "name": f"Share texts, {name}",
        "value": round(value, 1),
        "peer": "equal parts",
        "peer_value": round(peer, 1),
        "ratio": round(value / peer, 2) if peer else "–",
        "unit": unit,
    }
