"""Signing a petition, changing what was given, and taking one's name off again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from campaign import fields
from campaign.errors import (
    AlreadySigned,
    Blocked,
    CampaignClosed,
    NotSigned,
    UnderReview,
    WordingChanged,
)
from campaign.petition import Petition, Shown
from campaign.referrals import credit
from storage import blocks, consents, referrals, signatures
from storage.consents import NewConsent
from storage.database import Connection
from storage.signatures import NewSignature, Recorded, Signature
from storage.supporters import Supporter


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose beside signing; both start unticked (GDPR Art. 4(11), recital 32)."""

    updates: bool = False
    other: bool = False


async def sign(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    answers: Mapping[str, str | None],
    *,
    choices: Choices,
    shown: Shown,
    language: str,
    now: datetime,
) -> Recorded:
    """Record the signature, its consents as shown, and the new total, in one transaction.

    Look-alikes (the same email, or the same name and postcode, from another account) are flagged
    for staff; the signer is told nothing, because a household may share both honestly.

    Args:
        answers: parsed answers by field kind.
        shown: the wordings the person had in front of them.
        now: UTC.

    Raises:
        CampaignClosed: nothing is recorded.
        WordingChanged: nothing is recorded; the new wording has to be shown first.
        AlreadySigned: a live signature is there.
        UnderReview: one is there that does not count; withdrawing it has changed nothing of that.
        Blocked: the account cannot sign.
    """
    if not petition.is_open:
        raise CampaignClosed
    if await blocks.is_blocked(db, supporter.id):
        raise Blocked
    if shown != petition.shown(language):
        raise WordingChanged
    name = answers.get("name")
    recorded = await signatures.record(
        db,
        NewSignature(
            campaign_id=petition.id,
            supporter_id=supporter.id,
            full_name=name,
            postcode=answers.get("postcode"),
            email=answers.get("email"),
            phone=answers.get("phone"),
            country=answers.get("country"),
            comment=answers.get("comment"),
            name_key=fields.name_key(name) if name else None,
            petition_wording_id=shown.petition,
            language=language,
            signed_at=now,
        ),
    )
    if recorded is None:
        raise await _why_not(db, petition, supporter)
    await consents.append(db, _given(petition, supporter, choices, shown, now))
    await _flag_lookalikes(db, recorded.signature, now)
    await credit.signed(db, petition, recorded.signature, now=now)
    return recorded


async def may_sign(db: Connection, petition: Petition, supporter: Supporter) -> None:
    """Whether the person can begin to sign.

    Raises:
        AlreadySigned, UnderReview, CampaignClosed, Blocked: they cannot.
    """
    found = await signatures.of(db, petition.id, supporter.id)
    if found is not None and found.status == "live":
        raise AlreadySigned(found)
    if found is not None and (found.status != "withdrawn" or found.invalidation_id is not None):
        raise UnderReview(found)
    if not petition.is_open:
        raise CampaignClosed
    if await blocks.is_blocked(db, supporter.id):
        raise Blocked


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


async def change(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    answers: Mapping[str, str | None],
    *,
    now: datetime,
) -> Signature:
    """Put other answers under a live signature; number, date and consents stay.

    Raises:
        CampaignClosed: the petition is being handed in as it stands.
        NotSigned: there is no live signature.
    """
    if not petition.is_open:
        raise CampaignClosed
    signature = await signature_of(db, petition, supporter)
    name = answers.get("name")
    await signatures.change(
        db,
        signature.id,
        full_name=name,
        postcode=answers.get("postcode"),
        email=answers.get("email"),
        phone=answers.get("phone"),
        country=answers.get("country"),
        comment=answers.get("comment"),
        name_key=fields.name_key(name) if name else None,
        now=now,
    )
    changed = await signature_of(db, petition, supporter)
    await _flag_lookalikes(db, changed, now)
    return changed


async def withdraw(
    db: Connection, petition: Petition, supporter: Supporter, *, now: datetime
) -> None:
    """Take the person's name off the petition, open or closed; the consent to sign ends with it.

    Withdrawing is as easy as signing was (GDPR Art. 7(3)). Updates are another choice and stay.

    Raises:
        NotSigned: there is no signature.
    """
    before = await standing(db, petition, supporter)
    if await signatures.withdraw(db, petition.id, supporter.id, now):
        await credit.withdrawn(db, petition, before)
    elif await signatures.withdraw_held(db, petition.id, supporter.id, now):
        await referrals.drop_held(db, petition.id, supporter.id)
    else:
        raise NotSigned
    await consents.append(db, [_entry(petition, supporter, "sign", False, None, "button", now)])


async def _why_not(
    db: Connection, petition: Petition, supporter: Supporter
) -> AlreadySigned | UnderReview:
    """Why no signature of this person was recorded: one is there, or was and is held back."""
    found = await signatures.of(db, petition.id, supporter.id)
    assert found is not None  # noqa: S101 - it is what stood in the way
    return AlreadySigned(found) if found.status == "live" else UnderReview(found)


def _given(
    petition: Petition, supporter: Supporter, choices: Choices, shown: Shown, now: datetime
) -> list[NewConsent]:
    asked = [("sign", True, shown.sign), ("updates", choices.updates, shown.updates)]
    if shown.other is not None:
        asked.append(("other_campaigns", choices.other, shown.other))
    return [
        _entry(petition, supporter, purpose, granted, wording_id, "button", now)
        for purpose, granted, wording_id in asked
    ]


def _entry(
    petition: Petition,
    supporter: Supporter,
    purpose: str,
    granted: bool,
    wording_id: int | None,
    method: str,
    now: datetime,
) -> NewConsent:
    return NewConsent(
        supporter_id=supporter.id,
        campaign_id=petition.id,
        purpose=purpose,
        granted=granted,
        wording_id=wording_id,
        method=method,
        at=now,
    )


async def _flag_lookalikes(db: Connection, signature: Signature, now: datetime) -> None:
    if found := await signatures.lookalikes(db, signature):
        await signatures.flag(db, signature.id, found, now)
