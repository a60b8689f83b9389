"""Updates under way to few people, sent by the bot's own sender into hands that write down what
arrives where, and do as they are told."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from campaign.broadcasts import audience, states
from campaign.delivery.messenger import FateUnknown, NotDelivered, Unreachable
from campaign.delivery.sender import Sender
from channels.email.broadcast_letters import MailMessenger
from channels.email.petition_letter import Addressed
from storage import broadcasts
from storage.addresses import EMAIL, TELEGRAM
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.delivery_claims import Recipient
from tests.campaign.delivery_world import Clock, Post, sender

Mood = Literal["", "later", "unknown", "dies"]
"""What a server does to a message that could be delivered: takes it, asks for another try, takes
it and says nothing, or takes it in the moment in which the bot is killed."""

Self_ = tuple[int, int]
"""A place, and which life of whoever is there."""


@dataclass(eq=False)
class Update:
    """An update on its way.

    Attributes:
        who: the audience.
        expected: whether each was to get it when it began; without those who have done something
            since, but with those (`as_one`) who have become one and have done nothing else.
        arrived: who has got it, each as all that they were then.
        killed: whether a sender has died in the middle.
    """

    id: int
    which: int
    kind: str
    who: str
    expected: dict[frozenset[Self_], bool]
    as_one: set[frozenset[Self_]] = field(default_factory=set)
    arrived: list[frozenset[Self_]] = field(default_factory=list)
    killed: bool = False


@dataclass(frozen=True)
class Sent:
    """A letter that has arrived."""

    update: Update
    recipient: Recipient
    mailbox: str


class Watcher(Protocol):
    """Hears of each message."""

    def takes(self, update: Update, channel: str, recipient: Recipient) -> bool:
        """Whether there is anybody to take it."""

    def arrives(self, update: Update, channel: str, recipient: Recipient) -> None:
        """It has been taken."""


class SteeredClock(Clock):
    """The time of a history, which passes while a sender rests."""

    def __init__(self, history: Any) -> None:
        super().__init__()
        self._history = history

    def __call__(self) -> datetime:
        now: datetime = self._history.now
        return now

    async def rest(self, seconds: float, sooner: asyncio.Event) -> bool:
        self._history.time_passes(5)
        await asyncio.sleep(0)
        return sooner.is_set()


class Chats(Post):
    """Chats, in one run of a sender."""

    rate = 1.0

    def __init__(self, run: "Run", update: Update) -> None:
        super().__init__()
        self._run, self._update = run, update

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        await self._run.hand_over(self._update, TELEGRAM, recipient)
        return [1]


class Letters:
    """A composer of letters that say nothing but to whom they are."""

    async def write(
        self, broadcast: Broadcast, recipients: Sequence[Recipient]
    ) -> Sequence[Addressed | None]:
        return [Addressed(one.email, one) if one.email else None for one in recipients]


class MailServer:
    """Takes the place of the transport, in one run of a sender."""

    rate = 1.0

    def __init__(self, run: "Run", update: Update) -> None:
        self._run, self._update = run, update

    async def send(self, to: str, letter: Any) -> None:
        assert to == letter.email
        await self._run.hand_over(self._update, EMAIL, letter)


class Run:
    """One run of a sender for one update: to its end, or until so many have got it."""

    def __init__(
        self, database: Database, watcher: Watcher, moods: Sequence[Mood], stops: int
    ) -> None:
        """
        Args:
            stops: ends after so many messages; 0 for at the end.
        """
        self._database, self._watcher = database, watcher
        self._moods, self._left = list(moods), stops
        self.died = asyncio.Event()

    async def hand_over(self, update: Update, channel: str, recipient: Recipient) -> None:
        """Do as a server does.

        Raises:
            DeliveryFault: by its mood.
        """
        if not self._watcher.takes(update, channel, recipient):
            raise Unreachable
        mood = self._moods.pop(0) if self._moods else ""
        if mood == "later":
            raise NotDelivered
        self._watcher.arrives(update, channel, recipient)
        self._left -= 1
        if not self._left:
            self._sender.end()
        if mood == "unknown":
            raise FateUnknown
        if mood == "dies":
            self.died.set()
            await asyncio.Event().wait()

    async def go(self, update: Update) -> bool:
        """Send; gives whether all is done."""
        self._sender: Sender = sender(
            self._database,
            Chats(self, update),
            SteeredClock(self._watcher),
            mail=MailMessenger(MailServer(self, update)),
            letters=Letters(),
        )
        await self._sender.recover(update.id)
        sending = asyncio.create_task(self._sender.send(update.id))
        killed = asyncio.create_task(self.died.wait())
        await asyncio.wait([sending, killed], return_when=asyncio.FIRST_COMPLETED, timeout=60)
        for task in (sending, killed):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        async with self._database.reading() as db:
            now = await broadcasts.of(db, update.id)
        assert now is not None
        return now.status == "done"


async def begun(
    database: Database, campaign_id: int, kind: str, who: Audience, now: datetime
) -> int:
    """Start an update; gives its number."""
    async with database.transaction() as db:
        made = await broadcasts.add(
            db,
            campaign_id=campaign_id,
            kind=kind,
            author_id=None,
            content={},
            audience=audience.to_dict(who),
            options={},
            now=now,
        )
        await states.start(db, made.id, now=now)
    return made.id
