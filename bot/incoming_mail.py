"""What an email does that has come to the office: what came back ends an address, what somebody
writes to answer an email of ours goes to the inbox of the desk."""

from datetime import datetime
from enum import Enum, auto

from campaign import inbox_by_email, returned_letters, worker
from campaign.inbox_by_email import Mail
from campaign.worker import Limits
from channels.email.bounces import read_bounce
from channels.email.mail_parts import MOST_BYTES
from channels.email.message_ids import (
    Sent,
    SentLetter,
    SentPersonal,
    read_message_id,
)
from channels.email.replies import Reply, read_reply, read_words
from handlers.services import Services
from storage import addresses, broadcasts
from storage.database import Connection, Database

READING = Limits(seconds=30.0, cpu_seconds=15)
"""Of what somebody has written: programs make much of it."""


class Ended(Enum):
    """What has become of an address. NOTED: it gets no more emails, or an answer is known not to
    have arrived; KNOWN: that was so already; FOREIGN: what came back was none of ours."""

    NOTED = auto()
    KNOWN = auto()
    FOREIGN = auto()


class _Left(Exception):
    """It stays in the mailbox."""


def came_back(raw: bytes) -> str | None:
    """The Message-ID that a returned email or a complaint names; None for any other email, and for
    one that says nothing of an address that is gone."""
    found = read_bounce(raw)
    return (found.message_id or "") if found.kind in ("hard", "complaint") else None


async def end_address(database: Database, message_id: str, *, key: bytes, now: datetime) -> Ended:
    """Write no more to the address that an email of ours did not reach.

    Args:
        message_id: the email's, as `came_back` gives it.
        key: the installation's own.
        now: UTC.
    """
    sent = read_message_id(message_id, key)
    if sent is None:
        return Ended.FOREIGN
    async with database.transaction() as db:
        if isinstance(sent, Sent):
            noted = await returned_letters.note(db, *sent)
        elif isinstance(sent, SentPersonal):
            noted = await returned_letters.note_personal(db, sent.address_id)
        else:
            is_answer = sent.kind == "answer"
            noted = is_answer and await inbox_by_email.came_back(db, sent.number, now=now)
    return Ended.NOTED if noted else Ended.KNOWN


async def take_reply(services: Services, raw: bytes, *, own: str) -> bool:
    """Pass an answer to one of our emails on to the campaign.

    Args:
        own: the address that our emails come from.

    Returns:
        False if it is none, or is not to be passed on: it stays in the mailbox as it is.

    Raises:
        WorkerDied: reading it takes too much.
    """
    reply = read_reply(raw, own=own)
    if reply is None:
        return False
    async with services.database.reading() as db:
        found = await _writer_of(db, reply, services.letters_key)
    petition = (await services.catalogue.by_id()).get(found[0]) if found else None
    if found is None or petition is None:
        return False
    written = await worker.run(read_words, raw, limits=READING)
    attachments = -1 if len(raw) >= MOST_BYTES else written.attachments
    mail = Mail(reply.sender, reply.message_id, written.subject, attachments)
    try:
        async with services.database.transaction() as db:
            taken = await inbox_by_email.take(
                db,
                petition,
                found[1],
                written.words,
                mail,
                key=services.identity_key,
                now=services.clock(),
            )
            if taken == "refused":
                raise _Left
    except _Left:
        return False
    services.notified.set()
    return True


async def _writer_of(db: Connection, reply: Reply, key: bytes) -> tuple[int, int] | None:
    """To which campaign somebody writes, and who they are; None if that is not sure."""
    for name in reply.named:
        sent = read_message_id(name, key)
        if sent is None:
            continue
        about = await _about(db, sent)
        writer = about and await inbox_by_email.find_writer(db, about[1], reply.sender)
        if about and writer:
            return about[0], writer
    return None


async def _about(db: Connection, sent: SentLetter) -> tuple[int, int] | None:
    """The campaign that a letter of ours was about, and who got it."""
    match sent:
        case Sent():
            broadcast = await broadcasts.of(db, sent.broadcast_id)
            return (broadcast.campaign_id, sent.delivery) if broadcast else None
        case SentPersonal():
            address = await addresses.by_id(db, sent.address_id)
            return (sent.campaign_id, address.supporter_id) if address else None
        case _:
            return sent.campaign_id, sent.supporter_id
