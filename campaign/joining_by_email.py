"""Who has typed the code from one mailbox in two places may be one person: that can be offered.

Nobody is joined by it alone, and nobody hears of it who has not just typed a code from the mailbox
themselves: a household may share one.
"""

from datetime import datetime

from campaign import joining
from campaign.petition import Petition
from storage import accounts, addresses, signatures, supporters
from storage.addresses import EMAIL
from storage.database import Connection
from storage.signatures import Signature
from storage.supporters import Supporter


async def offer(
    db: Connection, petition: Petition, supporter: Supporter, signature: Signature, now: datetime
) -> str | None:
    """A token by which somebody who has just proved an email address by a code can be joined with
    the one who has proved it in another place; None if there is no such one, or several.

    Args:
        signature: the one that the code was for.
        now: UTC.
    """
    if not signature.email:
        return None
    proved = set(await signatures.signers_with_proof(db, signature.email))
    if (found := await addresses.find(db, EMAIL, signature.email.lower())) is not None:
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
    return await joining.offer(db, other, petition.campaign.slug, now)
