"""Who has typed the code from one mailbox in two places may be one person: that can be offered.

Nobody is joined by it alone, and nobody hears of it who has not just typed a code from the mailbox
themselves: a household may share one.
"""

from datetime import datetime

from campaign import joining
from storage import accounts, addresses, signatures, supporters
from storage.addresses import EMAIL
from storage.database import Connection
from storage.supporters import Supporter


async def offer(
    db: Connection, supporter: Supporter, email: str | None, *, wish: str, now: datetime
) -> str | None:
    """A token by which somebody who has just proved an email address by a code can be joined with
    the one who has proved it in another place; None if there is no such one, or several.

    Args:
        email: that the code was sent to.
        wish: what they want to go on with once they are joined; see campaign.joining.
        now: UTC.
    """
    if not email:
        return None
    proved = set(await signatures.signers_with_proof(db, email))
    if (found := await addresses.find(db, EMAIL, email.lower())) is not None:
        owner, address = found
        proved |= {owner.id} if address.verified_at is not None else set()
    proved -= {supporter.id}
    if len(proved) != 1:
        return None
    other = await supporters.by_id(db, proved.pop())
    if other is None or not accounts.is_somebodys(other.telegram_id):
        return None
    if all(accounts.is_telegrams(one.telegram_id) for one in (other, supporter)):
        return None
    return await joining.offer(db, other, wish, now)
