"""An office with a mailbox at a real IMAP server, and people who have got an update by email."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

import bot.jobs.office_mailbox as job
from bot.jobs.office_mailbox import OfficeMailbox
from campaign.catalogue import Catalogue
from campaign.petition import Petition
from channels.email.imap_mailbox import ImapServer
from channels.email.message_ids import Sent, message_id
from handlers.services import Services
from messages import bot_texts
from storage import addresses, supporters, tables
from storage.addresses import EMAIL, Address
from storage.database import Database
from storage.inbox import Message
from storage.supporters import Supporter
from tests import engines, migrated
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW, Post, sender, started
from tests.campaign.email_readers import address_of, come_by_email
from tests.e2e import forkserver
from tests.email.dovecot import Dovecot

KEY = b"k" * 32
DOMAIN, SENDER = "example.org", "petition@example.org"
BOUNCE = (Path(__file__).parent / "bounces" / "postfix_unknown.eml").read_bytes()
OURS = b"<12.345.0123456789abcdef0123@example.org>"


def services_on(database: Database) -> Services:
    services = Services(database, bot_texts(), Catalogue(database, fresh_for=-1.0))
    services.clock, services.identity_key = lambda: NOW, KEY
    services.letters_key = KEY
    return services


def _read_and_die(url: str, server: ImapServer, point: str) -> None:
    asyncio.run(_reads_and_dies(url, server, point))


async def _reads_and_dies(url: str, server: ImapServer, point: str) -> None:
    """A process that reads the mailbox, and is killed by SIGKILL on the way."""

    async def die(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    owner, name = {
        "before the effect": (OfficeMailbox, "_take"),
        "before the mark": (job.ImapMailbox, "mark"),
        "before the place": (OfficeMailbox, "_keep_place"),
    }[point]
    setattr(owner, name, die)
    database = await Database.open(url)
    await OfficeMailbox(services_on(database), server, own=SENDER).read()


@dataclass
class Office:
    """The mailbox, what is in the database, and the job between them.

    Attributes:
        readers: account numbers of those who have got the update by email.
    """

    url: str
    mailbox: Dovecot
    services: Services
    petition: Petition
    broadcast_id: int
    readers: list[int]

    @property
    def database(self) -> Database:
        return self.services.database

    @property
    def job(self) -> OfficeMailbox:
        return OfficeMailbox(self.services, self.mailbox.server, own=SENDER)

    async def reader(self, number: int = 0) -> Supporter:
        async with self.database.reading() as db:
            found = await supporters.by_telegram_id(db, self.readers[number])
        assert found is not None
        return found

    async def address(self, number: int = 0) -> Address:
        async with self.database.reading() as db:
            found = await addresses.find(db, EMAIL, address_of(self.readers[number]))
        assert found is not None
        return found[1]

    async def letter_id(self, number: int = 0) -> str:
        """The Message-ID of what a reader got."""
        reader = await self.reader(number)
        return message_id(Sent(self.broadcast_id, reader.id), KEY, DOMAIN)

    async def bounce(self, number: int = 0) -> bytes:
        """A reader's email, come back."""
        return BOUNCE.replace(OURS, (await self.letter_id(number)).encode())

    async def reply(
        self, words: str = "Can I help?", *, number: int = 0, to: str = "", **fields: str
    ) -> bytes:
        """A reader's answer to the update.

        Args:
            to: the Message-ID of what it answers, if it is not the update.
            fields: further ones of the header, with _ for -; "" leaves one out.
        """
        given = {
            "From": f"Dora <{address_of(self.readers[number])}>",
            "Subject": "Re: The Commissioner has read it",
            "Message-ID": "<their.own@example.net>",
            "In-Reply-To": to or await self.letter_id(number),
            "Content-Type": "text/plain; charset=utf-8",
        } | {name.replace("_", "-"): value for name, value in fields.items()}
        header = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
        quoted = "On Thu, 26 Nov 2009, Keep the Unit wrote:\r\n> The Commissioner has read it.\r\n"
        return f"{header}\r\n{words}\r\n\r\n{quoted}".encode()

    async def reads(self, mail: bytes) -> None:
        """Something comes to the mailbox, and the job reads it."""
        self.mailbox.receives(mail)
        await self.job.read()

    async def desk(self) -> list[Message]:
        """What is in the inbox of the desk."""
        columns = [tables.inbox_messages.c[name] for name in Message.__slots__]
        async with self.database.reading() as db:
            rows = await db.execute(select(*columns).order_by(tables.inbox_messages.c.id))
            return [Message(*row) for row in rows]

    async def dies(self, point: str) -> None:
        """Another process reads the mailbox, and is killed on the way."""
        given = (self.url, self.mailbox.server, point)
        process = forkserver.context().Process(target=_read_and_die, args=given, daemon=True)
        await asyncio.to_thread(process.start)
        await asyncio.to_thread(process.join)
        assert process.exitcode == -signal.SIGKILL


@asynccontextmanager
async def office_on(
    engine: str, folder: Path, mailbox: Dovecot, *, readers: int = 2
) -> AsyncIterator[Office]:
    await engines.require(engine)
    async with migrated.migrated_url(engine, folder) as url:
        database = await Database.open(url)
        try:
            petition = await petitions.published(database, "keep-the-unit", NOW)
            async with database.transaction() as db:
                numbers = await come_by_email(db, petition, readers)
            broadcast_id = await started(database, petition)
            await sender(database, Post(), mail=Post()).send(broadcast_id)
            yield Office(url, mailbox, services_on(database), petition, broadcast_id, numbers)
        finally:
            await database.close()
