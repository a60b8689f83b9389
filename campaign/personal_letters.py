"""What single people get by email besides updates: reminders, and thanks for their friends.

Only at an address that a code has proved, and only while they hear by email: of the petition, or,
where a signature has been begun and not finished, of any. All of it is looked at again at the
moment of sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from campaign import reminders
from campaign.broadcasts import quiet_hours
from campaign.petition import Petition
from campaign.referrals import thanks
from storage import (
    addresses,
    email_subscriptions,
    referral_links,
    signatures,
    subscriptions,
    supporters,
)
from storage import reminders as kept_reminders
from storage.addresses import EMAIL, Address
from storage.database import Connection
from storage.personal_letters import PersonalLetter
from storage.supporters import Supporter

TOO_LATE = timedelta(days=2)
"""What no mail server has taken for so long would surprise."""

Decision = Literal["drop"] | datetime
"""A moment (UTC): look again then."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a letter, and where.

    Attributes:
        code: of the person's own link; the petition's, if they have none.
        subscribed: whether they get it because they hear of the petition by email.
    """

    petition: Petition
    supporter: Supporter
    address: Address
    code: str
    subscribed: bool


async def look(
    db: Connection, petitions: Mapping[int, Petition], one: PersonalLetter, *, now: datetime
) -> Recipient | Decision:
    """Who gets it now, or when to look again; "drop" if it is not to be sent any more.

    Args:
        petitions: those published, by id.
        now: UTC.
    """
    petition = petitions.get(one.campaign_id)
    person = await supporters.by_id(db, one.supporter_id)
    address = await _address_of(db, one.supporter_id)
    if petition is None or not petition.is_open or person is None or address is None:
        return "drop"
    if now - one.created_at > TOO_LATE:
        return "drop"
    decide = _of_thanks if one.kind == thanks.LETTER else _of_reminder
    decision = await decide(db, petition, one, now)
    if decision != "send":
        return decision
    link = await referral_links.of(db, petition.id, person.id)
    return Recipient(
        petition=petition,
        supporter=person,
        address=address,
        code=link.code if link else petition.campaign.slug,
        subscribed=one.kind != "unfinished",
    )


async def _address_of(db: Connection, supporter_id: int) -> Address | None:
    """The newest that can be written to."""
    theirs = [
        one
        for one in await addresses.of_supporter(db, supporter_id)
        if one.channel == EMAIL and one.reachable and one.verified_at
    ]
    return theirs[-1] if theirs else None


async def _of_reminder(
    db: Connection, petition: Petition, one: PersonalLetter, now: datetime
) -> reminders.Decision:
    due = await kept_reminders.sent(
        db, petition.id, one.supporter_id, one.kind, due_at=one.created_at
    )
    if due is None or reminders.channel_of(due) != EMAIL:
        return "drop"
    return await reminders.decide(db, petition, due, now)


async def _of_thanks(
    db: Connection, petition: Petition, one: PersonalLetter, now: datetime
) -> reminders.Decision:
    link = await referral_links.of(db, petition.id, one.supporter_id)
    signature = await signatures.of(db, petition.id, one.supporter_id)
    if link is None or not link.thanks or signature is None or signature.status != "live":
        return "drop"
    if petition.id not in await email_subscriptions.of_supporter(db, one.supporter_id):
        return "drop"
    hours = [
        petition.definition.quiet_hours,
        await subscriptions.quiet_hours(db, one.supporter_id),
    ]
    return quiet_hours.quiet_for_all_until(now, hours, petition.zone) or "send"
