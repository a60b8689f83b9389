"""A phone in the hands of somebody who waits for an answer, whatever else arrives meanwhile."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from replay.people import Person

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 5.0
BROKEN = "tell us this reference"


class Silence(Exception):
    """Nothing at all came back."""


class SomethingElse(Exception):
    """Messages came, but none with the words that were waited for."""


class Broken(Exception):
    """The bot says that something went wrong on its side."""


@dataclass
class Phone(Person):
    """A person's phone.

    Attributes:
        shown: the message that the last act was answered with.
        waits: how long each answer took, in seconds.
        up_since: since when the bot has been there to answer (time.monotonic).
    """

    shown: dict[str, Any] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    up_since: Callable[[], float] = lambda: 0.0

    async def asks(self, text: str, *words: str) -> str:
        """Write something; gives which of the words came back, and raises as `waits_for` does."""
        return await self._do("messages", {"text": text}, words)

    async def comes_by(self, link: str, *words: str) -> str:
        return await self._do("open", {"link": link}, words)

    async def presses(self, label: str, *words: str, twice: bool = False) -> str:
        """Tap the newest button whose label contains the words."""
        return await self._do("taps", await self._find(label), words, times=1 + twice)

    async def waits_for(self, *words: str) -> str:
        """Read until a message with one of these words comes, new or changed; gives which.

        Raises:
            Silence, SomethingElse, Broken: it does not come.
        """
        began, last = time.monotonic(), ""
        while time.monotonic() - max(began, self.up_since()) < PATIENCE_SECONDS:
            found = None
            for event in await self._events(POLL_SECONDS):
                if event["kind"] == "toast" and event.get("text"):
                    last = f"(for a moment) {event['text']}"
                if event["kind"] not in ("message", "edit") or event["message"].get("out"):
                    continue
                last = _all_words(event["message"])
                if BROKEN in last:
                    raise Broken(last)
                if (word := next((one for one in words if one in last), None)) is not None:
                    self.shown, found = event["message"], word
            if found is not None:
                self.waits.append(time.monotonic() - began)
                return found
        if last:
            raise SomethingElse(f"{last[:200]!r} instead of {words}")
        raise Silence(f"instead of {words}")

    @property
    def text(self) -> str:
        """The words of what is shown, without its buttons."""
        return str(self.shown.get("text") or self.shown.get("caption") or "")

    def has(self, label: str) -> bool:
        """Whether a button with these words is under what is shown."""
        return any(label in one["text"] for one in _buttons(self.shown))

    async def _do(
        self, act: str, body: dict[str, Any], words: tuple[str, ...], times: int = 1
    ) -> str:
        await self.catches_up()
        for _ in range(times):
            await self._post(act, json=body)
        return await self.waits_for(*words)

    async def _find(self, label: str) -> dict[str, Any]:
        for message in (self.shown, *reversed(await self.chat())):
            for button in _buttons(message):
                if label in button["text"] and "callback_data" in button:
                    return {"message_id": message["message_id"], "data": button["callback_data"]}
        raise SomethingElse(f"no button {label!r} in the chat")


async def some_time(chance: Any, seconds: float, stop: asyncio.Event) -> None:
    """Let about so much time pass; less if all is over before."""
    try:
        await asyncio.wait_for(stop.wait(), chance.expovariate(1 / seconds))
    except TimeoutError:
        return


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _all_words(message: dict[str, Any]) -> str:
    labels = [button["text"] for button in _buttons(message)]
    return "\n".join((message.get("text") or message.get("caption") or "", *labels))
