"""Updates by email: agreed to on its own, for an address that a code has proved.

EmailUpdatesError
├── NoProvenAddress    no signature of theirs that counts has an address with a code typed
└── AddressOfAnother   somebody else is written to there: another chat or browser of theirs
"""

from datetime import datetime

from campaign.errors import CampaignError, WordingChanged
from campaign.petition import CONSENT_EMAIL, Petition
from storage import addresses, consents, email_subscriptions, signatures, wordings
from storage.addresses import EMAIL
from storage.consents import NewConsent
from storage.database import Connection
from storage.supporters import Supporter
from storage.wordings import Wording


class EmailUpdatesError(CampaignError):
    """Nothing has changed."""


class NoProvenAddress(EmailUpdatesError):
    """It is not known that an address is theirs."""


class AddressOfAnother(EmailUpdatesError):
    """Somebody else is written to there."""


async def proven_address(db: Connection, petition: Petition, supporter: Supporter) -> str | None:
    """The email address under the person's signature, in small letters, if they have typed the code
    that was sent there; else the one they are written to already."""
    signature = await signatures.of(db, petition.id, supporter.id)
    if signature is not None and signature.status == "live" and signature.email:
        has_code = signature.proof == "email" or petition.definition.identity == "email"
        if has_code:
            return signature.email.lower()
    return await address_of(db, supporter)


async def address_of(db: Connection, supporter: Supporter) -> str | None:
    """Where the person is written to by email; None if nowhere."""
    theirs = [
        one
        for one in await addresses.of_supporter(db, supporter.id)
        if one.channel == EMAIL and one.reachable
    ]
    return theirs[-1].value if theirs else None


async def hears(db: Connection, petition: Petition, supporter: Supporter) -> bool:
    """Whether the person hears of this petition by email."""
    if petition.id not in await email_subscriptions.of_supporter(db, supporter.id):
        return False
    return await address_of(db, supporter) is not None


async def wording(
    db: Connection, petition: Petition, language: str, *, usual: str, now: datetime
) -> Wording:
    """The words to agree to: the campaign's own, or the usual ones, which are kept.

    Args:
        usual: said where the campaign says nothing of its own.
        now: UTC.
    """
    own = petition.wording(CONSENT_EMAIL, language)
    if own is not None:
        return own
    return await wordings.keep(
        db,
        campaign_id=petition.id,
        kind=CONSENT_EMAIL,
        language=petition.language(language),
        text=usual,
        now=now,
    )


async def agree(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    *,
    shown: int | None,
    asked: Wording,
    now: datetime,
) -> str:
    """Hear of this petition by email; the second time writes nothing.

    Args:
        shown: the id of the wording that the person had in front of them.
        asked: the one that is asked now.
        now: UTC.

    Returns:
        The address.

    Raises:
        WordingChanged, NoProvenAddress, AddressOfAnother: nothing is written.
    """
    if asked.id != shown:
        raise WordingChanged
    email = await proven_address(db, petition, supporter)
    if email is None:
        raise NoProvenAddress
    await _take(db, supporter, email, now)
    if petition.id not in await email_subscriptions.of_supporter(db, supporter.id):
        agreed = NewConsent(
            supporter.id, petition.id, email_subscriptions.PURPOSE, True, asked.id, "button", now
        )
        await consents.append(db, [agreed])
    return email


async def _take(db: Connection, supporter: Supporter, email: str, now: datetime) -> None:
    """Let the address be this person's, unless somebody else is written to there."""
    found = await addresses.find(db, EMAIL, email)
    if found is None:
        await addresses.keep(db, supporter.id, EMAIL, email, reachable=True, now=now)
        return
    owner, address = found
    if owner.id != supporter.id and await email_subscriptions.of_supporter(db, owner.id):
        raise AddressOfAnother
    await addresses.prove(db, address.id, supporter.id, now=now)


async def stop(
    db: Connection, campaign_id: int, supporter_id: int, *, method: str, now: datetime
) -> bool:
    """Hear of a petition by email no more; whatever else the person chose stays.

    Args:
        method: how it was said, for the ledger.
        now: UTC.

    Returns:
        False if they did not hear of it: then nothing is written.
    """
    if campaign_id not in await email_subscriptions.of_supporter(db, supporter_id):
        return False
    purpose = email_subscriptions.PURPOSE
    ended = NewConsent(supporter_id, campaign_id, purpose, False, None, method, now)
    await consents.append(db, [ended])
    return True
