"""Find the people of an audience, page by page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    union_all,
)

from storage import email_subscriptions as by_email
from storage import other_campaigns
from storage.addresses import EMAIL, TELEGRAM
from storage.database import Connection
from storage.tables import (
    decision_reminders,
    email_subscriptions,
    muted_kinds,
    referral_links,
    referrals,
    signatures,
    subscriptions,
    supporters,
)
from storage.tables import other_campaigns as agreed

ANNOUNCEMENT = "campaign"
"""The kind of update that tells people of a new campaign."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is to hear: always people who chose to hear updates of that kind and can be reached. Of
    a new campaign, those who agreed to hear of others; of the rest only `languages` counts then.

    Attributes:
        who: all of them, or only those who have signed, or have not; or those who agreed to hear
            of other campaigns.
        languages: people whose chosen or Telegram language is one of these; all if empty.
        areas: postcode areas, the letters before the first figure ("SW", "E"); all if empty.
        signed_after, signed_before: UTC.
        referred: only people who have (True) or have not (False) brought somebody.
        source_id: only people who came by this link.
        reminder_of: those who want to be reminded of this decision, and nobody else. They agreed to
            that one message, whether or not they hear updates; no other filter counts.
    """

    who: Literal["everyone", "signers", "not_signed", "other_campaigns"] = "everyone"
    languages: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    signed_after: datetime | None = None
    signed_before: datetime | None = None
    referred: bool | None = None
    source_id: int | None = None
    reminder_of: int | None = None


CHANNELS = (TELEGRAM, EMAIL)
"""By which updates go, each person's by the first of these that reaches them."""


async def count(
    db: Connection, campaign_id: int, kind: str, audience: Audience, *, after: int = 0
) -> int:
    """How many would get an update of this kind now, of those whose id is greater than `after`."""
    found = await count_by_channel(db, campaign_id, kind, audience, after=after)
    return sum(found.values())


async def count_by_channel(
    db: Connection, campaign_id: int, kind: str, audience: Audience, *, after: int = 0
) -> dict[str, int]:
    """The same for each channel."""
    return {
        channel: await _count(db, ids_of(campaign_id, kind, audience, channel), after)
        for channel in CHANNELS
    }


async def _count(db: Connection, query: Select[int], after: int) -> int:
    (supporter_id,) = query.selected_columns
    found = (query.where(supporter_id > after) if after else query).subquery()
    return await db.scalar(select(func.count()).select_from(found)) or 0


async def page(
    db: Connection,
    campaign_id: int,
    kind: str,
    audience: Audience,
    *,
    channels: Collection[str],
    after: int,
    limit: int,
) -> Mapping[int, str]:
    """The next supporters that any of these channels reaches, each with that channel. One
    statement: who comes into a chat at this moment is found in one of them, and not in none."""
    pages = []
    for channel in channels:
        found = ids_of(campaign_id, kind, audience, channel)
        (supporter_id,) = found.selected_columns
        theirs = found.where(supporter_id > after).order_by(supporter_id).limit(limit).subquery()
        pages.append(select(*theirs.columns, literal(channel)))
    rows = await db.execute(union_all(*pages).order_by(text("1")).limit(limit))
    return {row[0]: row[1] for row in rows}


def _reminded(decision_id: int) -> Select[int]:
    return (
        select(decision_reminders.c.supporter_id)
        .join(supporters, supporters.c.id == decision_reminders.c.supporter_id)
        .where(decision_reminders.c.decision_id == decision_id, supporters.c.reachable)
    )


def _reminded_by_email(campaign_id: int, decision_id: int) -> Select[int]:
    """Those whose chat cannot be written to, if they hear of the petition by email."""
    who = decision_reminders.c.supporter_id
    return (
        select(who)
        .join(supporters, supporters.c.id == who)
        .join(email_subscriptions, email_subscriptions.c.supporter_id == who)
        .where(
            decision_reminders.c.decision_id == decision_id,
            email_subscriptions.c.campaign_id == campaign_id,
            by_email.reaches(who),
            not_(supporters.c.reachable),
        )
    )


def ids_of(campaign_id: int, kind: str, audience: Audience, channel: str = TELEGRAM) -> Select[int]:
    """The query for the supporter ids of an audience that a channel reaches. News of other
    campaigns is agreed to in a chat, and comes there."""
    if channel == EMAIL:
        if kind == ANNOUNCEMENT:
            return _nobody()
        if audience.reminder_of is not None:
            return _reminded_by_email(campaign_id, audience.reminder_of)
        return _of_language(_by_email(campaign_id, kind, audience), audience)
    if audience.reminder_of is not None:
        return _reminded(audience.reminder_of)
    chosen = _who_hears_of_others if kind == ANNOUNCEMENT else _subscribers
    query = chosen(campaign_id, kind, audience)
    return _of_language(query, audience)


def _nobody() -> Select[int]:
    return select(subscriptions.c.supporter_id).where(false())


def _of_language(query: Select[int], audience: Audience) -> Select[int]:
    if not audience.languages:
        return query
    spoken = func.coalesce(supporters.c.language, supporters.c.telegram_language, "")
    return query.where(
        or_(*(spoken.startswith(code, autoescape=True) for code in audience.languages))
    )


def _who_hears_of_others(campaign_id: int, kind: str, _: Audience) -> Select[int]:
    """Each once, however many campaigns they agreed under."""
    who = agreed.c.supporter_id
    return (
        select(who)
        .distinct()
        .join(supporters, supporters.c.id == who)
        .where(
            agreed.c.campaign_id.in_(other_campaigns.others_of(campaign_id)),
            supporters.c.reachable,
            other_campaigns.never_signed(who, campaign_id),
            _not_muted(campaign_id, kind, who),
        )
    )


def _not_muted(campaign_id: int, kind: str, who: ColumnElement[int]) -> ColumnElement[bool]:
    return ~exists().where(
        muted_kinds.c.campaign_id == campaign_id,
        muted_kinds.c.supporter_id == who,
        muted_kinds.c.kind == kind,
    )


def _subscribers(campaign_id: int, kind: str, audience: Audience) -> Select[int]:
    who = subscriptions.c.supporter_id
    query = (
        select(who)
        .join(supporters, supporters.c.id == who)
        .where(subscriptions.c.campaign_id == campaign_id, supporters.c.reachable)
    )
    return query.where(*_chosen(campaign_id, kind, audience, who))


def _by_email(campaign_id: int, kind: str, audience: Audience) -> Select[int]:
    """Those who are not reached in a chat; nobody gets it twice."""
    who = email_subscriptions.c.supporter_id
    in_chat = and_(
        supporters.c.reachable,
        exists().where(
            subscriptions.c.campaign_id == campaign_id, subscriptions.c.supporter_id == who
        ),
    )
    query = (
        select(who)
        .join(supporters, supporters.c.id == who)
        .where(email_subscriptions.c.campaign_id == campaign_id, by_email.reaches(who), ~in_chat)
    )
    return query.where(*_chosen(campaign_id, kind, audience, who))


def _chosen(
    campaign_id: int, kind: str, audience: Audience, who: ColumnElement[int]
) -> list[ColumnElement[bool]]:
    """What an audience asks of the people who hear updates."""
    live = and_(
        signatures.c.campaign_id == campaign_id,
        signatures.c.supporter_id == who,
        signatures.c.status == "live",
    )
    has_a_signature = and_(  # who is told that theirs does not count now is not asked to sign
        signatures.c.campaign_id == campaign_id,
        signatures.c.supporter_id == who,
        signatures.c.status != "withdrawn",
    )
    of_signers = [
        condition
        for condition in (
            or_(*(_in_area(area) for area in audience.areas)) if audience.areas else None,
            signatures.c.signed_at >= audience.signed_after if audience.signed_after else None,
            signatures.c.signed_at < audience.signed_before if audience.signed_before else None,
        )
        if condition is not None
    ]
    asked = [_not_muted(campaign_id, kind, who)]
    if audience.who == "signers" or of_signers:
        asked.append(exists().where(live, *of_signers))
    if audience.who == "not_signed":
        asked.append(~exists().where(has_a_signature))
    if audience.referred is not None:
        brought = exists().where(
            referral_links.c.campaign_id == campaign_id,
            referral_links.c.supporter_id == who,
            referral_links.c.signatures > 0,
        )
        asked.append(brought if audience.referred else ~brought)
    if audience.source_id is not None:
        asked.append(
            exists().where(
                referrals.c.campaign_id == campaign_id,
                referrals.c.supporter_id == who,
                referrals.c.link_id == audience.source_id,
            )
        )
    return asked


def _in_area(area: str) -> ColumnElement[bool]:
    """E is E1 and E17, and neither EC1 nor EH1; BFPO is "BFPO 57"."""
    beginning = func.substr(signatures.c.postcode, 1, len(area))
    after = func.substr(signatures.c.postcode, len(area) + 1, 1)
    return and_(beginning == area, or_(after == " ", after.between("0", "9")))
