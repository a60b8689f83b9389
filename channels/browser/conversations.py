"""What people do in a browser, handed to the conversations, and what they are answered."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

from campaign import joining
from channels.browser import kept
from channels.browser.acts import Act
from channels.browser.bubbles import Bubble, answer, group_of, label_of, note, said
from channels.browser.capabilities import WEB
from channels.browser.kept import Conversation
from channels.browser.sessions import Token
from handlers import dispatch, refusals
from handlers.events import Address, Event, Message, Person, Said, Tap
from handlers.router import handler_of
from handlers.screens import Screen
from handlers.services import NUMBER_BITS, Services
from handlers.unit_of_work import handle, look
from storage.addresses import WEB as WEB_CHANNEL
from storage.database import Connection
from storage.dialogs import Dialog
from storage.errors import NoSuchAccount
from storage.supporters import Supporter

SCREENS_REMEMBERED = 200
"""Answers with a picture or files, which are made once and fetched a moment later."""


@dataclass(slots=True)
class Web:
    """The browser as a channel: an answer is kept with the act, and the page shows what is kept.

    Attributes:
        before: the conversation as it was.
        mine: what the person did, as they see it; None where they see it already.
        after: the same, to be done again for a picture or a file.
        answered: what was answered through it.
        screen: the last of it.
        now: the conversation with the answer; None if there was none, or nobody to keep it for.
        failure: why the answer could not be written.
    """

    services: Services
    before: Conversation
    mine: str | None
    after: Mapping[str, str]
    answered: list[Bubble] = field(default_factory=list)
    screen: Screen | None = None
    now: Conversation | None = None
    failure: Exception | None = None

    async def keep(
        self,
        db: Connection,
        event: Event,
        screen: Screen,
        language: str,
        *,
        supporter: Supporter,
        dialog: Dialog,
    ) -> None:
        """Keep the answer; one that cannot be written does not undo the act. See
        handlers.channel.Channel."""
        try:
            bubbles = self._written(screen, language, f"{event.number:x}")
        except Exception as failure:
            self.failure = failure
            return
        self.answered, self.screen = bubbles, screen
        self.now = await kept.append(
            db,
            self.before,
            bubbles,
            number=event.number,
            supporter=supporter,
            dialog=dialog,
            now=self.services.clock(),
        )

    def _written(self, screen: Screen, language: str, name: str) -> list[Bubble]:
        bubbles = [said(f"{name}-m", self.mine)] if self.mine else []
        renderer = self.services.renderer
        return bubbles + answer(renderer, screen, language, name=name, after=self.after)

    async def answer(
        self, event: Event, screen: Screen, language: str, *, is_owed: bool, is_question: bool
    ) -> None:
        """It is kept already.

        Raises:
            Exception: it could not be written.
        """
        if self.failure is not None:
            raise self.failure


@dataclass(frozen=True, slots=True)
class Answered:
    """What has come of an act.

    Attributes:
        bubbles: the answer; empty if it has been answered before.
        now: the conversation after it; None if the person is not there any more.
    """

    bubbles: Sequence[Bubble]
    now: Conversation | None


class Conversations:
    """Every conversation in a browser."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._screens: OrderedDict[tuple[int, str], Screen] = OrderedDict()

    async def find(self, token: Token) -> Conversation | None:
        """The conversation of a browser."""
        return await self._find(token.value)

    async def _find(self, value: str) -> Conversation | None:
        async with self.services.database.reading() as db:
            return await kept.find(db, value)

    async def begin(self, token: Token, language: str) -> Conversation:
        """Let a browser have a conversation."""
        async with self.services.database.transaction() as db:
            return await kept.begin(db, token, language=language, now=self.services.clock())

    async def do(
        self, found: Conversation, act: Act, *, quietly: bool = False, has_worked: bool = False
    ) -> Answered:
        """Do what somebody did, unless it has been done.

        Args:
            quietly: it was no words of the person's, and is not shown.
            has_worked: see handlers.events.Event.

        Raises:
            WorkWanted: nothing was done; it has to come again with a proof.
        """
        channel = Web(self.services, found, None if quietly else _as_seen(found, act), act.done)
        async with self._lock(found):
            if act.number != found.last_number:
                await self._handle_as_they_are(found, act, channel, has_worked=has_worked)
        if channel.screen is not None and (channel.screen.files or _has_picture(channel.screen)):
            self._remember((found.supporter.id, f"{act.number:x}"), channel.screen)
        return Answered(channel.answered, channel.now or await self._find(found.value))

    async def recover(self, token: Token) -> Conversation | None:
        """The conversation, with where the person is if an answer was lost."""
        found = await self.find(token)
        if found is None or found.unanswered is None:
            return found
        async with self._lock(found):
            found = await self.find(token)
            if found is None or found.unanswered is None:
                return found
            event = self._event(found, Act({"text": ""}, found.unanswered))
            channel = Web(self.services, found, None, {})
            await self._handle(event, channel)
        return channel.now or await self.find(token)

    async def join_token(self, found: Conversation, wish: str) -> str:
        """What joins this conversation to one in another place, once and soon."""
        async with self.services.database.transaction() as db:
            return await joining.offer(db, found.supporter, wish, self.services.clock())

    async def may_join(self, shown: str, found: Conversation | None) -> None:
        """Look whether a token joins this browser with somebody, without using it.

        Args:
            found: the browser's conversation, if it has one.

        Raises:
            JoiningError: it does not.
        """
        async with self.services.database.reading() as db:
            by = found.supporter if found else None
            await joining.check(db, shown, by, self.services.clock())

    async def join(self, shown: str, token: Token, found: Conversation | None) -> joining.Joined:
        """Join this browser with whoever has got the token that it shows.

        Args:
            token: the browser's own, new if it has no conversation yet.

        Raises:
            JoiningError: nothing has changed.
        """
        services, now = self.services, self.services.clock()
        async with services.database.transaction() as db:
            if found is None:
                done = await joining.use(db, shown, now)
                await kept.settle(db, token, done.person, now=now)
            else:
                key = services.identity_key
                done = await joining.join(db, shown, found.supporter, now, key=key)
            who = done.person
            language = services.renderer.match(who.language, who.telegram_language)
            said_so = "toast/joined_twice" if done.twice else "toast/joined"
            words = services.renderer.text(said_so, language)
            await kept.note(db, token, note(f"joined{secrets.token_hex(6)}", words), now=now)
        services.erased.set()
        services.notified.set()
        return done

    def forget(self, found: Conversation) -> None:
        """Remember no screen of a person who has been erased."""
        for key in [key for key in self._screens if key[0] == found.supporter.id]:
            del self._screens[key]

    def remembered(self, found: Conversation, bubble: Bubble) -> Screen | None:
        """The screen that a bubble shows, with its picture and files, if it is remembered here."""
        return self._screens.get(_key_of(found, bubble))

    async def picture_of(self, found: Conversation, bubble: Bubble, screen: Screen) -> bytes:
        """The picture of a screen, drawn once; b"" if it has none."""
        if screen.draw is None:
            return screen.picture or b""
        drawn = await asyncio.to_thread(screen.draw)
        self._remember(_key_of(found, bubble), replace(screen, draw=None, picture=drawn))
        return drawn

    async def made_again(self, found: Conversation, bubble: Bubble) -> Screen | None:
        """The screen that a bubble shows, made again without doing anything."""
        event = self._event(found, Act(bubble.get("after", {}), 0))
        handler, args = handler_of(event)
        screen = await look(self.services, event, handler, args=args)
        if screen is not None:
            self._remember(_key_of(found, bubble), screen)
        return screen

    async def _handle_as_they_are(
        self, found: Conversation, act: Act, channel: Web, *, has_worked: bool
    ) -> None:
        """Handle it for whoever the person is, if they have just been joined with another."""
        try:
            await self._handle(self._event(found, act, has_worked=has_worked), channel)
        except NoSuchAccount:
            async with self.services.database.transaction() as db:  # which sees what is just done
                now = await kept.find(db, found.value)
            if now is None:
                return  # erased by another process since they were found
            channel.before = now
            await self._handle(self._event(now, act, has_worked=has_worked), channel)

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

    def _event(self, found: Conversation, act: Act, *, has_worked: bool = False) -> Event:
        text = act.done.get("text")
        message = None
        if text is not None:
            message_id = act.number & (1 << NUMBER_BITS) - 1
            message = Message(message_id, self.services.clock(), text=text, said=Said(text))
        tapped = act.done.get("data")
        return Event(
            act.number,
            Address(WEB_CHANNEL, found.value),
            Person(found.supporter.telegram_id, language=found.supporter.telegram_language),
            WEB,
            message=message,
            tap=None if tapped is None else Tap(tapped),
            has_worked=has_worked,
        )

    def _lock(self, found: Conversation) -> asyncio.Lock:
        return self._locks.setdefault(found.value, asyncio.Lock())

    def _remember(self, key: tuple[int, str], screen: Screen) -> None:
        self._screens[key] = screen
        if len(self._screens) > SCREENS_REMEMBERED:
            self._screens.popitem(last=False)


def _key_of(found: Conversation, bubble: Bubble) -> tuple[int, str]:
    return found.supporter.id, group_of(bubble)


def _as_seen(found: Conversation, act: Act) -> str | None:
    """What the person did, in the words of the button or their own."""
    if "text" in act.done:
        return act.done["text"]
    return label_of(found.bubbles, act.done.get("data", ""))


def _has_picture(screen: Screen) -> bool:
    return bool(screen.picture or screen.draw)
