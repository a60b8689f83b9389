"""Updates by email: agreed to on its own, for an address that a code has proved.

EmailUpdatesError
├── NoProvenAddress    no signature of theirs that counts has an address with a code typed
└── AddressOfAnother   somebody else is written to there: another chat or browser of theirs
"""

from collections.abc import Mapping
from datetime import datetime

from campaign import reminders, subscriptions
from campaign.errors import CampaignError, WordingChanged
from campaign.petition import CONSENT_EMAIL, Petition
from storage import addresses, consents, email_subscriptions, locks, signatures, wordings
from storage import subscriptions as kept
from storage.addresses import EMAIL
from storage.consents import NewConsent
from storage.database import Connection
from storage.errors import Conflict
from storage.supporters import Supporter
from storage.wordings import Wording


class EmailUpdatesError(CampaignError):
    """Nothing has changed."""


class NoProvenAddress(EmailUpdatesError):
    """It is not known that an address is theirs."""


class AddressOfAnother(EmailUpdatesError):
    """Somebody else is written to there."""


async def proven_address(db: Connection, petition: Petition, supporter: Supporter) -> str | None:
    """The email address, in small letters, that the person has proved last: where they are written
    to already, or the one under their signature, if they have typed the code that went there."""
    written_to = await email_subscriptions.written_to(db, supporter.id)
    signature = await signatures.of(db, petition.id, supporter.id)
    if signature is not None and signature.status == "live" and signature.email:
        has_code = signature.proof == "email" or petition.definition.identity == "email"
        proved = written_to.verified_at if written_to is not None else None
        if has_code and (proved is None or proved < signature.signed_at):
            return signature.email.lower()
    return written_to.value if written_to is not None else None


async def address_of(db: Connection, supporter: Supporter) -> str | None:
    """Where the person is written to by email; None if nowhere."""
    found = await email_subscriptions.written_to(db, supporter.id)
    return found.value if found is not None else None


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
    await take_address(db, supporter, email, now=now)
    if petition.id not in await email_subscriptions.of_supporter(db, supporter.id):
        agreed = NewConsent(
            supporter.id, petition.id, email_subscriptions.PURPOSE, True, asked.id, "button", now
        )
        await consents.append(db, [agreed])
        await reminders.arm(db, petition, supporter.id, "share", now=now)
    return email


async def take_address(db: Connection, supporter: Supporter, email: str, *, now: datetime) -> None:
    """Let an address that the person has proved (now, UTC) be theirs.

    Args:
        email: in small letters.

    Raises:
        AddressOfAnother: somebody else is written to there.
        storage.errors.Conflict: others take and leave it all the time.
    """
    for _ in range(addresses.TRIES):
        found = await addresses.find(db, EMAIL, email)
        if found is None:
            if await addresses.keep(db, supporter.id, EMAIL, email, reachable=True, now=now):
                return
            continue
        owner, address = found
        if owner.id != supporter.id and await email_subscriptions.of_supporter(db, owner.id):
            raise AddressOfAnother
        if await addresses.prove(db, address.id, supporter.id, now=now):
            return
    raise Conflict


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


async def stop_at(
    db: Connection, address_id: int, campaign_id: int, *, everything: bool, now: datetime
) -> bool:
    """End the emails to an address, whoever has it by now: of this petition, or all that we send.

    Args:
        now: UTC.

    Returns:
        False if nobody has the address any more.
    """
    owner = await _owner(db, address_id)
    if owner is None:
        return False
    if everything:
        await subscriptions.stop_all(db, owner, method="email", now=now)
    else:
        await stop(db, campaign_id, owner.id, method="email", now=now)
    return True


async def choose_at(
    db: Connection,
    address_id: int,
    petition: Petition,
    kinds: Mapping[str, bool],
    *,
    quiet_hours: str,
    now: datetime,
) -> bool:
    """Choose what is heard of a petition, and when, by whoever has an address by now.

    Args:
        kinds: whether each kind is wanted; one that is not among them stays as it is.
        quiet_hours: as "20:00-09:00"; "" for the campaign's own.
        now: UTC.

    Returns:
        False if nobody has the address any more.
    """
    owner = await _owner(db, address_id)
    if owner is None:
        return False
    for kind, wanted in kinds.items():
        await subscriptions.choose_kind(db, petition, owner, kind, hears=wanted, now=now)
    await kept.choose_quiet_hours(db, owner.id, quiet_hours)
    return True


async def _owner(db: Connection, address_id: int) -> Supporter | None:
    """Whose an address is, locked: somebody can become one with another in this moment."""
    for _ in range(addresses.TRIES):
        found = await addresses.by_id(db, address_id)
        if found is None:
            return None
        people = await locks.people(db, [found.supporter_id])
        if people and await addresses.by_id(db, address_id) == found:
            return people[0]
    return None
