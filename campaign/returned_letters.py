"""Letters that came back, and complaints about them: nobody is written to there again."""

from storage import addresses, broadcasts, deliveries
from storage.addresses import EMAIL
from storage.database import Connection


async def note(db: Connection, broadcast_id: int, supporter_id: int) -> bool:
    """Write to a person by email no more, and count the letter as one that did not arrive. The
    second report of the same letter changes nothing.

    The person's consent stays as it is: what has ended is the address, and each that it had taken
    the place of. Another one that they have proved since is written to.

    Returns:
        False if no such letter was sent.
    """
    sent_at = await deliveries.bounced(db, broadcast_id, supporter_id)
    if sent_at is None:
        return False
    await addresses.lose(db, [supporter_id], EMAIL, proved_until=sent_at)
    await broadcasts.count(db, broadcast_id, {"sent": -1, "unreachable": 1})
    return True


async def note_personal(db: Connection, address_id: int) -> bool:
    """Write to an address no more, from which a letter that one person alone got came back.

    Returns:
        False if it is not written to already.
    """
    return await addresses.lose_one(db, address_id)
