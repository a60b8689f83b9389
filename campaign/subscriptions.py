"""Hearing updates: a choice of its own, given and taken back in one tap."""

from collections.abc import Sequence
from datetime import datetime

from campaign.petition import CONSENT_UPDATES, Petition
from storage import consents, referral_links, subscriptions
from storage.consents import NewConsent
from storage.database import Connection
from storage.supporters import Supporter


async def hears_updates(db: Connection, petition: Petition, supporter: Supporter) -> bool:
    """Whether the person has agreed to hear of this petition and has not taken it back."""
    current = await consents.current(db, supporter.id, petition.id)
    return "updates" in current and current["updates"].granted


async def words_have_changed(db: Connection, petition: Petition, supporter: Supporter) -> bool:
    """Whether the person hears updates by other words than those asked now, in whatever language.

    A consent covers what was said when it was given (GDPR Art. 4(11)), so newer words are asked
    anew; until then the older ones hold.
    """
    current = (await consents.current(db, supporter.id, petition.id)).get("updates")
    if current is None or not current.granted:
        return False
    return current.wording_id not in asked_now(petition)


def asked_now(petition: Petition) -> set[int]:
    """The wordings by which the campaign asks for consent to updates, one a language."""
    return {one.id for (kind, _), one in petition.wordings.items() if kind == CONSENT_UPDATES}


async def agree_anew(
    db: Connection, petition: Petition, supporter: Supporter, wording_id: int, *, now: datetime
) -> bool:
    """Agree to changed words that were shown.

    Returns:
        False if they have changed again: then nothing is written.
    """
    if wording_id not in asked_now(petition):
        return False
    if not await hears_updates(db, petition, supporter) or await words_have_changed(
        db, petition, supporter
    ):
        agreed = NewConsent(supporter.id, petition.id, "updates", True, wording_id, "button", now)
        await consents.append(db, [agreed])
    return True


async def choose(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    *,
    hears: bool,
    language: str,
    now: datetime,
) -> bool:
    """Write the choice into the ledger, with the wording it was made under.

    Returns:
        False if that was the person's choice already; then nothing is written.
    """
    if await hears_updates(db, petition, supporter) == hears:
        return False
    wording = petition.wording(CONSENT_UPDATES, language)
    await consents.append(
        db,
        [
            NewConsent(
                supporter_id=supporter.id,
                campaign_id=petition.id,
                purpose="updates",
                granted=hears,
                wording_id=wording.id if wording else None,
                method="button",
                at=now,
            )
        ],
    )
    return True


async def choose_kind(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    kind: str,
    *,
    hears: bool,
    now: datetime,
) -> None:
    """Leave one kind of updates out, or have it again; the same choice twice writes nothing.

    Args:
        kind: one of campaign.broadcasts.life.KINDS.
        now: UTC.
    """
    muted = await subscriptions.muted(db, petition.id, supporter.id)
    if (kind not in muted) == hears:
        return
    await consents.append(
        db,
        [
            NewConsent(
                supporter_id=supporter.id,
                campaign_id=petition.id,
                purpose=f"{consents.ONE_KIND}{kind}",
                granted=hears,
                wording_id=None,
                method="button",
                at=now,
            )
        ],
    )


async def stop_all(
    db: Connection, petitions: Sequence[Petition], supporter: Supporter, *, now: datetime
) -> None:
    """End every message that is not an answer: updates, other campaigns and thank-yous, of all
    petitions.

    Signatures stay. PECR reg. 22: a simple way to refuse, in one step.
    """
    await referral_links.thank_nobody(db, supporter.id)
    entries = []
    for petition in petitions:
        current = await consents.current(db, supporter.id, petition.id)
        entries += [
            NewConsent(
                supporter_id=supporter.id,
                campaign_id=petition.id,
                purpose=purpose,
                granted=False,
                wording_id=None,
                method="command",
                at=now,
            )
            for purpose in ("updates", "other_campaigns")
            if purpose in current and current[purpose].granted
        ]
    if entries:
        await consents.append(db, entries)
