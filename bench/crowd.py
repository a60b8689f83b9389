"""A crowd that signs: an instant Telegram whose people live in the same process.

It answers every method at once, so that what is measured is the bot. Each person does the next act
as soon as the bot has answered the last one. `python -m bench.crowd --people 1000 --at-once 200`
prints its address, serves until everybody has signed, and prints the figures as JSON.
"""

import argparse
import asyncio
import json
import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httptools

BOT = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
POSTCODES = ("SW1A 1AA", "E1 6AN", "CF10 3NQ", "EH1 1YZ", "BT1 5GS")
HURRIED_SECONDS = 0.5
TAPS_BY_PREFERENCE = ("Just sign", "Use “", "✍️ Sign")


@dataclass(slots=True)
class Person:
    """One person on the way from /start to signed."""

    id: int
    acted_at: float = 0.0
    tapped: set[str] = field(default_factory=set)


@dataclass
class Crowd:
    """Everybody, the updates they have caused, and how long they waited for answers.

    Attributes:
        hold_every: of so many chats Telegram holds one (429), from the first message on; 0: none.
            How long its person waits is not counted.
        hold_seconds: for so long.
        held: until when, by chat.
        asked: the offset asked for last, and when; asked for again at once, it gives one update.
    """

    people: int
    at_once: int
    before: int = 0
    hold_every: int = 0
    hold_seconds: float = 30.0
    held: dict[int, float] = field(default_factory=dict)
    asked: tuple[int, float] = (-1, 0.0)
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    given_out: deque[dict[str, Any]] = field(default_factory=deque)
    waits: list[float] = field(default_factory=list)
    signing: dict[int, Person] = field(default_factory=dict)
    arrived: int = 0
    signed: int = 0
    update_id: int = 0
    message_id: int = 0
    began_at: float = 0.0
    ended_at: float = 0.0
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def arrive(self) -> None:
        if not self.began_at:
            self.began_at = time.perf_counter()
        while self.arrived < self.people and len(self.signing) < self.at_once:
            self.arrived += 1
            person = Person(100_000 + self.before + self.arrived)
            self.signing[person.id] = person
            self._says(person, "/start")

    def _says(self, person: Person, text: str) -> None:
        message = self._message(person.id) | {"from": _user(person), "text": text}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self._enqueue(person, {"message": message})

    def _taps(self, person: Person, message: dict[str, Any], data: str) -> None:
        query = {
            "id": str(self.update_id + 1),
            "from": _user(person),
            "chat_instance": "1",
            "data": data,
            "message": message,
        }
        self._enqueue(person, {"callback_query": query})

    def _enqueue(self, person: Person, update: dict[str, Any]) -> None:
        self.update_id += 1 if self.update_id else 1 + 100 * self.before
        person.acted_at = time.perf_counter()
        self.updates.append({"update_id": self.update_id, **update})
        self.woken.set()

    def _message(self, chat_id: int) -> dict[str, Any]:
        self.message_id += 1
        chat = {"id": chat_id, "type": "private", "first_name": "Ada"}
        return {"message_id": self.message_id, "date": int(time.time()), "chat": chat}

    def bot_shows(self, parameters: dict[str, Any], *, picture: bool) -> dict[str, Any]:
        """The bot has put something before a person, who acts on it at once."""
        chat_id = int(parameters["chat_id"])
        text = parameters.get("caption" if picture else "text", "")
        message = self._message(chat_id) | {"from": BOT}
        if picture:
            photo = {"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}
            message |= {"photo": [photo], "caption": text}
        else:
            message["text"] = text
        person = self.signing.get(chat_id)
        if person is not None:
            self._react(person, message, text, parameters.get("reply_markup"))
        return message

    def _react(
        self, person: Person, message: dict[str, Any], text: str, markup: dict[str, Any] | None
    ) -> None:
        if person.id not in self.held:
            self.waits.append(time.perf_counter() - person.acted_at)
        if "You have signed." in text:
            self.signed += 1
            del self.signing[person.id]
            if self.signed == self.people:
                self.ended_at = time.perf_counter()
                self.done.set()
            self.arrive()
            return
        rows = (markup or {}).get("inline_keyboard", [])
        buttons = {
            button["text"]: button.get("callback_data", "") for row in rows for button in row
        }
        for wanted in TAPS_BY_PREFERENCE:
            for label, data in buttons.items():
                if label.startswith(wanted):
                    self._taps(person, message, data)
                    return
        self._says(person, POSTCODES[person.id % len(POSTCODES)])

    def seconds_held(self, chat_id: int) -> float:
        """How long nothing may be sent to this chat; 0 if it may."""
        if not self.hold_every or chat_id % self.hold_every:
            return 0.0
        now = time.perf_counter()
        return max(0.0, self.held.setdefault(chat_id, now + self.hold_seconds) - now)

    def figures(self) -> dict[str, float]:
        """Signatures a second, and how long people waited for an answer (milliseconds)."""
        ordered = sorted(self.waits)
        seconds = self.ended_at - self.began_at
        return {
            "signatures_per_second": self.signed / seconds,
            "answers_per_second": len(ordered) / seconds,
            "p50_ms": ordered[len(ordered) // 2] * 1000,
            "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
            "signed": self.signed,
        }

    async def get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        if not self.began_at:
            self.arrive()
        offset, now = int(parameters.get("offset") or 0), time.perf_counter()
        hurries = self.asked[0] == offset and now - self.asked[1] < HURRIED_SECONDS
        self.asked = offset, now
        while self.given_out and self.given_out[0]["update_id"] < offset:
            self.given_out.popleft()
        if not self.updates and not self.given_out:
            self.woken.clear()
            try:
                await asyncio.wait_for(self.woken.wait(), float(parameters.get("timeout") or 0))
            except TimeoutError:
                return []
        while self.updates and len(self.given_out) < 100:
            self.given_out.append(self.updates.popleft())
        return list(self.given_out)[: 1 if hurries else None]


def _user(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "is_bot": False,
        "first_name": f"Ada {person.id}",
        "language_code": "en",
    }


class Connection(asyncio.Protocol):
    """One keep-alive HTTP connection of the bot."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.transport: asyncio.Transport | None = None
        self.parser = httptools.HttpRequestParser(self)
        self.method, self.body, self.content_type = "", b"", ""
        self.waiting: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.body = b""

    def on_url(self, url: bytes) -> None:
        self.method = url.rsplit(b"/", 1)[-1].decode()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self.content_type = value.decode()

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        parameters = self._parameters()
        if seconds := self.crowd.seconds_held(int(parameters.get("chat_id") or 1)):
            self._refuse(math.ceil(seconds))
            return
        match self.method:
            case "getUpdates":
                task = asyncio.create_task(self._later(parameters))
                self.waiting.add(task)
                task.add_done_callback(self.waiting.discard)
            case "sendMessage" | "editMessageText":
                self._answer(self.crowd.bot_shows(parameters, picture=False))
            case "sendPhoto":
                self._answer(self.crowd.bot_shows(parameters, picture=True))
            case "getWebhookInfo":
                self._answer({"url": "", "pending_update_count": 0})
            case "getMe":
                self._answer({**BOT, "can_join_groups": True})
            case _:
                self._answer(True)

    async def _later(self, parameters: dict[str, Any]) -> None:
        self._answer(await self.crowd.get_updates(parameters))

    def _parameters(self) -> dict[str, Any]:
        if self.content_type.startswith("application/json"):
            return dict(json.loads(self.body)) if self.body else {}
        if self.content_type.startswith("multipart/"):
            return _fields_of_multipart(self.body)
        given: dict[str, Any] = {
            key: values[0] for key, values in parse_qs(self.body.decode()).items()
        }
        if isinstance(given.get("reply_markup"), str):
            given["reply_markup"] = json.loads(given["reply_markup"])
        return given

    def _answer(self, result: object) -> None:
        self._write(b"200 OK", {"ok": True, "result": result})

    def _refuse(self, seconds: int) -> None:
        why = {"description": "Too Many Requests", "parameters": {"retry_after": seconds}}
        self._write(b"429 Too Many Requests", {"ok": False, "error_code": 429, **why})

    def _write(self, status: bytes, answer: dict[str, object]) -> None:
        body = json.dumps(answer).encode()
        head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(head % (status, len(body)) + body)


def _fields_of_multipart(body: bytes) -> dict[str, Any]:
    """The text fields; the picture itself does not matter here."""
    boundary = body.split(b"\r\n", 1)[0]
    given: dict[str, Any] = {}
    for part in body.split(boundary):
        head, _, value = part.partition(b"\r\n\r\n")
        if b'name="' in head and b"filename=" not in head:
            name = head.split(b'name="', 1)[1].split(b'"', 1)[0].decode()
            given[name] = value.removesuffix(b"\r\n").decode()
    if "reply_markup" in given:
        given["reply_markup"] = json.loads(given["reply_markup"])
    return given


async def open_to(crowd: Crowd, kind: type[Connection] = Connection) -> None:
    """Let bots connect to a crowd, and print where."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: kind(crowd), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)


async def serve(crowd: Crowd, kind: type[Connection] = Connection) -> None:
    """Serve until everybody has signed, and print the figures."""
    await open_to(crowd, kind)
    await crowd.done.wait()
    print(json.dumps(crowd.figures()), flush=True)
    await asyncio.sleep(0.2)


def options(about: str | None) -> argparse.ArgumentParser:
    """What every crowd can be told."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--hold-every", type=int, default=0)
    return parser


async def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--before", type=int, default=0, help="who signed in an earlier run")
    given = parser.parse_args()
    await serve(Crowd(given.people, given.at_once, given.before, given.hold_every))


if __name__ == "__main__":
    asyncio.run(main())
