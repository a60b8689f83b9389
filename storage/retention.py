"""Campaigns whose people are to be forgotten, how far that has come, and the forgetting itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, Table, cast, delete, exists, insert, or_, select, update

from storage import accounts, personal_data, set_aside
from storage.database import Connection
from storage.errors import DecryptionFailed
from storage.supporters import Supporter
from storage.tables import (
    blocks,
    broadcast_taps,
    broadcasts,
    consents,
    decision_reminders,
    decisions,
    deliveries,
    dialogs,
    email_subscriptions,
    inbox_conversations,
    inbox_messages,
    muted_kinds,
    other_campaigns,
    pending_signatures,
    personal_letters,
    referral_links,
    referral_opens,
    referrals,
    reminders,
    signatures,
    staff,
    steps_taken,
    subscriptions,
    supporters,
)
from storage.tables import retention as table
from storage.upsert import insert_if_absent

_OF_ONE_CAMPAIGN: tuple[Table, ...] = (
    *(
        subscriptions,
        email_subscriptions,
        muted_kinds,
        other_campaigns,
        steps_taken,
        reminders,
        personal_letters,
        pending_signatures,
    ),
    *(blocks, inbox_messages, inbox_conversations),
)
_NEW_NOBODY = -(2**60)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Retention:
    """One closed campaign; all times in UTC.

    Attributes:
        closed_at: of the close that it is about; a campaign opened again and closed starts over.
        announced_at: when staff were told what is coming.
        postponed_to: until when owners have put it off, once.
        done_at: when the last person's data had gone.
    """

    campaign_id: int
    closed_at: datetime
    announced_at: datetime | None
    postponed_to: datetime | None
    done_at: datetime | None


async def of(db: Connection, campaign_id: int, closed_at: datetime) -> Retention:
    """How far it has come with a campaign closed at that moment."""
    nothing: dict[str, Any] = {"announced_at": None, "postponed_to": None, "done_at": None}
    await db.execute(
        insert_if_absent(db, table),
        {"campaign_id": campaign_id, "closed_at": closed_at, **nothing},
    )
    await db.execute(
        update(table)
        .where(table.c.campaign_id == campaign_id, table.c.closed_at != closed_at)
        .values(closed_at=closed_at, **nothing)
    )
    found = await db.execute(
        select(table).where(table.c.campaign_id == campaign_id).with_for_update()
    )
    return Retention(**found.one()._mapping)


async def is_done(db: Connection, campaign_id: int, closed_at: datetime | None) -> bool:
    """Whether nobody's data are left of a campaign closed at that moment."""
    found = select(table.c.done_at).where(
        table.c.campaign_id == campaign_id, table.c.closed_at == closed_at
    )
    return await db.scalar(found) is not None


async def peek(db: Connection, campaign_id: int) -> Retention | None:
    """How far it has come, without locking it; None if it has never been looked at."""
    row = (await db.execute(select(table).where(table.c.campaign_id == campaign_id))).one_or_none()
    return Retention(**row._mapping) if row else None


async def note(db: Connection, campaign_id: int, **moments: datetime) -> None:
    """Keep announced_at, postponed_to or done_at (UTC)."""
    await db.execute(update(table).where(table.c.campaign_id == campaign_id).values(moments))


async def people(db: Connection, campaign_id: int, limit: int, now: datetime) -> Sequence[int]:
    """Some of those, by number, who have ever chosen anything about the campaign, are somebody
    still, and are not aside for now."""
    chose = or_(
        *(
            exists().where(one.c.supporter_id == supporters.c.id, one.c.campaign_id == campaign_id)
            for one in (consents, signatures)
        )
    )
    found = await db.scalars(
        select(supporters.c.id)
        .where(
            accounts.somebodys(supporters.c.telegram_id),
            chose,
            ~set_aside.resting(supporters.c.id, set_aside.retention(campaign_id), now),
        )
        .order_by(supporters.c.telegram_id)  # its index leaves out who is nobody already
        .limit(limit)
    )
    return found.all()


async def is_wanted_elsewhere(db: Connection, supporter: Supporter, campaign_id: int) -> bool:
    """Whether the person has to do with another campaign, or works here."""
    me = supporter.id
    elsewhere: tuple[Select[Any], ...] = (
        select(consents.c.id).where(
            consents.c.supporter_id == me, consents.c.campaign_id.is_distinct_from(campaign_id)
        ),
        select(signatures.c.id).where(
            signatures.c.supporter_id == me, signatures.c.campaign_id != campaign_id
        ),
        select(staff.c.id).where(staff.c.telegram_id == supporter.telegram_id),
    )
    for question in elsewhere:
        if (await db.execute(question.limit(1))).first() is not None:
            return True
    return False


async def part(db: Connection, supporter_id: int, campaign_id: int, *, now: datetime) -> None:
    """Take a person out of one campaign: what stays of it belongs to a supporter who is nobody."""
    nobody = await _nobody(db, now)
    signed = (signatures.c.supporter_id == supporter_id) & (signatures.c.campaign_id == campaign_id)
    await personal_data.drop_with_signatures(db, supporter_id, campaign_id)
    emptied = dict(personal_data.HELD["signatures"].emptied)
    await db.execute(
        update(signatures).where(signed).values(**emptied, erased_at=now, supporter_id=nobody)
    )
    asked = select(decisions.c.id).where(decisions.c.campaign_id == campaign_id)
    await db.execute(
        delete(decision_reminders).where(
            decision_reminders.c.supporter_id == supporter_id,
            decision_reminders.c.decision_id.in_(asked),
        )
    )
    for one in _OF_ONE_CAMPAIGN:
        await db.execute(
            delete(one).where(one.c.supporter_id == supporter_id, one.c.campaign_id == campaign_id)
        )
    unnamed = dict(personal_data.HELD["referral_links"].emptied)
    for one, more in ((referrals, {}), (referral_links, unnamed), (consents, {})):
        await db.execute(
            update(one)
            .where(one.c.supporter_id == supporter_id, one.c.campaign_id == campaign_id)
            .values(supporter_id=nobody, **more)
        )
    sent = select(broadcasts.c.id).where(broadcasts.c.campaign_id == campaign_id)
    unread = dict(personal_data.HELD["deliveries"].emptied)
    for one, more in ((deliveries, unread), (broadcast_taps, {})):
        await db.execute(
            update(one)
            .where(one.c.supporter_id == supporter_id, one.c.broadcast_id.in_(sent))
            .values(supporter_id=nobody, **more)
        )


async def drop_the_rest(db: Connection, campaign_id: int) -> bool:
    """What those have left who opened a link or began to sign, and no more.

    Returns:
        Whether there may be more of it.
    """
    mine = select(referral_links.c.id).where(referral_links.c.campaign_id == campaign_id)
    somebody = select(supporters.c.id).where(accounts.somebodys(supporters.c.telegram_id))
    await db.execute(delete(referral_opens).where(referral_opens.c.link_id.in_(mine)))
    await db.execute(
        delete(referrals).where(
            referrals.c.campaign_id == campaign_id, referrals.c.supporter_id.in_(somebody)
        )
    )
    ours = (str(campaign_id), f"reached:{campaign_id}")
    begun = await db.scalars(
        select(dialogs.c.supporter_id)
        .where(or_(*(cast(dialogs.c.answers, String).like(f'%"{key}"%') for key in ours)))
        .order_by(dialogs.c.supporter_id)
        .with_for_update()
        .limit(_PAGE)
    )
    for one in (inbox_messages, inbox_conversations):
        await db.execute(delete(one).where(one.c.campaign_id == campaign_id))
    some = False
    for supporter_id in begun.all():
        answers = await _answers(db, supporter_id)
        kept = {key: form for key, form in answers.items() if key not in ours}
        if kept != answers or not answers:
            some = True
            await db.execute(
                update(dialogs).where(dialogs.c.supporter_id == supporter_id).values(answers=kept)
            )
    return some


async def _answers(db: Connection, supporter_id: int) -> dict[str, Any]:
    """What somebody is in the middle of giving; nothing, if it cannot be decrypted any more."""
    mine = select(dialogs.c.answers).where(dialogs.c.supporter_id == supporter_id)
    try:
        return dict(await db.scalar(mine) or {})
    except DecryptionFailed:
        return {}


async def _nobody(db: Connection, now: datetime) -> int:
    """A new supporter who is nobody: their Telegram number is their own number below zero."""
    made = await db.execute(
        insert(supporters)
        .values(telegram_id=_NEW_NOBODY, first_name="", reachable=False, created_at=now)
        .returning(supporters.c.id)
    )
    nobody: int = made.scalar_one()
    await db.execute(
        update(supporters).where(supporters.c.id == nobody).values(telegram_id=-nobody)
    )
    return nobody
