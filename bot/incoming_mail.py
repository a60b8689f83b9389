"""What an email does that has come to the office: what came back ends an address."""

from enum import Enum, auto

from campaign import returned_letters
from channels.email.bounces import read_bounce
from channels.email.message_ids import SentPersonal, read_message_id
from storage.database import Database


class Ended(Enum):
    """What has become of an address. NOTED: it gets no more emails; KNOWN: that was so already;
    FOREIGN: the email that came back was none of ours."""

    NOTED = auto()
    KNOWN = auto()
    FOREIGN = auto()


def came_back(raw: bytes) -> str | None:
    """The Message-ID that a returned email or a complaint names; None for any other email, and for
    one that says nothing of an address that is gone."""
    found = read_bounce(raw)
    return (found.message_id or "") if found.kind in ("hard", "complaint") else None


async def end_address(database: Database, message_id: str, key: bytes) -> Ended:
    """Write no more to the address that an email of ours did not reach.

    Args:
        message_id: the email's, as `came_back` gives it.
        key: the installation's own.
    """
    sent = read_message_id(message_id, key)
    if sent is None:
        return Ended.FOREIGN
    async with database.transaction() as db:
        if isinstance(sent, SentPersonal):
            noted = await returned_letters.note_personal(db, sent.address_id)
        else:
            noted = await returned_letters.note(db, sent.broadcast_id, sent.delivery)
    return Ended.NOTED if noted else Ended.KNOWN
