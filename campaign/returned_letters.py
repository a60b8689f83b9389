"""Letters that came back, and complaints about them: no more are sent to that address."""

from storage import addresses, broadcasts, deliveries, joined_people
from storage.database import Connection


async def note(
    db: Connection, broadcast_id: int, supporter_id: int, address_id: int | None = None
) -> bool:
    """Write to an address no more, and count the letter as one that did not arrive. The second
    report of the same letter changes nothing.

    The person's consent stays as it is: what has ended is the address that the letter went to.
    Another of theirs is written to.

    Args:
        supporter_id: to whom it was sent, who may have become one with another since, who got a
            letter of the same update.
        address_id: where it went; None if the letter does not say.

    Returns:
        False if no such letter was sent, or it is known.
    """
    if not await deliveries.is_there(db, broadcast_id, supporter_id):
        supporter_id = await joined_people.who_is(db, supporter_id)
    went_to = await deliveries.bounced(db, broadcast_id, supporter_id, address_id)
    if went_to is not None:
        await broadcasts.count(db, broadcast_id, {"sent": -1, "unreachable": 1})
    gone = (went_to or []) if address_id is None else [address_id]
    lost = [await addresses.lose_one(db, one) for one in gone]
    return went_to is not None or any(lost)


async def note_personal(db: Connection, address_id: int) -> bool:
    """Write to an address no more, from which a letter that one person alone got came back.

    Returns:
        False if it is not written to already.
    """
    return await addresses.lose_one(db, address_id)
