"""What everybody in a soak shares: links, what was done, what was promised and not kept."""

import asyncio
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import aiohttp


@dataclass(frozen=True, slots=True)
class Update:
    """One that staff have sent to everybody who hears.

    Attributes:
        words: stand in it and in no other.
        confirmed_at: just before staff said yes (time.monotonic).
    """

    words: str
    kind: str
    confirmed_at: float


@dataclass
class Town:
    """One run.

    Attributes:
        stop: set when nobody begins anything more.
        links: of people and leaflets, for those who come.
        numbers: of signatures, for staff to doubt.
        paper: what has been recorded on paper and confirmed.
        violations: promises not kept.
        up_since: since when all bots are there (time.monotonic); infinity while one is not.
        confused: how often somebody read something else than they waited for, and looked again.
    """

    address: str
    session: aiohttp.ClientSession
    chance: Random
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    links: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    paper: int = 0
    done: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    confused: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    up_since: float = math.inf

    def violated(self, what: str) -> None:
        told = f"{time.monotonic() - self.began:7.1f} s  {what}"
        self.violations.append(told)
        print("VIOLATION", told, flush=True)

    async def mends(self) -> None:
        """End all ordered faults."""
        async with self.session.delete(f"{self.address}/control/faults") as answer:
            assert answer.status < 300, await answer.text()

    async def control(self, what: str, **order: object) -> None:
        """Order something of the simulator."""
        async with self.session.post(f"{self.address}/control/{what}", json=order) as answer:
            assert answer.status < 300, await answer.text()
