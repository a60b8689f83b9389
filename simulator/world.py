"""Everybody and everything there is: bots, people, groups, their messages. In memory."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

from simulator import rules
from simulator.errors import Refused, bad_request, forbidden
from simulator.files import Files
from simulator.inline import Inline
from simulator.residents import Bot, Direct, Group, Json, Message, Person, Tap

_EPOCH = 1_767_225_600


class World:
    """All state of the simulator, and the few acts that change more than one part of it."""

    def __init__(self, bot_username: str = "clamour_demo_bot") -> None:
        self.bot_username = bot_username
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.files = Files()
        self.taps: dict[str, Tap] = {}
        self.inline = Inline()
        self.inline_messages: dict[str, Message] = {}
        self.ahead = 0.0
        self.deliveries = 1
        self.slows_hurried_polls = True
        self.hurried_polls = 0
        self._directs: dict[frozenset[int], Direct] = {}
        self._direct_of: dict[int, Direct] = {}
        self._messages: dict[tuple[int, int], dict[int, Message]] = {}
        # Ids go on rising over a restart, as Telegram's do: they begin at the clock, a thousand for
        # each second. A bot takes lower ones for updates it has had already.
        begun = int((time.time() - _EPOCH) * 1_000)
        self._message_ids = itertools.count(begun)
        self._update_ids = itertools.count(begun)
        self._query_ids = itertools.count(begun)
        self._person_ids = itertools.count(100_001)
        self._group_ids = itertools.count(200_001)
        self._direct_ids = itertools.count(300_001_000_000)

    def now(self) -> float:
        """Seconds since 1970, moved ahead by what the control address ordered."""
        return time.time() + self.ahead

    def set_clock(self, moment: float) -> None:
        """It is this moment now (seconds since 1970), and goes on from there as time does."""
        self.ahead = moment - time.time()

    # Who there is

    def bot(self, token: str) -> Bot:
        """The bot of a token, made if it is new.

        Raises:
            Refused: 401, it has not the form of a token.
        """
        known = self.bots.get(token)
        if known is not None:
            return known
        if not rules.TOKEN.fullmatch(token):
            raise Refused(401, "Unauthorized")
        username = self.bot_username
        if self.bots:
            username = f"{username.removesuffix('bot')}{len(self.bots) + 1}_bot"
        bot = Bot(int(token.partition(":")[0]), token, "Clamour demo", username)
        self.bots[token] = bot
        return bot

    def main_bot(self) -> Bot:
        """The bot that people talk to: the newest.

        Raises:
            Refused: 409, there is none yet.
        """
        if not self.bots:
            raise Refused(409, "Conflict: no bot has called yet")
        return next(reversed(self.bots.values()))

    def add_person(self, first_name: str, **traits: Any) -> Person:
        """Let somebody in.

        Raises:
            Refused: 409, the id is taken.
        """
        person_id = traits.pop("id", None) or next(
            number for number in self._person_ids if number not in self.people
        )
        if person_id in self.people:
            raise Refused(409, "Conflict: there is a person with this id")
        person = Person(person_id, first_name, **traits)
        self.people[person.id] = person
        return person

    def add_group(self, title: str, members: list[int], *, has_topics: bool = False) -> Group:
        group = Group(-next(self._group_ids), title, list(dict.fromkeys(members)), has_topics)
        self.groups[group.id] = group
        return group

    def direct(self, one: Person, two: Person) -> Direct:
        """The chat of two people, made if it is new."""
        pair = frozenset((one.id, two.id))
        if pair not in self._directs:
            direct = Direct(-next(self._direct_ids), (one, two))
            self._directs[pair] = self._direct_of[direct.id] = direct
        return self._directs[pair]

    def is_direct(self, chat_id: int) -> bool:
        return chat_id in self._direct_of

    def chats_of(self, bot: Bot, person: Person) -> list[Json]:
        """Every chat of a person, as they see it: the bot, groups, people who have written."""
        with_bot = {"id": person.id, "type": "bot", "title": bot.first_name}
        groups = [group.chat() for group in self.groups.values() if person.id in group.members]
        others = [
            direct.other(person).chat() | {"title": direct.other(person).name()}
            for direct in self._directs.values()
            if person in direct.people and self.messages(bot, direct.id)
        ]
        return [with_bot, *groups, *others]

    # Chats

    def chat(self, bot: Bot, chat_id: int) -> Json:
        """A chat as a bot sees it.

        Raises:
            Refused: there is none such.
        """
        person = self.people.get(chat_id)
        if person is not None:
            return person.chat()
        if chat_id in self.groups:
            return self.groups[chat_id].chat()
        raise bad_request("chat not found")

    def check_may_write(self, bot: Bot, chat_id: int) -> None:
        """Check that a bot may write into a chat.

        Raises:
            Refused: unknown chat, blocked, or never started.
        """
        person = self.people.get(chat_id)
        if person is None:
            self.chat(bot, chat_id)
        elif bot.id in person.blocked:
            raise forbidden("bot was blocked by the user")
        elif bot.id not in person.started:
            raise forbidden("bot can't initiate conversation with a user")

    def shown_to(self, chat_id: int, message: Message) -> Iterator[Person]:
        """Everybody who sees a message."""
        for person in self.watchers(chat_id):
            if message.only_for in (0, person.id):
                yield person

    def watchers(self, chat_id: int) -> Iterator[Person]:
        """Everybody who sees a chat."""
        if chat_id in self.people:
            yield self.people[chat_id]
        elif chat_id in self.groups:
            yield from (self.people[n] for n in self.groups[chat_id].members if n in self.people)
        elif chat_id in self._direct_of:
            yield from self._direct_of[chat_id].people

    # Messages

    def messages(self, bot: Bot, chat_id: int) -> dict[int, Message]:
        """All messages of a chat by their numbers, oldest first."""
        return self._messages.setdefault((bot.id, chat_id), {})

    def find(self, bot: Bot, chat_id: int, message_id: int) -> Message | None:
        return self._messages.get((bot.id, chat_id), {}).get(message_id)

    def put_message(
        self,
        bot: Bot,
        chat_id: int,
        sender: Json,
        content: Json,
        keyboard: Json | None = None,
        *,
        only_for: int = 0,
    ) -> Message:
        """Put a message into a chat and show it to everybody in it.

        Args:
            bot: the one in the chat; between two people, the one they talk about.
            chat_id: where.
            sender: the User who writes.
            content: the fields that make up what is said, an inline keyboard included.
            keyboard: a reply keyboard, its removal or a forced reply; bots are not shown it.
            only_for: the one who sees it, beside the bot: an ephemeral message
                (https://core.telegram.org/bots/api#message); 0: everybody.
        """
        number = next(self._message_ids)
        if only_for:
            content = content | {"ephemeral_message_id": number}
        direct = self._direct_of.get(chat_id)
        message = Message(
            {
                "message_id": number,
                "date": int(self.now()),
                "chat": direct.chat() if direct else self.chat(bot, chat_id),
                "from": sender,
                **content,
            },
            keyboard,
            only_for=only_for,
        )
        self.messages(bot, chat_id)[number] = message
        for person in self.shown_to(chat_id, message):
            self._show(person, "message", chat_id, message)
            if keyboard is not None:
                self.tell(person, "keyboard", chat_id, reply_markup=keyboard)
        return message

    def change_message(self, message: Message, content: Json) -> None:
        """Give a message other content, and show it to everybody in its chat."""
        message.content = content | {"edit_date": int(self.now())}
        chat_id = content["chat"]["id"]
        for person in self.shown_to(chat_id, message):
            self._show(person, "edit", chat_id, message)

    def delete_message(self, bot: Bot, chat_id: int, message_id: int) -> None:
        del self.messages(bot, chat_id)[message_id]
        for person in self.watchers(chat_id):
            self.tell(person, "delete", chat_id, message_id=message_id)

    def _show(self, person: Person, kind: str, chat_id: int, message: Message) -> None:
        self.tell(person, kind, chat_id, message=self.seen(message, person))

    def seen(self, message: Message, person: Person) -> Json:
        """A message as it stands on a person's screen."""
        seen = message.as_seen_by(person)
        direct = self._direct_of.get(message.content["chat"]["id"])
        return seen | {"chat": direct.other(person).chat()} if direct else seen

    def tell(self, person: Person, kind: str, chat_id: int, **what: Any) -> None:
        """Add an event to a person's screen."""
        events = person.events
        direct = self._direct_of.get(chat_id)
        chat_id = direct.other(person).id if direct else chat_id
        events.append({"seq": len(events) + 1, "kind": kind, "chat_id": chat_id, **what})
        person.news.set()

    # What bots hear

    def update(self, bot: Bot, kind: str, content: Json, queue: tuple[str, int]) -> int | None:
        """Queue an update for a bot; give its number, or None if the bot does not want its kind.

        Args:
            bot: who hears it.
            kind: the field of Update.
            content: what stands in the field. It must not change afterwards.
            queue: updates of one queue reach a webhook in their order.
        """
        if kind not in bot.updates.wanted:
            return None
        number = next(self._update_ids)
        bot.updates.add({"update_id": number, kind: content}, queue, self.now())
        return number

    def new_tap(self, person: Person, chat_id: int) -> str:
        tap_id = self.new_number()
        self.taps[tap_id] = Tap(person, chat_id, self.now())
        return tap_id

    def new_number(self) -> str:
        """A number for a query or for a message a bot knows by no other."""
        return str(next(self._query_ids))
