"""A person's standing with a petition: signed, under review, or free to sign."""

from campaign import erased_signers
from campaign.errors import AlreadySigned, Blocked, CampaignClosed, NotSigned, UnderReview
from campaign.petition import Petition
from storage import signatures
from storage.database import Connection
from storage.signatures import Signature
from storage.supporters import Supporter


async def may_sign(
    db: Connection, petition: Petition, supporter: Supporter, *, key: bytes = b""
) -> None:
    """Whether the person can begin to sign.

    Args:
        key: for comparing those who were erased.

    Raises:
        AlreadySigned, UnderReview, CampaignClosed, Blocked: they cannot.
    """
    account = erased_signers.account_of(petition, supporter, key)
    found, blocked, erased = await signatures.standing(db, petition.id, supporter.id, account)
    if found is not None and found.status == "live":
        raise AlreadySigned(found)
    if found is not None and (found.status != "withdrawn" or found.invalidation_id is not None):
        raise UnderReview(found)
    if not petition.is_open:
        raise CampaignClosed
    if blocked:
        raise Blocked
    if erased:
        await erased_signers.check(db, petition, supporter, key=key)


async def signature_of(db: Connection, petition: Petition, supporter: Supporter) -> Signature:
    """The person's live signature.

    Raises:
        UnderReview: there is one, but it does not count.
        NotSigned: there is none.
    """
    signature = await standing(db, petition, supporter)
    if signature.status != "live":
        raise UnderReview(signature)
    return signature


async def standing(db: Connection, petition: Petition, supporter: Supporter) -> Signature:
    """The person's signature, whether it counts or not.

    Raises:
        NotSigned: there is none, or it is withdrawn.
    """
    signature = await signatures.of(db, petition.id, supporter.id)
    if signature is None or signature.status == "withdrawn":
        raise NotSigned
    return signature


async def has_signed(db: Connection, petition: Petition, supporter: Supporter) -> bool:
    """Whether there is a signature of theirs, whether it counts or not."""
    signature = await signatures.of(db, petition.id, supporter.id)
    return signature is not None and signature.status != "withdrawn"


async def has_yet_to_sign(db: Connection, petition: Petition, supporter: Supporter) -> bool:
    """Whether to offer somebody to sign: it is open, and there is no signature of theirs."""
    return petition.is_open and not await has_signed(db, petition, supporter)
