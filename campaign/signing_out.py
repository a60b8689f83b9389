"""Leaving a place without leaving: a session ends, and what was signed stays."""

from datetime import datetime

from campaign import erasure
from storage import addresses, join_tokens, joining, personal_data
from storage.database import Connection
from storage.supporters import Supporter


async def sign_out(
    db: Connection,
    supporter: Supporter,
    channel: str,
    value: str,
    *,
    now: datetime,
    identity_key: bytes = b"",
) -> bool:
    """End a person's session: its address goes, with what was said there and every token by which
    it could be gone on with. Who has left nothing that counts, and has no other place, is erased:
    they could never come back to it.

    Args:
        channel, value: the address; see storage.addresses.
        now: UTC.
        identity_key: for the hashes of erased signers.

    Returns:
        Whether the person has been erased.
    """
    await join_tokens.drop_of(db, supporter.id)
    places = await addresses.of_supporter(db, supporter.id)
    here = [one for one in places if (one.channel, one.value) == (channel, value)]
    for one in here:
        await addresses.remove(db, one.id)
    if len(places) > len(here) or await personal_data.holds_more_than(
        db, supporter.id, supporter.telegram_id, joining.LIGHT
    ):
        return False
    await erasure.erase(db, supporter, now=now, identity_key=identity_key)
    return True
