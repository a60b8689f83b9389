"""What people do in a browser, handed to the conversations, and what they are answered."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from campaign import joining
from channels.browser import kept, numbers
from channels.browser.bubbles import Bubble, answer, label_of, said
from channels.browser.capabilities import WEB
from channels.browser.kept import Conversation
from channels.browser.sessions import Token
from handlers import dispatch, refusals
from handlers.context import handle, look
from handlers.events import Address, Event, Message, Person, Said, Tap
from handlers.router import handler_of
from handlers.screens import Screen
from handlers.services import NUMBER_BITS, Services
from storage.addresses import WEB as WEB_CHANNEL

SCREENS_REMEMBERED = 200
"""Answers with a picture or files, which are made once and fetched a moment later."""


@dataclass(slots=True)
class Web:
    """The browser as a channel: an answer is kept, and the page shows what is kept.

    Attributes:
        value: of the browser's address.
        mine: what the person did, as they see it; None where they see it already.
        after: the same, to be done again for a picture or a file.
        answered: what was answered through it.
        screen: the last of it.
    """

    services: Services
    value: str
    mine: str | None
    after: Mapping[str, str]
    answered: list[Bubble] = field(default_factory=list)
    screen: Screen | None = None

    async def answer(
        self, event: Event, screen: Screen, language: str, *, is_owed: bool, is_question: bool
    ) -> None:
        """Keep the answer. See handlers.channel.Channel."""
        name = f"{event.number:x}"
        bubbles = [said(f"{name}-m", self.mine)] if self.mine else []
        renderer = self.services.renderer
        bubbles += answer(renderer, screen, language, name=name, after=self.after)
        self.answered += bubbles
        self.screen = screen
        async with self.services.database.transaction() as db:
            await kept.append(
                db, self.value, bubbles, number=event.number, now=self.services.clock()
            )


class Conversations:
    """Every conversation in a browser."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._screens: OrderedDict[tuple[int, str], Screen] = OrderedDict()

    async def find(self, token: Token) -> Conversation | None:
        """The conversation of a browser."""
        async with self.services.database.reading() as db:
            return await kept.find(db, token)

    async def begin(self, token: Token, language: str) -> None:
        """Let a browser have a conversation."""
        async with self.services.database.transaction() as db:
            await kept.begin(db, token, language=language, now=self.services.clock())

    async def tap(self, token: Token, data: str, carried: str) -> list[Bubble]:
        """A button was tapped; gives what was answered."""
        return await self._do(token, {"data": data}, carried)

    async def say(
        self, token: Token, text: str, carried: str, *, quietly: bool = False
    ) -> list[Bubble]:
        """Something was said; gives what was answered.

        Args:
            quietly: it was no words of the person's, and is not shown.
        """
        return await self._do(token, {"text": text}, carried, quietly=quietly)

    async def recover(self, token: Token) -> Conversation | None:
        """The conversation, with where the person is if an answer was lost."""
        found = await self.find(token)
        if found is None or found.unanswered is None:
            return found
        async with self._lock(token):
            found = await self.find(token)
            if found is None or found.unanswered is None:
                return found
            event = self._event(found, {"text": ""}, found.unanswered)
            channel = Web(self.services, found.value, None, {})
            await self._handle(event, channel)
        return await self.find(token)

    async def join_token(self, found: Conversation, wish: str) -> str:
        """What joins this conversation to one in another place, once and soon."""
        async with self.services.database.transaction() as db:
            return await joining.offer(db, found.supporter, wish, self.services.clock())

    async def screen_of(self, found: Conversation, bubble: Bubble) -> Screen | None:
        """The screen that a bubble shows, with its picture and files: remembered, or made again
        without doing anything."""
        key = found.supporter.id, bubble["id"].partition("-")[0]
        if key in self._screens:
            return self._screens[key]
        event = self._event(found, bubble.get("after", {}), 0)
        handler, args = handler_of(event)
        screen = await look(self.services, event, handler, args=args)
        if screen is not None:
            self._remember(key, screen)
        return screen

    async def _do(
        self, token: Token, done: Mapping[str, str], carried: str, *, quietly: bool = False
    ) -> list[Bubble]:
        services = self.services
        async with self._lock(token):
            found = await self.find(token)
            if found is None:
                return []
            key = "\0".join(f"{kind}={value}" for kind, value in done.items())
            number = numbers.number(carried, key, services.clock())
            if number == found.last_number:
                return []
            seen = None if quietly else _as_seen(found, done)
            channel = Web(services, found.value, seen, done)
            await self._handle(self._event(found, done, number), channel)
        if channel.screen is not None and (channel.screen.files or _has_picture(channel.screen)):
            self._remember((found.supporter.id, f"{number:x}"), channel.screen)
        return channel.answered

    async def _handle(self, event: Event, channel: Web) -> None:
        handler, args = handler_of(event)
        await handle(
            self.services,
            event,
            handler,
            channel=channel,
            present=dispatch.present,
            refused=refusals.answer,
            args=args,
        )

    def _event(self, found: Conversation, done: Mapping[str, str], number: int) -> Event:
        text = done.get("text")
        message = None
        if text is not None:
            message_id = number & (1 << NUMBER_BITS) - 1
            message = Message(message_id, self.services.clock(), text=text, said=Said(text))
        tapped = done.get("data")
        return Event(
            number,
            Address(WEB_CHANNEL, found.value),
            Person(found.supporter.telegram_id, language=found.supporter.telegram_language),
            WEB,
            message=message,
            tap=None if tapped is None else Tap(tapped),
        )

    def _lock(self, token: Token) -> asyncio.Lock:
        return self._locks.setdefault(token.value, asyncio.Lock())

    def _remember(self, key: tuple[int, str], screen: Screen) -> None:
        self._screens[key] = screen
        if len(self._screens) > SCREENS_REMEMBERED:
            self._screens.popitem(last=False)


def _as_seen(found: Conversation, done: Mapping[str, str]) -> str | None:
    """What the person did, in the words of the button or their own."""
    if "text" in done:
        return done["text"]
    return label_of(found.bubbles, done.get("data", ""))


def _has_picture(screen: Screen) -> bool:
    return bool(screen.picture or screen.draw)
