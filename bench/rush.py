"""A crowd that grows and grows: people come at a rate of their own, whatever the bot can take.

`python -m bench.rush` prints its port, and then each second what was so in it, as JSON: how many
came and signed, and how long answers took. It tells when the bot is overwhelmed, goes on with more
than it can take, then with little, and ends when all who have come have signed.
"""

import argparse
import asyncio
import json
import math
import time
from collections import deque
from typing import Any

from bench.crowd import Crowd, Person, open_to

FIRST_RATE, QUIET_SHARE, TOO_MUCH = 5.0, 0.1, 1.25
OVERWHELMED_SECONDS = 1.0
LASTING_SECONDS = 5
TICK_SECONDS = 0.02
PHASES = ("growing", "too much", "after", "nobody")


class Rush(Crowd):
    """Everybody who comes.

    Attributes:
        rate: people who come in a second.
        phase: one of PHASES.
    """

    def __init__(self, step: float, overload: float, after: float) -> None:
        super().__init__(people=10**9, at_once=10**9)
        self._lasts = {"growing": step, "too much": overload, "after": after, "nobody": math.inf}
        self.rate, self.phase, self.capacity = FIRST_RATE, "growing", 0.0
        self._polled = asyncio.Event()
        self._signed_before = 0
        self._newest: deque[int] = deque(maxlen=LASTING_SECONDS)

    def arrive(self) -> None:
        """The bot asks for updates: people may come."""
        self._polled.set()

    async def rush(self) -> None:
        """Let it all happen, and tell of each second."""
        await self._polled.wait()
        self.began_at = time.perf_counter()
        coming = asyncio.create_task(self._come())
        since, second = self.began_at, 0
        while not self._is_over():
            await asyncio.sleep(1)
            second += 1
            told = self._second(second)
            print(json.dumps(told), flush=True)
            self._newest.append(told["signed"])
            self.capacity = max(self.capacity, sum(self._newest) / LASTING_SECONDS)
            lasted = time.perf_counter() - since >= self._lasts[self.phase]
            if lasted or (self.phase == "growing" and self._is_overwhelmed(told)):
                self._go_on(told)
                since = time.perf_counter()
        coming.cancel()

    def _is_over(self) -> bool:
        """In the end nobody comes any more, and it is over when the last has signed."""
        return self.phase == "nobody" and not self.signing

    def _is_overwhelmed(self, told: dict[str, Any]) -> bool:
        """Half of all wait longer, or one person, if nobody is answered at all."""
        return bool((told["p50_s"] or told["oldest_s"]) > OVERWHELMED_SECONDS)

    def _go_on(self, told: dict[str, Any]) -> None:
        """Twice as many, or what is next. The capacity is what has been signed in each of some
        seconds, at the most."""
        if self.phase == "growing" and not self._is_overwhelmed(told):
            self.rate *= 2
            return
        self.phase = PHASES[PHASES.index(self.phase) + 1]
        shares = {"too much": TOO_MUCH, "after": QUIET_SHARE, "nobody": 0.0}
        self.rate = self.capacity * shares[self.phase]

    async def _come(self) -> None:
        due = 0.0
        last = time.perf_counter()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.perf_counter()
            due += (now - last) * self.rate
            last = now
            while due >= 1:
                due -= 1
                self.arrived += 1
                person = Person(100_000 + self.arrived)
                self.signing[person.id] = person
                self._says(person, "/start")

    def _second(self, second: int) -> dict[str, Any]:
        now = time.perf_counter()
        waits, acted = sorted(self.waits), [one.acted_at for one in self.signing.values()]
        told = {
            "s": second,
            "phase": self.phase,
            "arrived": self.arrived,
            "arrivals": round(self.rate, 1),
            "signed": self.signed - self._signed_before,
            "p50_s": round(waits[len(waits) // 2], 3) if waits else None,
            "p99_s": round(waits[int(len(waits) * 0.99)], 3) if waits else None,
            "waiting": len(self.signing),
            "oldest_s": round(now - min(acted, default=now), 1),
        }
        self.waits.clear()
        self._signed_before = self.signed
        return told


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=float, default=15)
    parser.add_argument("--overload", type=float, default=120)
    parser.add_argument("--after", type=float, default=75)
    given = parser.parse_args()
    rush = Rush(given.step, given.overload, given.after)
    await open_to(rush)
    await rush.rush()


if __name__ == "__main__":
    asyncio.run(main())
