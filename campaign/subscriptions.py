"""Hearing updates: a choice of its own, given and taken back in one tap."""

from collections.abc import Sequence
from datetime import datetime

from campaign import reminders
from campaign.petition import CONSENT_UPDATES, Petition
from storage import consents, referral_links, subscriptions
from storage.consents import NewConsent
from storage.database import Connection
from storage.supporters import Supporter


async def hears_updates(db: Connection, petition: Petition, supporter: Supporter) -> bool:
    """Whether the person has agreed to hear of this petition and has not taken it back."""
    current = await consents.current(db, supporter.id, petition.id)
    return "updates" in current and current["updates"].granted


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
    if hears:
        await reminders.arm(db, petition, supporter.id, "share", now=now)
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
        kind: one of campaign.broadcasts.life.KINDS, or storage.reminders.MUTED_AS.
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
    """End every message that is not an answer: updates, other campaigns, thank-yous and reminders,
    of all petitions.

    Signatures stay. PECR reg. 22: a simple way to refuse, in one step.
    """
    await referral_links.thank_nobody(db, supporter.id)
    await reminders.never(db, supporter, now=now)
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
