"""What single people get by email besides updates: reminders, thanks for their friends, and, of the
staff, an update as a test.

Only at an address that a code has proved, and only while they hear by email: of the petition, or,
where a signature has been begun and not finished, of any. All of it is looked at again at the
moment of sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from campaign import reminders, staff
from campaign.broadcasts import quiet_hours
from campaign.petition import Petition
from campaign.referrals import thanks
from storage import (
    broadcasts,
    email_subscriptions,
    referral_links,
    signatures,
    subscriptions,
    supporters,
)
from storage import personal_letters as kept
from storage import reminders as kept_reminders
from storage import staff as stored_staff
from storage.addresses import EMAIL, Address
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.personal_letters import PersonalLetter
from storage.supporters import Supporter

TRIAL = "trial"
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
        draft: the update that they are trying out.
    """

    petition: Petition
    supporter: Supporter
    address: Address
    code: str
    subscribed: bool
    draft: Broadcast | None = None


async def try_out(
    db: Connection, draft: Broadcast, supporter: Supporter, *, now: datetime
) -> str | None:
    """Let one of the staff get an update that is not sent yet at their own address, from now (UTC)
    on, as it is when it goes: one that waits is enough. Gives the address; None if there is none
    that a code has proved."""
    address = await email_subscriptions.written_to(db, supporter.id)
    if address is None:
        return None
    figures = {"broadcast_id": draft.id}
    if not await kept.waits(db, supporter.id, TRIAL, figures):
        await kept.add(db, supporter.id, draft.campaign_id, TRIAL, figures, now=now)
    return address.value


async def has_address(db: Connection, supporter: Supporter) -> bool:
    """Whether a person has an address that a code has proved."""
    return await email_subscriptions.written_to(db, supporter.id) is not None


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
    address = await email_subscriptions.written_to(db, one.supporter_id)
    if petition is None or person is None or address is None or now - one.created_at > TOO_LATE:
        return "drop"
    if one.kind == TRIAL:
        return await _trial(db, petition, person, address, one)
    if not petition.is_open:
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


async def _trial(
    db: Connection, petition: Petition, person: Supporter, address: Address, one: PersonalLetter
) -> Recipient | Decision:
    """As long as it is a draft, and theirs to see."""
    draft = await broadcasts.of(db, one.figures.get("broadcast_id") or 0)
    role = staff.role_in(await stored_staff.roles_of(db, person.telegram_id), petition.id)
    if draft is None or draft.status == "cancelled" or not staff.may(role, "viewer"):
        return "drop"
    code = petition.campaign.slug
    return Recipient(petition, person, address, code, subscribed=False, draft=draft)


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
