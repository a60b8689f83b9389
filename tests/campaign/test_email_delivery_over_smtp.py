"""Promises of a broadcast by email over a real connection, to a server in its worst moods."""

import asyncio
import contextlib
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from bot import logs
from campaign.petition import Petition
from channels.email import transport
from channels.email.broadcast_letters import MailMessenger
from channels.email.mail_server import Prepared
from channels.email.petition_letter import Addressed
from channels.email.smtp_connection import SmtpConnection
from channels.email.transport import MailTransport
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.delivery_claims import Recipient
from tests import engines
from tests.amount import cases
from tests.bot.commandline import as_before
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW, Clock, Post, listeners, sender, started, told
from tests.campaign.email_readers import address_of, come_by_email
from tests.email.mail_house import YES, MailHouse

PEOPLE = cases(short=20, full=200)
IN_CHATS = 10
LONG = 800_000
KNOCKS = 10
"""A server in a mood takes a letter when it has come so often."""

MOODS = (
    "450 4.2.0 greylisted, come back later",
    "451 4.3.0 try again later",
    "452 4.2.2 mailbox full",
    "421 4.7.0 too busy",
    "450 4.7.1 who are you?",
)

pytestmark = pytest.mark.parametrize("database", engines.params()[:1], indirect=True)


class Hurried(Clock):
    """Minutes pass in hundredths of a second."""

    def __init__(self) -> None:
        super().__init__(stride=timedelta(seconds=30))

    async def rest(self, seconds: float, sooner: asyncio.Event) -> bool:
        await asyncio.sleep(0.01)
        return await super().rest(seconds, sooner)


class Notes:
    """Writes a line to each; as long as the server hangs up in the middle, more lines than sockets
    hold, so that it is the middle."""

    def __init__(self, house: MailHouse) -> None:
        self._house = house

    async def write(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> Sequence[Any]:
        return [self._to(one) for one in recipients]

    def _to(self, recipient: Recipient) -> Addressed | None:
        if recipient.email is None:
            return None
        letter = EmailMessage()
        letter["From"], letter["To"] = "petition@example.org", recipient.email
        lines = LONG if self._house.closes == "in the middle" else 1
        letter.set_content("It is decided.\n" * lines)
        return Addressed(recipient.email, letter)


def knocked_at(answers: Sequence[str], closed: Sequence[str] = ()) -> Callable[[str], str]:
    """Answers one after the other, YES each tenth time, and 550 always to those who are gone."""
    knocks: Counter[str] = Counter()

    def answer(address: str) -> str:
        if address in closed:
            return "550 5.1.1 no such mailbox"
        knocks[address] += 1
        turn = knocks[address] + sum(map(ord, address))
        return answers[turn % len(answers)] if knocks[address] % KNOCKS else YES

    return answer


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(transport, "LONGEST_PAUSE_SECONDS", {"codes": 0.1, "bulk": 0.1})


@pytest.fixture
async def house() -> AsyncIterator[MailHouse]:
    async with MailHouse.stands() as house:
        yield house


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "moods", NOW)


@pytest.fixture
async def readers(database: Database, petition: Petition) -> list[int]:
    await listeners(database, petition, IN_CHATS)
    async with database.transaction() as db:
        return await come_by_email(db, petition, PEOPLE)


async def send(database: Database, house: MailHouse, broadcast_id: int) -> Post:
    """The broadcast through the sender of the bot; gives what has come in chats."""
    post = Post()
    async with MailTransport(house.named(per_minute=6000)) as mail, asyncio.timeout(550):
        await sender(
            database, post, Hurried(), mail=MailMessenger(mail), letters=Notes(house)
        ).send(broadcast_id)
    return post


def once(readers: Sequence[int]) -> Counter[str]:
    return Counter(address_of(one) for one in readers)


async def test_a_server_that_takes_one_in_ten_gets_each_letter_once(
    database: Database, petition: Petition, readers: list[int], house: MailHouse
) -> None:
    gone = readers[:3]
    house.of_recipient = knocked_at(MOODS, closed=[address_of(one) for one in gone])
    broadcast_id = await started(database, petition)
    post = await send(database, house, broadcast_id)
    assert Counter(house.addresses) == once(readers[3:])
    ended = await told(database, broadcast_id)
    assert (ended.sent, ended.unreachable) == (PEOPLE - 3 + IN_CHATS, 3)
    assert (ended.status, ended.failed, ended.unknown) == ("done", 0, 0)
    assert post.arrived.total() == IN_CHATS


async def test_a_server_that_changes_its_mind_after_the_content_gets_each_letter_once(
    database: Database, petition: Petition, readers: list[int], house: MailHouse
) -> None:
    house.of_content = knocked_at(MOODS)
    broadcast_id = await started(database, petition)
    await send(database, house, broadcast_id)
    assert Counter(house.addresses) == once(readers)
    assert (await told(database, broadcast_id)).unknown == 0


async def test_a_server_that_hangs_up_and_goes_away_gets_each_letter_once(
    database: Database, petition: Petition, readers: list[int], house: MailHouse
) -> None:
    house.thinks_for = 0.01

    async def changes_its_mood() -> None:
        while house.attempts < 3:
            await asyncio.sleep(0.01)
        for closes in ("at once", "", "at once", ""):
            house.closes = closes
            await asyncio.sleep(0.05)
        await house.goes_away()
        await asyncio.sleep(0.5)
        await house.comes_back()

    house.closes = "in the middle"
    changing = asyncio.create_task(changes_its_mood())
    broadcast_id = await started(database, petition)
    await send(database, house, broadcast_id)
    changing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await changing
    ended = await told(database, broadcast_id)
    letters, all_ = Counter(house.addresses), once(readers)
    assert set(letters.values()) == {1}
    assert (ended.status, ended.failed) == ("done", 0)
    assert len(all_ - letters) <= ended.unknown <= 4, "only what was cut after its last dot"


async def test_a_server_that_hangs_up_after_the_last_dot_leaves_it_unknown_and_sends_no_other(
    database: Database, petition: Petition, readers: list[int], house: MailHouse
) -> None:
    house.closes = "after the dot"
    broadcast_id = await started(database, petition)
    await send(database, house, broadcast_id)
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.unknown, ended.sent) == ("done", PEOPLE, IN_CHATS)
    assert house.attempts == PEOPLE


NAME = "Dora"


class NotForAll(Notes):
    """Fails for one reader, in words that quote them."""

    def __init__(self, house: MailHouse, reader: str) -> None:
        super().__init__(house)
        self._reader = reader

    async def write(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> Sequence[Any]:
        if self._reader in [one.email for one in recipients]:
            raise ValueError(f"{NAME} <{self._reader}>")
        return await super().write(broadcast, recipients)


@pytest.mark.parametrize("style", ["json", "console"])
async def test_whatever_goes_wrong_the_log_names_no_reader_and_no_mailbox(
    database: Database,
    petition: Petition,
    readers: list[int],
    house: MailHouse,
    monkeypatch: pytest.MonkeyPatch,
    style: logs.Style,
) -> None:
    unwritten, unsent, gone, *_ = [address_of(one) for one in readers]
    deliver = SmtpConnection.deliver

    async def quotes(self: SmtpConnection, to: Prepared, **how: Any) -> None:
        if to.to.text == unsent:
            refused = aiosmtplib.SMTPRecipientRefused(550, f"no {unsent} here", unsent)
            raise aiosmtplib.SMTPRecipientsRefused([refused])
        await deliver(self, to, **how)

    monkeypatch.setattr(SmtpConnection, "deliver", quotes)
    house.of_recipient = lambda address: (
        f"550 5.1.1 <{address}> is unknown" if address == gone else YES
    )
    house.of_content = knocked_at([f"421 {one} {NAME} <{unsent}>" for one in ("4.7.0", "4.3.2")])
    broadcast_id, log = await started(database, petition), io.StringIO()
    with as_before():
        logs.configure("debug", style, log)
        async with MailTransport(house.named()) as mail, asyncio.timeout(550):
            letters = NotForAll(house, unwritten)
            both = sender(database, Post(), Hurried(), mail=MailMessenger(mail), letters=letters)
            await both.send(broadcast_id)
    said = log.getvalue()
    for event in ("message not written", "delivery failed", "mail server in trouble"):
        assert event in said
    assert "SMTPRecipientsRefused" in said
    assert "ValueError" in said
    words = [NAME, "example.org", "is unknown", *(address_of(one).split("@")[0] for one in readers)]
    assert [one for one in words if one in said] == []
    ended = await told(database, broadcast_id)
    assert (ended.failed, ended.unknown, ended.unreachable) == (1, 1, 1)
