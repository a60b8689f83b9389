"""The services that every conversation uses."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from campaign.catalogue import Catalogue
from campaign.rate_limits import RateLimiter
from campaign.referrals.figures import Brought
from campaign.referrals.share_texts import ShareTexts
from campaign.timeline import KeptStories
from handlers.channel import Composer, Letters
from handlers.command_menu import MenuEntry
from handlers.screens import Screen
from messages import Renderer
from storage.database import Database

REMEMBERED_ANSWERS = 10_000
MOST_TIMES_LEFT = 6
NUMBER_BITS = 40
NUMBERINGS = 1 << 12
"""How many numberings of bots there are; all numbers above theirs are one other channel's."""

Elsewhere = Callable[[int, Screen, str], Awaitable[bool]]


def utc_now() -> datetime:
    return datetime.now(UTC)


def numbering_of(number: int) -> int:
    """Which bot and server, or which other channel, has numbered an event."""
    return min(number >> NUMBER_BITS, NUMBERINGS)


@dataclass(slots=True)
class Services:
    """The parts a conversation works with, made once when the bot starts.

    Attributes:
        bot_username: without the @; known after getMe.
        public_url: where the share pages are, without a slash at its end; "" if there are none.
        numbering: says which bot and Bot API server number the updates; see `number_of`.
        clock: gives the time in UTC. It may be set forward or back at any moment: it says which day
            it is, never how long something has taken.
        monotonic: seconds that only go up, for limits and everything else that measures a while.
        menu: the commands that are listed to people; the router knows them.
        unfinished: ids of updates that could not be handled for lack of a database, or answered
            for lack of Telegram; the intake leaves them unconfirmed, so that Telegram delivers
            them again.
        failed: ids of updates whose handling has failed, until the intake has counted them.
        told_to_wait: chats that have heard of the present outage of the database.
        file_ids: Telegram's ids of pictures sent before, so that each is uploaded once.
        sends_codes: whether a mail server is configured, so that email addresses can be confirmed.
        signs_on_site: whether people can sign, and go on, in the chat on the public pages.
        proof_of_work: when devices have to work before a code is sent by email, in channels that do
            not answer for people.
        tell_elsewhere: gives a screen to somebody whose account is not Telegram's, in a language,
            and says whether they will see it; None while there is no other channel.
        has_inline_mode: whether BotFather has switched inline mode on for the bot.
        credited: set when somebody has signed, perhaps because of a friend who is to be thanked.
        held_back: set when staff have decided about doubtful signatures.
        counted: set when a total may have gone up, perhaps to a milestone.
        dispatch_woken: set when a broadcast has been started, paused or resumed.
        watched_broadcasts: those whose progress has not been shown to its end.
        bulk_rate, email_rate: messages and emails a second that broadcasts may take.
        owners_by_config: Telegram ids of the owners that the configuration names.
        pack_asked: set when a hand-in pack has been asked for.
        import_sent: set when a table of paper signatures has come in.
        staff_changed: set when somebody has joined or left the staff, or has another role.
        looks_every: seconds after which what may be due is looked at without being told.
        dates_due: set when a date of a campaign's story may have come.
        erased: set when somebody has been erased, or words of theirs have been let go: no trace of
            them is to be left on the disk.
        codes_wanted: set when somebody waits for a code by email.
        letters_queued: set when somebody is to get a letter of their own by email.
        notified: set when something has been put into the outbox.
        composer: writes updates for the app that staff work in; set by that channel.
        letters: writes updates as emails; None where there are none.
        identity_key: for hashes of codes and phone numbers; another with another bot token.
        letters_key: for links that end letters, and for what comes back; see storage.letters_key.
        rate_limiter: says whose updates are handled, and whose are too many.
        inbox_days: how long messages to a campaign are kept.
        uploading: held while a picture is uploaded for the first time, by its key.
        share_texts: gives each sharer the words for their friends.
        brought: how many friends signers bring.
        stories: what has happened in each campaign.
    """

    database: Database
    renderer: Renderer
    catalogue: Catalogue
    bot_username: str = ""
    public_url: str = ""
    has_inline_mode: bool = False
    sends_codes: bool = False
    signs_on_site: bool = False
    proof_of_work: Literal["in_bursts", "always", "never"] = "in_bursts"
    tell_elsewhere: Elsewhere | None = None
    numbering: int = 0
    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    menu: Sequence[MenuEntry] = ()
    credited: asyncio.Event = field(default_factory=asyncio.Event)
    counted: asyncio.Event = field(default_factory=asyncio.Event)
    held_back: asyncio.Event = field(default_factory=asyncio.Event)
    dispatch_woken: asyncio.Event = field(default_factory=asyncio.Event)
    watched_broadcasts: set[int] = field(default_factory=set)
    bulk_rate: float = 30.0
    email_rate: float = 10.0
    unfinished: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    told_to_wait: set[int] = field(default_factory=set)
    owners_by_config: frozenset[int] = frozenset()
    pack_asked: asyncio.Event = field(default_factory=asyncio.Event)
    import_sent: asyncio.Event = field(default_factory=asyncio.Event)
    staff_changed: asyncio.Event = field(default_factory=asyncio.Event)
    looks_every: float = 60.0
    dates_due: asyncio.Event = field(default_factory=asyncio.Event)
    erased: asyncio.Event = field(default_factory=asyncio.Event)
    file_ids: dict[str, str] = field(default_factory=dict)
    codes_wanted: asyncio.Event = field(default_factory=asyncio.Event)
    letters_queued: asyncio.Event = field(default_factory=asyncio.Event)
    notified: asyncio.Event = field(default_factory=asyncio.Event)
    composer: Composer = field(init=False)
    letters: Letters | None = None
    identity_key: bytes = b""
    letters_key: bytes = b""
    inbox_days: int = 90
    rate_limiter: RateLimiter = field(default_factory=RateLimiter)
    uploading: dict[str, asyncio.Lock] = field(default_factory=dict)
    share_texts: ShareTexts = field(default_factory=ShareTexts)
    brought: Brought = field(default_factory=Brought)
    stories: KeptStories = field(default_factory=KeptStories)
    _answered: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _left: OrderedDict[int, int] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.catalogue.clock = lambda: self.clock()

    @property
    def emails_updates(self) -> bool:
        """Whether updates go by email, too: there is a mail server, and a site to end them on."""
        return self.signs_on_site

    def are_numbered_by(self, bot_id: int, api_url: str) -> None:
        """Updates are those of this bot, from this server."""
        source = hashlib.sha256(f"{bot_id} {api_url}".encode()).digest()
        self.numbering = 1 + int.from_bytes(source[:4]) % (NUMBERINGS - 1)

    def number_of(self, update_id: int) -> int:
        """The number of an update among those of all bots and servers that this database has seen:
        each numbers its own."""
        return self.numbering << NUMBER_BITS | update_id

    def remember_answered(self, number: int) -> None:
        """Note that the answer to an event has gone out."""
        self._answered[number] = None
        if len(self._answered) > REMEMBERED_ANSWERS:
            self._answered.popitem(last=False)

    def leave_unanswered(self, update_id: int) -> bool:
        """Leave an update whose answer Telegram did not take, so that it is answered when it comes
        again; False if that has been tried often enough."""
        self._left[update_id] = self._left.pop(update_id, 0) + 1
        if len(self._left) > REMEMBERED_ANSWERS:
            self._left.popitem(last=False)
        if self._left[update_id] > MOST_TIMES_LEFT:
            return False
        self.unfinished.add(update_id)
        return True

    def has_answered(self, number: int) -> bool:
        """Whether this process sent the answer; a restarted one does not know and says no."""
        return number in self._answered

    def has_signed(self) -> None:
        """Somebody has signed: a friend may be due thanks, and a milestone may be reached."""
        self.credited.set()
        self.counted.set()

    def campaign_changed(self) -> None:
        """What a campaign says is different, and so may be what is due."""
        self.catalogue.look_again()
        self.dates_due.set()

    def link(self, payload: str = "") -> str:
        """A deep link to the bot (https://core.telegram.org/bots/features#deep-linking)."""
        address = f"https://t.me/{self.bot_username}"
        return f"{address}?start={payload}" if payload else address

    def shared_link(self, payload: str) -> str:
        """The address to pass on outside Telegram: a share page, which shows what it is about
        where links to Telegram look bare; a deep link where there are no such pages."""
        return f"{self.public_url}/s/{payload}" if self.public_url else self.link(payload)

    def joining_page(self, token: str) -> str:
        """The address on the site where somebody goes on with what they began in Telegram."""
        return f"{self.public_url}/chat/join?t={token}"

    def counted_way(self, payload: str, way: str, language: str) -> str | None:
        """The address of a way to pass a link on that counts the tap and leads there; None where
        there are no public pages."""
        if not self.public_url:
            return None
        return f"{self.public_url}/s/{payload}/{way}?lang={language}"
