"""People write to a campaign by answering an email of it, and are answered by email.

Whose an email is, is believed where two things fit: it comes from an address that a code has proved
to be the person's, and it names an email that they have got. Everything else stays in the office's
mailbox; nothing is ever answered by itself.
"""

import hashlib
import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from campaign import inbox
from campaign.definition.text_rules import telegram_length
from campaign.errors import Blocked
from campaign.fields.problem import FieldProblem
from campaign.petition import Petition
from storage import (
    addresses,
    inbox_letters,
    joined_people,
    locks,
    received_emails,
    signatures,
)
from storage import inbox as kept
from storage.addresses import EMAIL
from storage.database import Connection

KEPT_FOR = timedelta(days=60)
"""How long it is known that an email has been taken in; none is looked at that is older."""

_LONGEST_WORD = 40

UNSURE = "inbox/unsure"
"""A template in the outbox: nobody knows whether an answer has arrived."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How a message came, and so where its answer goes.

    Attributes:
        address: the person's, in small letters.
        message_id: the email's own; "" if it has none.
        subject: on one line.
        attachments: how many files came with it, which stay in the office's mailbox; -1 if there
            may be more than could be counted.
        cut: whether the message is not all of it.
    """

    address: str
    message_id: str
    subject: str
    attachments: int = 0
    cut: bool = False


Taken = Literal["taken", "known", "refused"]


async def find_writer(db: Connection, supporter_id: int, address: str) -> int | None:
    """The person who has got an email and writes from an address of theirs; None if it is not
    proved to be theirs, or they are nobody any more.

    Args:
        supporter_id: who has got it; they may have been joined with somebody since.
        address: in small letters.
    """
    person = await joined_people.who_is(db, supporter_id)
    return person if await is_theirs(db, person, address) else None


async def is_theirs(db: Connection, supporter_id: int, address: str) -> bool:
    """Whether a code has proved that the address is this person's."""
    found = await addresses.find(db, EMAIL, address)
    if found is not None:
        owner, known = found
        return owner.id == supporter_id and known.verified_at is not None
    return supporter_id in await signatures.signers_with_proof(db, address)


async def take(
    db: Connection,
    petition: Petition,
    supporter_id: int,
    words: str,
    mail: Mail,
    *,
    key: bytes,
    now: datetime,
) -> Taken:
    """Pass an email on to the campaign, as a message in a chat is; what is too long is cut.

    Args:
        key: for hashes of the account and of the email.
        now: UTC.

    Returns:
        "known" if it has been before; "refused" if there are no words in it, staff have blocked the
        account, or it has written a lot: the caller rolls back, and it stays in the mailbox.
    """
    people = await locks.people(db, [supporter_id])
    if not people:
        return "refused"
    if not await received_emails.take(db, _hash(key, mail, words), now):
        return "known"
    try:
        told = inbox.words_of(words, limit=len(words) * 2 + 1)
        if telegram_length(told) > inbox.LONGEST:
            told, mail = _cut(told), Mail(**{**asdict(mail), "cut": True})
        await inbox.write(db, petition, people[0], told, email=asdict(mail), key=key, now=now)
    except (FieldProblem, Blocked, inbox.TooManyMessages):
        return "refused"
    return "taken"


async def not_delivered(db: Connection, message_id: int, *, now: datetime) -> None:
    """An answer has certainly not arrived."""
    await inbox_letters.end(db, message_id)
    await inbox.not_delivered(db, message_id, now=now)


async def unsure(db: Connection, message_id: int, *, now: datetime) -> None:
    """Nobody knows whether an answer has arrived: note it, and tell who has written it."""
    if not await inbox_letters.end(db, message_id):
        return
    answered = await inbox.tell_writer(db, message_id, UNSURE, now=now)
    if answered is not None:
        await kept.change_email(db, message_id, {**(answered.email or {}), "unsure": True})


async def came_back(db: Connection, message_id: int, *, now: datetime) -> bool:
    """The mail server of the person has returned an answer; False if that is known already."""
    answered = await kept.message(db, message_id)
    if answered is None or answered.email is None or answered.undelivered:
        return False
    await inbox.not_delivered(db, message_id, now=now)
    return True


async def drop_old(db: Connection, *, now: datetime) -> None:
    """Forget which emails have been taken in long ago."""
    await received_emails.drop_before(db, now - KEPT_FOR)


def _cut(words: str) -> str:
    units = words.encode("utf-16-le")[: 2 * (inbox.LONGEST - 2)]
    begins = units.decode("utf-16-le", "ignore")
    between_words = begins.rpartition(" ")[0]
    if len(between_words) > len(begins) - _LONGEST_WORD:
        begins = between_words
    return begins.rstrip() + " …"


def _hash(key: bytes, mail: Mail, words: str) -> str:
    """The same email, by whatever ways it came, and read however often."""
    email = "\0".join((mail.address, mail.message_id, words)).encode()
    return hmac.new(key, b"received email\0" + email, hashlib.sha256).hexdigest()
