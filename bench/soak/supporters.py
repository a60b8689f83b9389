"""Supporters: each comes, signs, and then does now and then what people do."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from bench.soak.phone import Broken, Phone, Silence, SomethingElse, some_time
from bench.soak.town import Town

POSTCODES = ("SW1A 1AA", "E1 6AN", "CF10 3NQ", "EH1 1YZ", "BT1 5GS", "N1 9GU", "SE1 7PB")
WELCOME, NAME, POSTCODE = "Signing takes less", "What is your name?", "What is your postcode?"
REVIEW = "Is this right?"
THANKED, SIGNED = "You have signed.", "You signed on"
HELD, BLOCKED = "doesn’t count at the moment", "You can’t sign with this account"
SCREENS = (THANKED, SIGNED, HELD, BLOCKED, REVIEW, POSTCODE, NAME, WELCOME)
TAPS = {WELCOME: "✍️ Sign", REVIEW: "Just sign"}
HEARING = "Sign and keep me posted"
NUMBER = re.compile(r"signature is number ([\d,]+)")
LINK = re.compile(r"https://t\.me/\S+\?start=r_\w+")
HEARS = "We’ll tell you here what happens"
CHATTER = (
    "hello?",
    "Thank you!",
    "<b>bold</b> & {{ first_name }}",
    "'; DROP TABLE signatures; --",
    "🙂" * 40,
    "\u202eright to left",
    "/nonsense",
    "/start " + "x" * 60,
)
MOST_STEPS = 14


@dataclass
class Supporter:
    """Somebody, and what they know of themselves because the bot has said so.

    Attributes:
        signed: whether their name stands there, for all they have been told; None if they are not
            sure.
        hears: whether they hear updates; None if they are not sure.
        hears_since: since when they have heard them without a break (time.monotonic).
        settled: whether no act of theirs is under way.
        acts: how many they have begun: what was read before and after the same number holds.
    """

    phone: Phone
    town: Town
    chance: Random
    rest: float
    signed: bool | None = False
    number: int = 0
    hears: bool | None = False
    hears_since: float = 0.0
    blocks: bool = False
    settled: bool = True
    acts: int = 0
    numbers: set[int] = field(default_factory=set)

    async def live(self) -> None:
        """From the first /start until all is over."""
        await self._do(self.come)
        while not self.town.stop.is_set():
            await some_time(self.chance, self.rest, self.town.stop)
            if not self.town.stop.is_set():
                await self._do(self._next())
        if self.blocks:
            await self._do(self.let_in)

    def _next(self) -> Callable[[], Awaitable[None]]:
        if self.blocks:
            return self.let_in
        if not self.signed and self.chance.random() < 0.5:
            return self.sign
        acts: dict[Callable[[], Awaitable[None]], int] = {
            self.share: 4,
            self.look: 6,
            self.chat: 3,
            self.withdraw: 2,
            self.stop_hearing: 2,
            self.hear: 4,
            self.block: 1,
            self.forget: 1,
            self.change: 1,
        }
        return self.chance.choices([*acts], [*acts.values()])[0]

    async def _do(self, act: Callable[[], Awaitable[None]]) -> None:
        name = act.__name__
        self.acts += 1
        self.settled = False
        try:
            await act()
            self.town.done[name] += 1
        except Silence as silence:
            self.town.violated(f"nobody answered {self.phone.id} at {name}, {silence}")
            await self._find_out()
        except Broken as broken:
            self.town.violated(f"{self.phone.id} at {name} read: {broken}")
            await self._find_out()
        except SomethingElse as other:
            self.town.confused.append(f"{self.phone.id} at {name}: {other}")
            await self._find_out()
        self.settled = True

    async def _find_out(self) -> None:
        """Look where one stands, as people do who are not sure. That one has signed, nobody says
        by mistake; that one has not may be the answer to something earlier, come late."""
        self._hear(None)
        self.signed = None
        try:
            await self.phone.asks("/start", *SCREENS)
        except (Silence, SomethingElse, Broken) as lost:
            self.town.violated(f"{self.phone.id} cannot find out where they stand: {lost}")
            return
        if self._screen() in (SIGNED, HELD):
            self._has_signed()

    async def finds_out_at_rest(self) -> None:
        """The same when no answer to anything earlier can come in between: then both are sure."""
        await self._find_out()
        if self.signed is None and self._screen() not in (SIGNED, HELD):
            self.signed = False

    def _screen(self) -> str:
        phone = self.phone
        if THANKED in phone.text:
            return SIGNED
        return next((words for words in SCREENS if words in phone.text), WELCOME)

    def _has_signed(self) -> None:
        self.signed = True
        if found := NUMBER.search(self.phone.text):
            self.number = int(found[1].replace(",", ""))
            self.numbers.add(self.number)
            self.town.numbers.append(self.number)
            self._hear(HEARS in self.phone.text)

    def _hear(self, hears: bool | None) -> None:
        if hears and not self.hears:
            self.hears_since = time.monotonic()
        self.hears = hears

    async def come(self) -> None:
        links = self.town.links
        link = self.chance.choice(links) if links and self.chance.random() < 0.6 else ""
        await self._sign(link)

    async def sign(self) -> None:
        await self._sign("")

    async def _sign(self, link: str) -> None:
        phone = self.phone
        await (phone.comes_by(link, *SCREENS) if link else phone.asks("/start", *SCREENS))
        wants = self.chance.random() < 0.7
        for _ in range(MOST_STEPS):
            screen = self._screen()
            if screen in (HELD, BLOCKED):
                return
            if screen == SIGNED:
                self._has_signed()
                self._note_link()
                return
            await self._answer(screen, wants)
        raise SomethingElse("signing comes to no end")

    async def _answer(self, screen: str, wants: bool) -> None:
        """Do what the screen asks for; one in ten taps twice."""
        if screen == NAME:
            await self.phone.asks(f"{self.phone.first_name} Lovelace", *SCREENS)
        elif screen == POSTCODE:
            await self.phone.asks(self.chance.choice(POSTCODES), *SCREENS)
        else:
            twice = self.chance.random() < 0.1
            label = HEARING if screen == REVIEW and wants else TAPS[screen]
            await self.phone.presses(label, *SCREENS, twice=twice)

    def _note_link(self) -> None:
        if found := LINK.search(self.phone.text):
            self.town.links.append(found[0])

    async def share(self) -> None:
        await self.phone.asks("/share", "t.me/", "Sign first", "Just sign", HELD, *SCREENS)
        self._note_link()

    async def look(self) -> None:
        asked = ("/friends", "/news", "/timeline", "/help", "/privacy", "/petitions", "/mydata")
        await self.phone.asks(self.chance.choice(asked), "")

    async def chat(self) -> None:
        await self.phone.asks(self.chance.choice(CHATTER), "")

    async def change(self) -> None:
        if not self.signed:
            return
        await self.phone.asks("/start", *SCREENS)
        if self._screen() != SIGNED:
            return
        await self.phone.presses("Change my answers", "Change: Postcode")
        await self.phone.presses("Change: Postcode", POSTCODE)
        await self.phone.asks(self.chance.choice(POSTCODES), "Save changes")
        await self.phone.presses("Save changes", "Your answers are changed", HELD)

    async def withdraw(self) -> None:
        found = await self.phone.asks("/withdraw", "Yes, take my name off", "nothing to take off")
        if found.startswith("Yes"):
            await self.phone.presses(found, "Your name is off", "nothing to take off")
            self.signed = False
        elif self.signed:
            await self._find_out()

    async def stop_hearing(self) -> None:
        self._hear(None)
        await self.phone.asks("/stop", "no more messages")
        self._hear(False)

    async def hear(self) -> None:
        found = await self.phone.asks("/updates", "Send me updates", "Stop the updates", *SCREENS)
        if found == "Send me updates":
            await self.phone.presses(found, "Stop the updates")
        if found.endswith("updates"):
            self._hear(True)

    async def block(self) -> None:
        self._hear(None)
        await self.phone.blocks()
        self.blocks = True

    async def let_in(self) -> None:
        await self.phone.unblocks()
        self.blocks = False
        await self._find_out()

    async def forget(self) -> None:
        self._hear(None)
        await self.phone.asks("/forget", "Yes, erase everything")
        await self.phone.presses("Yes, erase everything", "erased everything I knew")
        self.signed, self.number = False, 0
        self._hear(False)
