"""The campaign office: one person writes updates, another doubts signatures and counts paper."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from bench.soak.phone import Broken, Phone, Silence, SomethingElse, some_time
from bench.soak.town import Town, Update

ENDED = ("All sent", "All done", "Cancelled.")
PAUSED, SENDING = "Paused.", "On its way"


@dataclass
class Office:
    """One of the staff.

    Attributes:
        writes: whether they write updates; otherwise they look after signatures.
    """

    phone: Phone
    town: Town
    chance: Random
    rest: float
    writes: bool

    async def work(self) -> None:
        """One piece of work after the other until all is over; none is left half done."""
        await self._do(self.read)
        while not self.town.stop.is_set():
            await some_time(self.chance, self.rest, self.town.stop)
            if not self.town.stop.is_set():
                await self._do(self._next())

    def _next(self) -> Callable[[], Awaitable[None]]:
        if self.writes:
            return self.chance.choices([self.update, self.read], [4, 1])[0]
        acts = [self.doubt, self.paper, self.leaflet, self.bar, self.read]
        return self.chance.choices(acts, [3, 2, 1, 1, 2])[0]

    async def _do(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
            self.town.done[f"staff: {act.__name__}"] += 1
        except (Silence, Broken) as failed:
            self.town.violated(f"staff at {act.__name__}: {type(failed).__name__} {failed}")
        except SomethingElse as other:
            self.town.confused.append(f"staff at {act.__name__}: {other}")

    async def read(self) -> None:
        await self.phone.asks(
            self.chance.choice(("/funnel", "/audit", "/staff", "/start", "/doubles")), ""
        )

    async def update(self) -> None:
        """Write one, send it to everybody who hears, steer it on its way, and see its end."""
        kind = self.chance.choices(["News", "A decision"], [4, 1])[0]
        words = f"soak update {len(self.town.updates) + 1}."
        phone = self.phone
        await phone.asks("/update", kind)
        await phone.presses(kind, "Send me the message")
        await phone.asks(
            f"Hello {{{{ first_name }}}}, {words} We are {{{{ count }}}}.", "Send it now"
        )
        asked = await phone.presses("Send it now", "Yes, send it to", "nobody to send it to")
        if not asked.startswith("Yes"):
            return
        self.town.updates.append(Update(words, kind, time.monotonic()))
        state = await phone.presses("Yes, send it to", SENDING, *ENDED)
        while state not in ENDED:
            await some_time(self.chance, 2, self.town.stop)
            act = self.chance.choices(["Pause", "Cancel", ""], [3, 1, 6])[0]
            if self.town.stop.is_set() or not act:
                state = await self._sees_the_end()
            elif act == "Cancel":
                state = await self._steers("Cancel", *ENDED)
            elif await self._steers("Pause", PAUSED, *ENDED) == PAUSED:
                await some_time(self.chance, 2, self.town.stop)
                state = await self._steers("Go on", SENDING, *ENDED)
            else:
                return

    async def _steers(self, label: str, *words: str) -> str:
        try:
            return await self.phone.presses(label, *words)
        except SomethingElse:  # the button has gone: it has come to its end meanwhile
            return await self._sees_the_end()

    async def _sees_the_end(self) -> str:
        mine = self.phone.shown["message_id"]
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            for message in await self.phone.chat():
                found = [words for words in ENDED if words in (message.get("text") or "")]
                if message["message_id"] == mine and found:
                    return found[0]
            await asyncio.sleep(0.5)
        raise Silence("a broadcast comes to no end")

    async def doubt(self) -> None:
        """Hold signatures back, and let them count again."""
        numbers = self.town.numbers
        rules = [f"postcode {self.chance.choice(('E1 6AN', 'N1 9GU'))}", "last 1 hour"]
        if numbers:
            rules += [f"number {self.chance.choice(numbers)}"] * 3
        phone = self.phone
        found = await phone.asks(
            f"/quarantine {self.chance.choice(rules)}",
            "Made by a program",
            "There is no such signature",
            "every signature there is",
        )
        if found != "Made by a program":
            return
        await phone.presses(found, "shall not count")
        await phone.presses("shall not count", "Undo it")
        await some_time(self.chance, 4, self.town.stop)
        await phone.presses("Undo it", "Let them count again")
        await phone.presses("Let them count again", "being undone", "Undone")

    async def paper(self) -> None:
        count = self.chance.randint(1, 30)
        await self.phone.asks(f"/paper {count} A stall", "Nothing has been added yet")
        await self.phone.presses("Yes, add them", f"Added: {count} paper")
        self.town.paper += count

    async def leaflet(self) -> None:
        name = f"leaflet {self.chance.randint(1, 5)}"
        await self.phone.asks(f"/source {name}", "start=s_")
        link = next(word for word in self.phone.text.split() if "start=s_" in word)
        self.town.links.append(link)

    async def bar(self) -> None:
        """Block somebody's account for a while."""
        if not self.town.numbers:
            return
        number = self.chance.choice(self.town.numbers)
        found = await self.phone.asks(f"/block {number}", "Yes, block it", "/block 123")
        if found != "Yes, block it":
            return
        await self.phone.presses(found, "is blocked")
        await some_time(self.chance, 4, self.town.stop)
        await self.phone.presses("Let it sign again", "Yes, block it")
