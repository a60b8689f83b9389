"""A person with the chat app in hand, who uses the bot through the simulator over real HTTP."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp

ANSWER_WITHIN = 60.0
QUIET = 0.12
SHORTEST_WAIT = 0.001
SEES_WITHIN, LOOK_SECONDS = 120.0, 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person sees after doing something: messages (new or changed) and toasts."""

    messages: list[dict[str, Any]]
    toasts: list[str]

    @property
    def text(self) -> str:
        """The words of all its messages, one under the other, without joiners that nobody sees."""
        words = "\n".join(m.get("text") or m.get("caption") or "" for m in self.messages)
        return words.replace("\u2060", "")

    @property
    def toast(self) -> str:
        return " ".join(self.toasts)

    @property
    def has_picture(self) -> bool:
        return any("photo" in message for message in self.messages)

    @property
    def buttons(self) -> dict[str, str]:
        """Label → data (or address) of the inline buttons."""
        found = {}
        for message in self.messages:
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    found[button["text"]] = button.get("callback_data") or button.get("url", "")
        return found

    def acts(self, label: str) -> dict[str, Any]:
        """What the button with this label does, as the Bot API puts it."""
        for message in self.messages:
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label:
                        return {key: value for key, value in button.items() if key != "text"}
        raise AssertionError(f"no button {label!r} among {list(self.buttons)}")

    @property
    def keyboard(self) -> list[str]:
        """Labels of the keyboard shown in place of the person's own."""
        return [
            button["text"]
            for message in self.messages
            for row in message.get("reply_markup", {}).get("keyboard", [])
            for button in row
        ]

    @property
    def rows(self) -> list[list[str]]:
        """The labels under the newest message that has buttons, row by row."""
        for message in reversed(self.messages):
            if rows := message.get("reply_markup", {}).get("inline_keyboard"):
                return [[button["text"] for button in row] for row in rows]
        return []

    def button(self, label_part: str) -> tuple[int, str]:
        """The message and data of the button whose label contains the words."""
        for message in reversed(self.messages):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label_part in button["text"] and "callback_data" in button:
                        return message["message_id"], button["callback_data"]
        raise AssertionError(f"no button {label_part!r} among {list(self.buttons)}")


@dataclass
class Person:
    """One person with the chat app in hand."""

    session: aiohttp.ClientSession
    address: str
    id: int
    first_name: str
    seen: int = 0
    quiet: float = QUIET
    last: Answer = field(default_factory=lambda: Answer([], []))

    @classmethod
    async def arrive(
        cls, session: aiohttp.ClientSession, address: str, first_name: str = "Ada", **traits: Any
    ) -> Self:
        async with session.post(
            f"{address}/people", json={"first_name": first_name, **traits}
        ) as answer:
            made = await answer.json()
            _check(answer, made)
        return cls(session, address, made["id"], first_name)

    async def says(self, text: str, **more: Any) -> Answer:
        """Write a message and read what comes back."""
        return await self._does("messages", {"text": text, **more})

    async def sends(self, **what: Any) -> Answer:
        """Send something that is not text: sticker=True, contact="own", location=True."""
        return await self._does("messages", what)

    async def sends_file(
        self, kind: str, content: bytes, caption: str = "", name: str = "", **look: str
    ) -> Answer:
        await self.sends_files(kind, [content], caption, name=name, **look)
        return await self.reads()

    async def sends_files(
        self,
        kind: str,
        contents: list[bytes],
        caption: str = "",
        album: str = "",
        name: str = "",
        **look: str,
    ) -> None:
        """Several files, each a message of its own; the caption is with the first.

        Args:
            look: covered="yes", above="yes": the caption above.
        """
        for place, content in enumerate(contents):
            form = aiohttp.FormData()
            form.add_field(kind, content, filename=name or f"a.{kind}")
            if caption and place == 0:
                form.add_field("caption", caption)
            if album:
                form.add_field("album", album)
            for trait, wanted in look.items():
                form.add_field(trait, wanted)
            await self._post("messages", data=form)

    async def sends_document(self, content: bytes, name: str) -> Answer:
        """A document with a name of its own."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("document", content, filename=name)
        await self._post("messages", data=form)
        return await self.reads()

    @contextmanager
    def in_a_hurry(self) -> Iterator[None]:
        """For acts that are each answered with one message: read that, and wait for no more."""
        before, self.quiet = self.quiet, 0.0
        try:
            yield
        finally:
            self.quiet = before

    async def edits_last(self, message_id: int, text: str) -> Answer:
        async with self.session.patch(
            f"{self.address}/people/{self.id}/messages/{message_id}", json={"text": text}
        ) as answer:
            _check(answer, await answer.text())
        return await self.reads()

    async def taps(self, label_part: str, *, on: Answer | None = None) -> Answer:
        """Tap the button whose label contains the words, on the newest answer or a given one.

        An answer of several messages may come in parts: what is not there yet is waited for.
        """
        if on is None and not any(label_part in label for label in self.last.buttons):
            with suppress(AssertionError):  # nothing more comes: it is said which buttons there are
                await self.reads()
        message_id, data = (on or self.last).button(label_part)
        return await self.taps_data(message_id, data)

    async def taps_data(self, message_id: int, data: str) -> Answer:
        return await self._does("taps", {"message_id": message_id, "data": data})

    async def presses(self, label_part: str) -> None:
        """Tap a button of the newest answer, and wait for nothing."""
        message_id, data = self.last.button(label_part)
        await self._post("taps", json={"message_id": message_id, "data": data})

    async def opens(self, link: str) -> Answer:
        return await self._does("open", {"link": link})

    async def blocks(self) -> None:
        await self._post("block", json={})

    async def unblocks(self) -> None:
        await self._post("unblock", json={})

    async def writes(self, text: str, **more: Any) -> dict[str, Any]:
        """Write a message without waiting for an answer."""
        return await self._post("messages", json={"text": text, **more})

    async def reads(self, *, within: float = ANSWER_WITHIN) -> Answer:
        """Everything new in the chat, once something has come and it is quiet."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        messages: dict[int, dict[str, Any]] = {}
        toasts: list[str] = []
        wait = within
        while True:
            events = await self._events(max(wait, 0))
            for event in events:
                if event["kind"] in ("message", "edit") and not event["message"].get("out"):
                    messages[event["message"]["message_id"]] = event["message"]
                elif event["kind"] == "toast" and event.get("text"):
                    toasts.append(event["text"])
            if messages or toasts:
                if not events or not self.quiet:
                    break
                wait = self.quiet
            elif deadline - loop.time() < SHORTEST_WAIT:
                raise AssertionError(f"no answer within {within} s")
            else:
                wait = deadline - loop.time()
        self.last = Answer(list(messages.values()), toasts) if messages else self.last
        return Answer(list(messages.values()), toasts)

    async def hears_nothing(self, within: float = 0.5) -> bool:
        """Whether nothing comes for a while."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while (left := deadline - loop.time()) >= SHORTEST_WAIT:
            for event in await self._events(left):
                if event["kind"] in ("message", "edit") and not event["message"].get("out"):
                    return False
                if event["kind"] == "toast" and event.get("text"):
                    return False
        return True

    async def catches_up(self) -> None:
        """Have read all that stands in the chat already."""
        await self._events(0)

    async def sees(
        self, words: str, where: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> None:
        """Wait until a message in the chat has these words.

        Args:
            where: which messages count.

        Raises:
            TimeoutError: none ever does.
        """
        async with asyncio.timeout(SEES_WITHIN):
            while not any(  # noqa: ASYNC110 - the chat is on a server, which has to be asked
                words in (one.get("text") or one.get("caption") or "")
                for one in await self.chat()
                if where(one)
            ):
                await asyncio.sleep(LOOK_SECONDS)

    async def chat(self) -> list[dict[str, Any]]:
        """What stands in the chat with the bot now."""
        async with self.session.get(f"{self.address}/people/{self.id}/chats/bot") as answer:
            found: list[dict[str, Any]] = (await answer.json())["messages"]
        return found

    async def _events(self, wait: float) -> list[dict[str, Any]]:
        async with self.session.get(
            f"{self.address}/people/{self.id}/events",
            params={"after": str(self.seen), "wait": f"{wait:.3f}"},
        ) as answer:
            body = await answer.json()
        self.seen = body["last"]
        events: list[dict[str, Any]] = body["events"]
        return events

    async def _does(self, act: str, body: dict[str, Any]) -> Answer:
        await self._post(act, json=body)
        return await self.reads()

    async def _post(self, act: str, **body: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.address}/people/{self.id}/{act}", **body) as answer:
            made: dict[str, Any] = await answer.json()
            _check(answer, made)
        return made


def _check(answer: aiohttp.ClientResponse, said: Any) -> None:
    """The simulator has done what was asked.

    Raises:
        AssertionError: it has not.
    """
    if answer.status >= 300:
        raise AssertionError(f"{answer.status}: {said}")
