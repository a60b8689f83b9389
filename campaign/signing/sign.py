"""Signing a petition, changing what was given, and taking one's name off again."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

from campaign import comments, erased_signers, fields, reminders, request_limits
from campaign.errors import (
    AlreadySigned,
    Blocked,
    CampaignClosed,
    NotSigned,
    UnderReview,
    WordingChanged,
)
from campaign.petition import Petition, ShownWordings
from campaign.referrals import credit
from campaign.signing.choices import Choices, entry, given, to_choices
from campaign.signing.standing import signature_of
from storage import (
    campaigns,
    consents,
    lookalikes,
    pending_signatures,
    referrals,
    signatures,
)
from storage.database import Connection
from storage.lookalikes import Lookalike
from storage.signatures import NewSignature, Recorded, Signature
from storage.signing_gate import UNKNOWN, Refused
from storage.supporters import Supporter


async def sign(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    answers: Mapping[str, str | None],
    *,
    choices: Choices,
    shown: ShownWordings,
    language: str,
    now: datetime,
    tapped_at: datetime | None = None,
    key: bytes = b"",
    channel: str = "telegram",
    unproven: bool = False,
) -> Recorded:
    """Record the signature, its consents as shown, and the new total, in one transaction.

    Where the campaign or the channel asks for more than an account, the signature may have to wait
    ("pending"): for a code from an email, or for staff, if another's stands under the same phone
    number. Until then it has a number and nothing else: no total, no consent, no credit.

    Look-alikes (the same email or mailbox, or the same name and postcode, from another account)
    are flagged for staff; the signer is told nothing, because a household may share both honestly.

    Args:
        answers: parsed answers by field kind.
        shown: the wordings the person had in front of them.
        now: UTC.
        tapped_at: when the last tap came (UTC), if it is known: what came in time is in time,
            however late it is handled.
        key: for comparing phone numbers, and those who were erased.
        channel: by which the person came.
        unproven: the channel does not answer for one account being one person, so the email
            address has to be confirmed, whatever the campaign asks.

    Raises:
        CampaignClosed: nothing is recorded.
        WordingChanged: nothing is recorded; the new wording has to be shown first.
        AlreadySigned: a live signature is there.
        UnderReview: one is there that does not count; withdrawing it has changed nothing of that.
        Blocked: the account cannot sign.
    """
    by_email = unproven or petition.definition.identity == "email"
    waited = None if by_email else petition.ended_since(tapped_at, now)  # codes come too late
    if waited is None and not petition.is_open_at(now):
        raise CampaignClosed
    asked = petition.shown(language)
    known = shown in (asked, asked.to_sign, asked.to_sign_alone)
    if not known or (choices.updates and shown.updates is None):
        raise WordingChanged
    name = answers.get("name")
    # A typed number is nobody's proof, and must hold back nobody else's signature.
    phone_key = None if unproven else _phone_key(petition, answers, key)
    alike = []
    if phone_key:
        alike = await lookalikes.with_phone(db, petition.id, phone_key, supporter.id)
    cause = "email" if by_email else "phone" if alike else None
    new = NewSignature(
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
        signed_at=waited or now,
        phone_key=phone_key,
        channel=channel,
        proof="email" if unproven else None,
    )
    check_erased = partial(
        erased_signers.check, db, petition, supporter, key=key, phone_key=phone_key
    )
    with refused():
        recorded = await signatures.record(
            db,
            new,
            pending=cause is not None,
            dated=waited is not None,
            hashes=erased_signers.hashes(petition, supporter, new, key),
            check_erased=check_erased,
        )
    if recorded is None:
        raise await _why_not(db, petition, supporter)
    signature = recorded.signature
    if cause is None:
        return await begin_counting(
            *(db, petition, supporter, signature, choices, shown),
            key=key,
            now=now,
            recorded=recorded,
        )
    code_in = None
    if cause == "email" and signature.email:
        me, address = supporter.telegram_id, signature.email
        code_in = await request_limits.take_code(db, me, address, key=key, now=now)
    wants_code = cause == "email" and code_in is None
    kept = to_choices(choices, shown)
    await pending_signatures.add(db, signature, cause, kept, wants_code=wants_code, now=now)
    found = [Lookalike(other, "same_phone") for other in alike]
    await lookalikes.flag(db, signature.id, found, now)
    return replace(recorded, code_in=code_in)


async def begin_counting(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    signature: Signature,
    choices: Choices,
    shown: ShownWordings,
    *,
    key: bytes,
    now: datetime,
    recorded: Recorded | None = None,
) -> Recorded:
    """What comes with a signature that counts: consents, look-alikes, a friend's credit. The one
    that its signer left when they were erased counts no longer.

    Args:
        recorded: as it was recorded in this transaction, if it was.
    """
    traces = recorded.traces if recorded else UNKNOWN
    totals = recorded.totals if recorded else None
    if traces.erased and await erased_signers.replace(
        db, petition, supporter, signature, key=key, now=now
    ):
        totals = None
    agreed = (("updates", traces.updates), ("other_campaigns", traces.other_campaigns))
    entries = given(petition, supporter, choices, shown, now)
    await consents.append(db, entries, never_agreed={what for what, had in agreed if not had})
    await _flag_lookalikes(db, signature, now)
    await credit.signed(db, petition, signature, now=now, traces=traces)
    if choices.updates:
        await reminders.arm(db, petition, supporter.id, "share", now=now)
    return Recorded(signature, totals or await campaigns.totals(db, petition.id), traces)


@contextmanager
def refused() -> Iterator[None]:
    """Say why a signature may not count, found under the lock of the campaign's totals.

    Raises:
        Blocked, CampaignClosed: it may not.
    """
    try:
        yield
    except Refused as why:
        raise (Blocked if why.blocked else CampaignClosed) from None


async def change(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    answers: Mapping[str, str | None],
    *,
    now: datetime,
) -> Signature:
    """Put other answers under a live signature, open or closed; number, date and consents stay.

    What is wrong can be put right as long as it is kept (GDPR Art. 16). A pack that has been made
    stays as it was handed over, so staff are told, to pass the correction on (Art. 19).

    Raises:
        NotSigned: there is no live signature.
    """
    signature = await signature_of(db, petition, supporter)
    kind = petition.definition.identifying
    if kind is not None:  # it says whose the signature is
        answers = {**answers, kind: getattr(signature, kind)}
    if signature.proof == "email":
        answers = {**answers, "email": signature.email}
    name = answers.get("name")
    done = await signatures.change(
        db,
        petition.id,
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
    if not done:
        raise NotSigned
    changed = await signature_of(db, petition, supporter)
    await comments.signer_changed(db, signature, changed, now=now)
    await _flag_lookalikes(db, changed, now)
    return changed


async def withdraw(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    *,
    method: str = "button",
    now: datetime,
) -> None:
    """Take the person's name off the petition, open or closed; the consent to sign ends with it.

    Withdrawing is as easy as signing was (GDPR Art. 7(3)). A comment goes with it, and
    the permission to quote it. Updates are another choice and stay.

    Args:
        method: how it was said, for the ledger of consents.
        now: UTC.

    Raises:
        NotSigned: there is no signature.
    """
    before = await signatures.withdraw(db, petition.id, supporter.id, now)
    if before is None:
        raise NotSigned
    if before.status == "live":
        await credit.withdrawn(db, petition, before)
    else:
        await pending_signatures.end(db, before.id)
        await referrals.drop_held(db, petition.id, supporter.id)
    await comments.take_back(db, before, now=now)
    await consents.append(db, [entry(petition, supporter, "sign", False, None, method, now)])


async def _why_not(
    db: Connection, petition: Petition, supporter: Supporter
) -> AlreadySigned | UnderReview:
    """Why no signature of this person was recorded: one is there, or was and is held back."""
    found = await signatures.of(db, petition.id, supporter.id)
    assert found is not None  # noqa: S101 - it is what stood in the way
    return AlreadySigned(found) if found.status == "live" else UnderReview(found)


def _phone_key(petition: Petition, answers: Mapping[str, str | None], key: bytes) -> str | None:
    """A keyed hash of the number, to find the same one by, where numbers say who somebody is."""
    phone = answers.get("phone")
    if petition.definition.identity != "contact" or not phone:
        return None
    return hmac.new(key, phone.encode(), hashlib.sha256).hexdigest()


async def _flag_lookalikes(db: Connection, signature: Signature, now: datetime) -> None:
    if found := await lookalikes.find(db, signature):
        await lookalikes.flag(db, signature.id, found, now)
