"""People who ask the bot for something now and then, while it sends to everybody else.

An instant Telegram. `python -m bench.onlookers --people 20 --every 1.0 --listeners 1000` prints its
port; each line on its standard input is answered with the figures since the line before, as JSON.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from typing import Any

from bench.crowd import Connection, Crowd, Person
from bench.listeners import FIRST

FIRST_ONLOOKER = 1001


class Onlookers(Crowd):
    """Everybody who asks, how long they waited, and what came to those who listen."""

    def __init__(self, people: int, every: float, listeners: int) -> None:
        super().__init__(people, people)
        self.every = every
        self.reached = bytearray(listeners)
        self.bulk = self.twice = 0
        self.bulk_began_at = 0.0
        self.random = random.Random(people)

    def arrive(self) -> None:
        if self.began_at:
            return
        self.began_at = time.perf_counter()
        for number in range(self.people):
            person = Person(FIRST_ONLOOKER + number)
            self.signing[person.id] = person
            self._asks_later(person)

    def _asks_later(self, person: Person) -> None:
        seconds = self.random.uniform(0.5, 1.5) * self.every
        asyncio.get_running_loop().call_later(seconds, self._says, person, "/help")

    def _react(
        self, person: Person, message: dict[str, Any], text: str, markup: dict[str, Any] | None
    ) -> None:
        self.waits.append(time.perf_counter() - person.acted_at)
        self._asks_later(person)

    def bot_shows(self, parameters: dict[str, Any], *, picture: bool) -> dict[str, Any]:
        chat_id = int(parameters["chat_id"])
        if chat_id >= FIRST:
            self.bulk_began_at = self.bulk_began_at or time.monotonic()
            self.bulk += 1
            self.twice += self.reached[chat_id - FIRST]
            self.reached[chat_id - FIRST] = 1
        return super().bot_shows(parameters, picture=picture)

    def figures(self) -> dict[str, float]:
        """Since it was asked last: answers and how long they took (milliseconds), messages to the
        others and when the first of them came (as time.monotonic gives it). From the beginning:
        how many of them have got something, and how many messages were not their first."""
        waits = sorted(self.waits) or [0.0]
        told = {
            "answers": len(self.waits),
            "p50_ms": waits[len(waits) // 2] * 1000,
            "p99_ms": waits[int(len(waits) * 0.99)] * 1000,
            "slowest_ms": waits[-1] * 1000,
            "bulk": self.bulk,
            "bulk_began_at": self.bulk_began_at,
            "reached": sum(self.reached),
            "twice": self.twice,
        }
        self.waits.clear()
        self.bulk, self.bulk_began_at = 0, 0.0
        return told


async def serve(people: int, every: float, listeners: int) -> None:
    loop = asyncio.get_running_loop()
    onlookers = Onlookers(people, every, listeners)
    server = await loop.create_server(lambda: Connection(onlookers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(onlookers.figures()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--every", type=float, required=True)
    parser.add_argument("--listeners", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.people, given.every, given.listeners))


if __name__ == "__main__":
    main()
