"""A crowd that signs through the simulator, and notices whatever is asked of it twice."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.05

SCREENS = (
    "Signing takes less than a minute",
    "What is your name?",
    "What is your postcode?",
    "Nearly there.",
    "You have signed",
)
"""What tells a screen, in the order people come to them."""

WELCOME, NAME, POSTCODE, REVIEW, SIGNED = range(len(SCREENS))
TAPS = {
    WELCOME: "✍️ Sign",
    NAME: "Use “",
    REVIEW: "✍️ Just sign",
}
HEARS = "✍️ Sign and keep me posted"
HAS_SIGNED = "Take my name off"
POSTCODES = ("SW1A 1AA", "E1 6AN", "CF10 3NQ", "EH1 1YZ", "BT1 5GS")


@dataclass
class Signer:
    """One person, who does each act once, and the next as soon as its screen is there.

    Attributes:
        number: says how they sign: every third wants to hear what happens.
        may_see_late: whether a screen that is done with may come once more, late. It is never
            acted on, so that whoever comes to the end had to repeat nothing; with it False it
            fails. Two processes do it to a redelivered update: the second one reads where the
            person is while the first one already leads them on.
        passes_over: words of messages that are none of signing: of a broadcast to everybody.
        reached: the furthest screen seen: what was answered before it has been acknowledged.
    """

    session: aiohttp.ClientSession
    address: str
    number: int
    may_see_late: bool = False
    passes_over: str = ""
    id: int = 0
    reached: int = -1
    seen: int = 0
    newest: dict[str, Any] = field(default_factory=dict)

    @property
    def wants_updates(self) -> bool:
        return self.number % 3 == 0

    @property
    def answers(self) -> int:
        """How many steps of the form they have to take in all."""
        return 4

    async def sign(self, acknowledged: Callable[[], None]) -> None:
        """From /start to signed; tells of every screen that came as the answer to an act."""
        self.id = (await self._post("/people", {"first_name": f"Ada {self.number}"}))["id"]
        await self._write("/start")
        while True:
            await self._next_screen()
            acknowledged()
            if self.reached == SIGNED:
                return
            await self._go_on()

    async def _next_screen(self) -> None:
        before = self.reached
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self.reached == before:
                    await self._look_into_chat()
        except TimeoutError:
            where = SCREENS[before] if before >= 0 else "/start"
            raise AssertionError(f"signer {self.number} got no answer at: {where}") from None

    async def _look_into_chat(self) -> None:
        parameters = {"after": str(self.seen), "wait": "5"}
        address = f"{self.address}/people/{self.id}/events"
        async with self.session.get(address, params=parameters) as answer:
            body = await answer.json()
        self.seen = body["last"]
        for event in body["events"]:
            if event["kind"] in ("message", "edit") and not event["message"]["out"]:
                self._look_at(event["message"])

    def _look_at(self, message: dict[str, Any]) -> None:
        if self.passes_over and self.passes_over in message.get("text", ""):
            return
        screen = screen_of(message)
        if screen < self.reached and self.may_see_late:
            return
        again = f"signer {self.number} at {SCREENS[self.reached]!r} was asked: {SCREENS[screen]!r}"
        assert screen >= self.reached, again
        self.reached = screen
        self.newest = message

    async def _go_on(self) -> None:
        if self.reached == POSTCODE:
            await self._write(POSTCODES[self.number % len(POSTCODES)])
            return
        hears = self.reached == REVIEW and self.wants_updates
        label = HEARS if hears else TAPS[self.reached]
        data = next(data for words, data in buttons(self.newest) if words.startswith(label))
        tap = {"message_id": self.newest["message_id"], "data": data}
        await self._post(f"/people/{self.id}/taps", tap)

    async def _write(self, text: str) -> None:
        await self._post(f"/people/{self.id}/messages", {"text": text})

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self.session.post(f"{self.address}{path}", json=body) as answer:
            made: dict[str, Any] = await answer.json()
            assert answer.status < 300, made
            return made


def buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and data of the buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [(button["text"], button.get("callback_data", "")) for row in rows for button in row]


def screen_of(message: dict[str, Any]) -> int:
    """Which screen a message is.

    Raises:
        AssertionError: it is none that a person who signs has to see.
    """
    labels = [label for label, _ in buttons(message)]
    if HAS_SIGNED in " ".join(labels):
        return SIGNED
    text = "\n".join((message.get("text") or message.get("caption") or "", *labels))
    found = [number for number, words in enumerate(SCREENS) if words in text]
    assert found, f"not a screen of signing: {text[:80]}"
    return found[-1]


@dataclass
class Crowd:
    """Everybody who signs, and how far they have come.

    Attributes:
        acknowledged: how many acts of all have been answered.
    """

    signers: list[Signer]
    acknowledged: int = 0
    _further: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self) -> None:
        """One more act has been answered."""
        self.acknowledged += 1
        self._further.set()

    async def comes_to(self, acts: int) -> None:
        """Wait until so many acts have been answered."""
        while self.acknowledged < acts:
            self._further.clear()
            await self._further.wait()


async def everybody_signs(
    address: str,
    people: int,
    *,
    meanwhile: Callable[[Crowd], Coroutine[None, None, None]] | None = None,
    may_see_late: bool = False,
) -> list[Signer]:
    """Let that many people sign at once, `meanwhile` beside them; return when all updates are
    confirmed and `meanwhile` has come to its end."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        crowd = Crowd([Signer(session, address, n, may_see_late) for n in range(people)])
        await until_updates_are_taken(session, address)
        async with asyncio.TaskGroup() as group:
            if meanwhile is not None:
                group.create_task(meanwhile(crowd))
            for signer in crowd.signers:
                group.create_task(signer.sign(crowd.note))
        await _until(session, address, _has_nothing_left)
    return crowd.signers


async def people_keep_coming(
    address: str, meanwhile: "asyncio.Task[None]", *, at_once: int, passes_over: str
) -> list[Signer]:
    """Let so many people sign at once, one coming whenever one has signed, until `meanwhile` has
    come to its end; return when all have signed and all updates are confirmed."""
    signers: list[Signer] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one_after_the_other() -> None:
            while not meanwhile.done():
                signers.append(Signer(session, address, len(signers), True, passes_over))
                await signers[-1].sign(lambda: None)

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_the_other())
        await until_nothing_is_left(session, address)
    return signers


async def until_updates_are_taken(session: aiohttp.ClientSession, address: str) -> None:
    """Wait until the bot asks for updates, or has said where it is to be called."""
    await _until(session, address, _takes_updates)


async def until_nothing_is_left(session: aiohttp.ClientSession, address: str) -> None:
    """Wait until all updates are confirmed."""
    await _until(session, address, _has_nothing_left)


async def _until(
    session: aiohttp.ClientSession, address: str, wanted: Callable[[dict[str, Any]], bool]
) -> None:
    for _ in range(int(PATIENCE_SECONDS / LOOK_SECONDS)):
        async with session.get(f"{address}/control/stats") as answer:
            if wanted(await answer.json()):
                return
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {wanted.__name__}")


def _takes_updates(stats: dict[str, Any]) -> bool:
    return bool(stats["calls"].keys() & {"getUpdates", "setWebhook"})


def _has_nothing_left(stats: dict[str, Any]) -> bool:
    return bool(stats["pending_updates"] == 0)


async def redelivered(address: str, *, times: int) -> None:
    """Have every update delivered so often in all."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/control/redeliver", json={"times": times}) as answer,
    ):
        assert answer.status < 300, await answer.text()
