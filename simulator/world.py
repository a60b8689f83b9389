"""Everybody and everything there is: bots, people, groups, their messages. In memory."""

import asyncio
import itertools
import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import Refused, bad_request, forbidden

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{30,}")
Json = dict[str, Any]


@dataclass(eq=False)
class Person:
    """Somebody with the chat app.

    Attributes:
        events: all that has happened on their screen, in order; see `World.tell`.
        started: ids of bots they have begun to talk to.
        blocked: ids of bots they have blocked.
        wrote_at: when they last wrote to or tapped under a bot, by its id.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    phone: str = ""
    events: list[Json] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    started: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    wrote_at: dict[int, float] = field(default_factory=dict)

    def user(self) -> Json:
        """The person as a User (https://core.telegram.org/bots/api#user)."""
        given = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        known = {key: value for key, value in given.items() if value}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **known}

    def chat(self) -> Json:
        """The private chat with the person, as a bot sees it."""
        user = self.user()
        return {"type": "private"} | {
            key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user
        }


@dataclass(eq=False)
class Group:
    """A group chat."""

    id: int
    title: str
    members: set[int]

    def chat(self) -> Json:
        return {"id": self.id, "type": "group", "title": self.title}


@dataclass(eq=False)
class Bot:
    """One bot, made by the first call with its token."""

    id: int
    token: str
    first_name: str
    username: str
    updates: deque[Json] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    poll: asyncio.Task[Any] | None = None
    webhook: Json | None = None
    texts: dict[str, Any] = field(default_factory=dict)

    def user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.first_name,
            "username": self.username,
        }


@dataclass(eq=False)
class Tap:
    """A tap that waits for the bot's answer."""

    person: Person
    chat_id: int
    at: float


class World:
    """All state of the simulator, and the few acts that change more than one part of it."""

    def __init__(self, bot_username: str = "clamour_demo_bot") -> None:
        self.bot_username = bot_username
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.messages: dict[tuple[int, int], dict[int, Json]] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.taps: dict[str, Tap] = {}
        self.inline_answers: dict[str, asyncio.Future[Json]] = {}
        self.ahead = 0.0
        # Ids go on rising over a restart, as Telegram's do: they begin at the clock.
        begun = int(time.time() - 1_760_000_000)
        self._message_ids = itertools.count(begun * 4)
        self._update_ids = itertools.count(begun * 50)
        self._tap_ids = itertools.count(begun * 1_000)
        self._person_ids = itertools.count(100_001)
        self._group_ids = itertools.count(200_001)
        self._file_ids = itertools.count(1)

    def now(self) -> float:
        """Seconds since 1970, moved ahead by what the control address ordered."""
        return time.time() + self.ahead

    def bot(self, token: str) -> Bot:
        """The bot of a token.

        Raises:
            Refused: it has not the form of one.
        """
        if token not in self.bots:
            if not TOKEN.fullmatch(token):
                raise Refused(401, "Unauthorized")
            self.bots[token] = Bot(
                int(token.partition(":")[0]), token, "Clamour demo", self.bot_username
            )
        return self.bots[token]

    def main_bot(self) -> Bot | None:
        """The bot that people of the page talk to: the newest."""
        return next(reversed(self.bots.values()), None)

    def add_person(self, first_name: str, **traits: Any) -> Person:
        person_id = traits.pop("id", None) or next(
            number for number in self._person_ids if number not in self.people
        )
        person = Person(person_id, first_name, **traits)
        self.people[person.id] = person
        return person

    def add_group(self, title: str, members: set[int]) -> Group:
        group = Group(-next(self._group_ids), title, members)
        self.groups[group.id] = group
        return group

    def keep_file(self, content: bytes, name: str) -> str:
        """Keep an uploaded file and give its id."""
        file_id = f"file{next(self._file_ids):08d}"
        self.files[file_id] = (content, name)
        return file_id

    def chat_messages(self, bot: Bot, chat_id: int) -> dict[int, Json]:
        return self.messages.setdefault((bot.id, chat_id), {})

    def find(self, bot: Bot, chat_id: int, message_id: int) -> Json | None:
        return self.messages.get((bot.id, chat_id), {}).get(message_id)

    def chat(self, chat_id: int) -> Json:
        """A chat as a bot sees it.

        Raises:
            Refused: there is none such.
        """
        if chat_id in self.people:
            return self.people[chat_id].chat()
        if chat_id in self.groups:
            return self.groups[chat_id].chat()
        raise bad_request("chat not found")

    def may_write(self, bot: Bot, chat_id: int) -> None:
        """Check that a bot may write into a chat.

        Raises:
            Refused: unknown chat, blocked, or never started.
        """
        self.chat(chat_id)
        person = self.people.get(chat_id)
        if person is None:
            return
        if bot.id in person.blocked:
            raise forbidden("bot was blocked by the user")
        if bot.id not in person.started:
            raise forbidden("bot can't initiate conversation with a user")

    def watchers(self, chat_id: int) -> Iterator[Person]:
        """Everybody who sees a chat."""
        if chat_id in self.people:
            yield self.people[chat_id]
        elif chat_id in self.groups:
            yield from (self.people[n] for n in self.groups[chat_id].members if n in self.people)

    def put_message(self, bot: Bot, chat_id: int, sender: Json, content: Json) -> Json:
        """Put a message into a chat and show it to everybody in it."""
        message = {
            "message_id": next(self._message_ids),
            "date": int(self.now()),
            "chat": self.chat(chat_id),
            "from": sender,
            **content,
        }
        self.chat_messages(bot, chat_id)[message["message_id"]] = message
        for person in self.watchers(chat_id):
            self.tell(person, "message", chat_id, message=message)
        return message

    def tell(self, person: Person, kind: str, chat_id: int, **what: Any) -> None:
        """Add an event to a person's screen."""
        event = {"seq": len(person.events) + 1, "kind": kind, "chat_id": chat_id, **what}
        if "message" in event:
            mine = event["message"]["from"]["id"] == person.id
            event["message"] = {**event["message"], "out": mine}
        person.events.append(event)
        person.news.set()

    def update(self, bot: Bot, kind: str, content: Json) -> int:
        """Queue an update for a bot and give its number."""
        number = next(self._update_ids)
        bot.updates.append({"update_id": number, kind: content})
        bot.arrived.set()
        return number

    def new_tap(self, person: Person, chat_id: int) -> str:
        tap_id = str(next(self._tap_ids))
        self.taps[tap_id] = Tap(person, chat_id, self.now())
        return tap_id


def as_bots_see(message: Json) -> Json:
    """A message as the Bot API gives it: of keyboards only inline ones
    (https://core.telegram.org/bots/api#message)."""
    if "inline_keyboard" in message.get("reply_markup", {"inline_keyboard": ()}):
        return message
    return {key: value for key, value in message.items() if key != "reply_markup"}
