"""What protects the total from those who are erased and come back.

Where `keep_count_after_erasure` lets an erased signature count on, its signer does not count twice;
an account that staff have blocked stays blocked, and a signature that they have held back stays
held back. What is kept for it is a keyed hash, for as long as the campaign and its data are there
(GDPR Art. 6(1)(f), 17(3)(e)): without the key it does not say who signed.
"""

from datetime import datetime

from campaign import pseudonyms
from campaign.errors import Blocked, UnderReview
from campaign.petition import Petition
from campaign.referrals import credit
from storage import blocks, consents, erased_signers, locks, referrals, retention, signatures
from storage.consents import NewConsent
from storage.database import Connection
from storage.erased_signers import CAMPAIGN, EVERYWHERE
from storage.errors import DecryptionFailed
from storage.locks import Countable
from storage.signatures import NewSignature, Signature
from storage.supporters import Supporter


async def remember(db: Connection, petition: Petition, supporter: Supporter, *, key: bytes) -> None:
    """Keep what has to hold of a person in a campaign when they are erased.

    To be called when their signature has been withdrawn, if it is, and before their answers go.

    Args:
        key: for the hashes.
    """
    if await retention.is_done(db, petition.id, petition.campaign.closed_at):
        return
    mine = account_of(petition, supporter, key)
    standing = await signatures.countable(db, petition.id, supporter.id)
    if standing is not None and (standing.status == "live" or _is_held(standing)):
        for hash_ in (mine, *await _own_proofs(db, petition, supporter, key)):
            await erased_signers.keep_signature(db, petition.id, hash_, standing.id)
    await remember_block(db, petition, supporter, key=key)


async def remember_block(
    db: Connection, petition: Petition, supporter: Supporter, *, key: bytes
) -> None:
    """Keep that the account is blocked in a campaign, if it is."""
    if not await blocks.is_blocked(db, supporter.id, petition.id):
        return
    everywhere = await blocks.is_blocked_everywhere(db, supporter.id)
    mine = account_of(petition, supporter, key)
    own = await signatures.countable(db, petition.id, supporter.id)
    found_by = own.id if own else await signatures.newest_of(db, supporter.id)
    blocked = EVERYWHERE if everywhere else CAMPAIGN
    await erased_signers.keep_block(db, petition.id, mine, blocked, found_by)


def account_of(petition: Petition, supporter: Supporter, key: bytes) -> str:
    """The hash of the person's account in this campaign."""
    return pseudonyms.of_account(key, _purpose(petition), supporter.telegram_id)


def hashes(
    petition: Petition, supporter: Supporter, signature: Signature | NewSignature, key: bytes
) -> tuple[str, str]:
    """Under which something may be kept of this signer: of their account, and of what else proves
    whose the signature is; "" if nothing does."""
    proofs = _proofs(petition, signature, key)
    return account_of(petition, supporter, key), proofs[0] if proofs else ""


async def check(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    *,
    key: bytes,
    phone_key: str | None = None,
) -> None:
    """Whether somebody who may have been erased before can sign.

    Locks the campaign's totals if something is kept of them, so that it holds until the
    transaction ends.

    Raises:
        Blocked: their account was blocked.
        UnderReview: their signature is held back.
    """
    kept = [account_of(petition, supporter, key)]
    if phone_key:
        kept.append(pseudonyms.of_phone(key, _purpose(petition), phone_key))
    if not await erased_signers.find(db, petition.id, kept):
        return
    await locks.totals(db, petition.id)
    for one in await erased_signers.find(db, petition.id, kept):
        if one.blocked:
            raise Blocked
        if one.signature is not None and _is_held(one.signature):
            raise UnderReview(one.signature)


async def replace(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    signature: Signature,
    *,
    key: bytes,
    now: datetime,
) -> bool:
    """Let a signature that counts from now on take the place of the one that its signer left when
    they were erased. Call it under the lock of the campaign's totals.

    Returns:
        Whether there was one: the totals have changed.
    """
    kept = hashes(petition, supporter, signature, key)
    found = await erased_signers.find(db, petition.id, kept)
    signers = {one.signature.supporter_id for one in found if one.signature is not None}
    replaced = False
    for nobody in sorted(signers):
        if before := await signatures.withdraw(db, petition.id, nobody, now):
            if before.status == "live":  # what is held back counts for nothing
                await credit.withdrawn(db, petition, before)
            else:
                await referrals.drop_held(db, petition.id, nobody)
            ended = NewConsent(nobody, petition.id, "sign", False, None, "replaced", now)
            await consents.append(db, [ended])
            replaced = True
    return replaced


async def tidy(db: Connection, petition: Petition) -> None:
    """Forget what stands for nothing any more, and all of it once the campaign's data are gone."""
    if await retention.is_done(db, petition.id, petition.campaign.closed_at):
        await erased_signers.drop(db, petition.id)
    else:
        await erased_signers.drop_needless(db, petition.id)


def _proofs(petition: Petition, signature: Signature | NewSignature, key: bytes) -> list[str]:
    """Hashes of what proves whose a signature is, beside the account."""
    purpose = _purpose(petition)
    if signature.phone_key:
        return [pseudonyms.of_phone(key, purpose, signature.phone_key)]
    by_email = signature.proof == "email" or petition.definition.identity == "email"
    if by_email and signature.email:
        return [pseudonyms.of_mailbox(key, purpose, signature.email)]
    return []


async def _own_proofs(
    db: Connection, petition: Petition, supporter: Supporter, key: bytes
) -> list[str]:
    """The same of a person's own signature; none where what was written cannot be decrypted."""
    try:
        signature = await signatures.of(db, petition.id, supporter.id)
    except DecryptionFailed:
        return []
    return _proofs(petition, signature, key) if signature else []


def _is_held(signature: Signature | Countable) -> bool:
    """Whether staff hold it back, withdrawn or not."""
    return signature.status == "invalidated" or signature.invalidation_id is not None


def _purpose(petition: Petition) -> str:
    return f"campaign:{petition.id}"
