"""Who and what lives in the world: people, groups, bots, messages, taps."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from simulator.delivery.backlog import Backlog
from simulator.delivery.webhook import Webhook

Json = dict[str, Any]


@dataclass(eq=False, slots=True)
class Message:
    """A message in a chat.

    Attributes:
        content: the Message object bots are shown. Replaced when it is edited, never changed, so
            that updates and events keep what was so then.
        keyboard: a reply keyboard, its removal or a forced reply that came with it.
        inline_id: what the bot calls it by, if it is a chosen inline result with buttons.
        only_for: who sees it in a group, beside the bot; 0: everybody.
    """

    content: Json
    keyboard: Json | None = None
    inline_id: str = ""
    only_for: int = 0

    def as_seen_by(self, person: "Person") -> Json:
        """The message with `out`, and with the reply keyboard as its `reply_markup`."""
        seen = {**self.content, "out": self.content["from"]["id"] == person.id}
        if self.keyboard is not None:
            seen["reply_markup"] = self.keyboard
        return seen


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One result of an answer to an inline query.

    Attributes:
        given: as the bot gave it.
        content: the fields of the message that it becomes.
    """

    given: Json
    content: Json

    @property
    def id(self) -> str:
        return str(self.given["id"])


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """A bot's answer to an inline query.

    Attributes:
        id: the query's number.
    """

    id: str
    query: str
    results: tuple[InlineResult, ...] = ()
    button: Json | None = None
    next_offset: str = ""


@dataclass(eq=False, slots=True)
class Person:
    """Somebody with the chat app.

    Attributes:
        events: all that has happened on their screen, in order; see `World.tell`.
        news: set at each new event.
        started: ids of bots they have begun to talk to.
        blocked: ids of bots they have blocked.
        about: who they are, for those who look at the page; bots are not told.
        wrote_at: when they last wrote to or tapped under a bot, by its id (seconds since 1970).
        inline_answers: the last answers to what they asked inline, by their numbers.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    phone: str = ""
    about: str = ""
    events: list[Json] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    started: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    wrote_at: dict[int, float] = field(default_factory=dict)
    inline_answers: dict[str, InlineAnswer] = field(default_factory=dict)

    def user(self) -> Json:
        """The person as a User (https://core.telegram.org/bots/api#user)."""
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user

    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def chat(self) -> Json:
        """The private chat with the person, as a bot sees it."""
        chat = {"id": self.id, "type": "private", "first_name": self.first_name}
        if self.last_name:
            chat["last_name"] = self.last_name
        if self.username:
            chat["username"] = self.username
        return chat


ADMINISTRATORS_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
"""https://core.telegram.org/bots/api#chatmemberadministrator"""


@dataclass(eq=False, slots=True)
class Group:
    """A group chat with the bot in it; the first member made it.

    Attributes:
        has_topics: whether it is a forum, in which the bot may open topics.
        bot_is_administrator: whether the bot may do what administrators may.
    """

    id: int
    title: str
    members: list[int]
    has_topics: bool = False
    bot_is_administrator: bool = False

    def chat(self) -> Json:
        if self.has_topics:
            return {"id": self.id, "type": "supergroup", "title": self.title, "is_forum": True}
        return {"id": self.id, "type": "group", "title": self.title}

    def membership(self, bot: "Bot") -> Json:
        """The bot's, as https://core.telegram.org/bots/api#chatmember has it."""
        if not self.bot_is_administrator:
            return {"user": bot.user(), "status": "member"}
        rights = dict.fromkeys(ADMINISTRATORS_RIGHTS, False) | {"can_manage_chat": True}
        return {"user": bot.user(), "status": "administrator", "can_be_edited": False, **rights}


@dataclass(eq=False, slots=True)
class Direct:
    """A chat of two people. No bot is in it; each of them knows it by the other one's id.

    Attributes:
        id: of use inside the simulator only.
    """

    id: int
    people: tuple[Person, Person]

    def other(self, person: Person) -> Person:
        one, two = self.people
        return two if person is one else one

    def chat(self) -> Json:
        return {"id": self.id, "type": "private"}


@dataclass(eq=False, slots=True)
class Bot:
    """One bot, made by the first call with its token.

    Attributes:
        updates: what it has not confirmed yet.
        webhook: where updates are posted, or None.
        settings: commands, names and descriptions by subject, scope and language.
    """

    id: int
    token: str
    first_name: str
    username: str
    updates: Backlog = field(default_factory=Backlog)
    webhook: Webhook | None = None
    settings: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def user(self) -> Json:
        """The bot as a User (https://core.telegram.org/bots/api#user)."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.first_name,
            "username": self.username,
        }


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on an inline button that waits for the bot's answer."""

    person: Person
    chat_id: int
    at: float
