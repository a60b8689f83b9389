"""Hearing updates: a choice of its own, given and taken back in one tap."""

from collections.abc import Iterable
from datetime import datetime

from campaign import reminders
from campaign.errors import WordingChanged
from campaign.petition import CONSENT_OTHER, CONSENT_UPDATES, Petition
from storage import (
    consents,
    decisions,
    email_subscriptions,
    other_campaigns,
    referral_links,
    subscriptions,
)
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
    again; until then the older ones hold.
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
    if not hears:
        await decisions.take_back_wishes(db, supporter.id, petition.id)
    if await hears_updates(db, petition, supporter) == hears:
        return False
    wording = petition.wording(CONSENT_UPDATES, language)
    wording_id = wording.id if wording else None
    await consents.append(
        db, [NewConsent(supporter.id, petition.id, "updates", hears, wording_id, "button", now)]
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
        kind: one of campaign.broadcasts.life.KINDS_OF_A_CAMPAIGN, or storage.reminders.MUTED_AS.
        now: UTC.
    """
    if kind == "decision" and not hears:
        await decisions.take_back_wishes(db, supporter.id, petition.id)
    muted = await subscriptions.muted(db, petition.id, supporter.id)
    if (kind not in muted) == hears:
        return
    purpose = f"{consents.ONE_KIND}{kind}"
    await consents.append(
        db, [NewConsent(supporter.id, petition.id, purpose, hears, None, "button", now)]
    )


async def hears_of_others(db: Connection, campaign_id: int, supporter: Supporter) -> bool:
    """Whether the person has agreed to hear of other campaigns of these controllers, under this one
    or another of them, and has not taken it back."""
    return bool(await other_campaigns.agreed_under(db, supporter.id, campaign_id))


async def hear_of_others(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    *,
    shown: int,
    language: str,
    now: datetime,
) -> None:
    """Agree to hear of other campaigns; the second time writes nothing.

    Args:
        shown: the id of the wording that the person had in front of them.
        now: UTC.

    Raises:
        WordingChanged: nothing is written; the new wording has to be shown first.
    """
    wording = petition.wording(CONSENT_OTHER, language)
    if wording is None or wording.id != shown:
        raise WordingChanged
    if not await hears_of_others(db, petition.id, supporter):
        await consents.append(
            db,
            [NewConsent(supporter.id, petition.id, "other_campaigns", True, shown, "button", now)],
        )


async def may_ask_of_others(
    db: Connection, petition: Petition, supporter: Supporter, language: str
) -> bool:
    """Whether to ask about other campaigns: the person has never answered that here, yes or no,
    and has not agreed to it under another campaign of these controllers."""
    if petition.wording(CONSENT_OTHER, language) is None:
        return False
    if other_campaigns.PURPOSE in await consents.current(db, supporter.id, petition.id):
        return False
    return not await hears_of_others(db, petition.id, supporter)


async def refuse_others(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    *,
    shown: int,
    language: str,
    now: datetime,
) -> None:
    """Answer no to hearing of other campaigns, so that it is not asked again; the second time
    writes nothing. Who has agreed takes it back.

    Args:
        shown: the id of the wording that the person had in front of them.
        now: UTC.

    Raises:
        WordingChanged: nothing is written; the new wording has to be shown first.
    """
    if await hears_of_others(db, petition.id, supporter):
        await hear_of_no_others(db, petition.id, supporter, now=now)
        return
    wording = petition.wording(CONSENT_OTHER, language)
    if wording is None or wording.id != shown:
        raise WordingChanged
    purpose = other_campaigns.PURPOSE
    if purpose not in await consents.current(db, supporter.id, petition.id):
        refusal = NewConsent(supporter.id, petition.id, purpose, False, shown, "button", now)
        await consents.append(db, [refusal], never_agreed={purpose})


async def hear_of_no_others(
    db: Connection, campaign_id: int, supporter: Supporter, *, now: datetime
) -> None:
    """Take it back, under whichever campaigns of these controllers it was given."""
    agreed = await other_campaigns.agreed_under(db, supporter.id, campaign_id)
    await consents.append(db, _endings(agreed, supporter, "other_campaigns", "button", now))


async def stop_campaign(
    db: Connection, petition: Petition, supporter: Supporter, *, method: str, now: datetime
) -> bool:
    """End every message of a campaign, and what was agreed to hear of others of its controllers.

    Args:
        method: how it was said, for the ledger.

    Returns:
        False if there was nothing to end.
    """
    await decisions.take_back_wishes(db, supporter.id, petition.id)
    hears = await subscriptions.of_supporter(db, supporter.id)
    by_email = await email_subscriptions.of_supporter(db, supporter.id)
    agreed = await other_campaigns.agreed_under(db, supporter.id, petition.id)
    ended = [
        *_endings({petition.id} & hears, supporter, "updates", method, now),
        *_endings({petition.id} & by_email, supporter, email_subscriptions.PURPOSE, method, now),
        *_endings(agreed, supporter, "other_campaigns", method, now),
    ]
    await consents.append(db, ended)
    return bool(ended)


async def stop_all(db: Connection, supporter: Supporter, *, method: str, now: datetime) -> bool:
    """End every message that is not an answer: updates, reminders, other campaigns and
    thank-yous, of all campaigns, published or not.

    Signatures stay. PECR reg. 22: a simple way to refuse, in one step.

    Args:
        method: "command" or "button".

    Returns:
        Whether they had chosen to hear of this or of other campaigns.
    """
    await referral_links.thank_nobody(db, supporter.id)
    await decisions.take_back_wishes(db, supporter.id)
    await reminders.never(db, supporter, now=now)
    hears = sorted(await subscriptions.of_supporter(db, supporter.id))
    by_email = sorted(await email_subscriptions.of_supporter(db, supporter.id))
    agreed = await other_campaigns.agreed_under(db, supporter.id)
    await consents.append(
        db,
        [
            *_endings(hears, supporter, "updates", method, now),
            *_endings(by_email, supporter, email_subscriptions.PURPOSE, method, now),
            *_endings(agreed, supporter, "other_campaigns", method, now),
        ],
    )
    return bool(hears or by_email or agreed)


async def end_consents(
    db: Connection, petition: Petition, supporter: Supporter, *, method: str, now: datetime
) -> None:
    """Note in the ledger that the consents to hear of this and of other campaigns have ended.

    Args:
        method: how: "command" or "retention".
    """
    current = await consents.current(db, supporter.id, petition.id)
    ended = [
        NewConsent(supporter.id, petition.id, purpose, False, None, method, now)
        for purpose in ("updates", email_subscriptions.PURPOSE, other_campaigns.PURPOSE)
        if purpose in current and current[purpose].granted
    ]
    await consents.append(db, ended)


def _endings(
    campaign_ids: Iterable[int], supporter: Supporter, purpose: str, method: str, now: datetime
) -> list[NewConsent]:
    return [
        NewConsent(supporter.id, one, purpose, False, None, method, now) for one in campaign_ids
    ]
