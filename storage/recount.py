"""Kept figures compared with a fresh count, and brought back to it.

Walks all signatures and referrals of a campaign. How often links were opened, and how many people
began to sign, cannot be counted afresh: what was counted has been erased with the people.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, insert, literal, select, update

from storage import (
    areas,
    broadcast_taps,
    campaigns,
    drift,
    locks,
    signature_channels,
    signature_times,
)
from storage.database import Connection
from storage.referrals import LONGEST_CHAIN
from storage.tables import (
    broadcast_tap_figures,
    broadcasts,
    campaign_referrals,
    campaign_totals,
    invalidations,
    referral_generations,
    referral_links,
    referral_weeks,
    referrals,
    signature_areas,
    signatures,
)
from storage.tables import signature_channels as channels
from storage.tables import signature_times as times

Week = Callable[[datetime], date]
"""The Monday of the week of a moment, where the campaign is."""

Key = tuple[Any, ...]
Counted = Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One kept figure that is not what a fresh count gives.

    Attributes:
        table, column: where it is kept.
        key: of its row, without the campaign.
    """

    table: str
    column: str
    key: Key
    kept: int
    counted: int


@dataclass(frozen=True, slots=True)
class _Figures:
    """One column of kept figures.

    Attributes:
        ours: which rows are meant.
        key: the names of the rows' keys, without what `ours` says.
        counted: what the figures should be, by key.
        new: what else stands in a row that is missing; None: none can be.
    """

    table: Table
    column: str
    ours: ColumnElement[bool]
    key: tuple[str, ...]
    counted: Counted
    new: Mapping[str, int] | None


async def differences(db: Connection, campaign_id: int, week: Week) -> list[Difference]:
    """What is kept otherwise than a fresh count gives it, in the order of the tables."""
    found = []
    for figures in await _figures(db, campaign_id, week):
        found += await _compared(db, figures)
    return found


async def put_right(db: Connection, campaign_id: int, week: Week) -> list[Difference]:
    """Bring all kept figures of a campaign back to a fresh count; gives what was changed.

    Takes the lock of the campaign's totals and counts under it: people who sign or withdraw wait.
    """
    await locks.totals(db, campaign_id)
    changed = []
    for figures in await _figures(db, campaign_id, week):
        for one in await _compared(db, figures):
            await _write(db, figures, one)
            changed.append(one)
    await drift.clear(db, campaign_id)
    return changed


async def _figures(db: Connection, campaign_id: int, week: Week) -> list[_Figures]:
    return [
        *await _totals(db, campaign_id),
        *await _by_signature(db, campaign_id),
        *await _of_links(db, campaign_id),
        await _generations(db, campaign_id),
        *await _of_campaign(db, campaign_id),
        *await _of_weeks(db, campaign_id, week),
        *await _of_taps(db, campaign_id),
    ]


def _of(
    table: Table, column: str, campaign_id: int, key: tuple[str, ...], counted: Counted
) -> _Figures:
    """Figures of a table with a row for each campaign and key."""
    ours = table.c.campaign_id == campaign_id
    return _Figures(table, column, ours, key, counted, {"campaign_id": campaign_id})


async def _totals(db: Connection, campaign_id: int) -> list[_Figures]:
    counted = await campaigns.recount(db, campaign_id)
    given = await db.scalar(
        select(func.max(signatures.c.number)).where(signatures.c.campaign_id == campaign_id)
    )
    named = {"live": counted.live, "offline": max(counted.offline, 0), "last_number": given or 0}
    return [
        _of(campaign_totals, column, campaign_id, (), {(): number})
        for column, number in named.items()
    ]


async def _by_signature(db: Connection, campaign_id: int) -> list[_Figures]:
    by_area = {(area,): n for area, n in (await areas.recount(db, campaign_id)).items()}
    counted = await signature_channels.recount(db, campaign_id)
    by_channel = {(channel,): n for channel, n in counted.items()}
    by_time = await signature_times.recount(db, campaign_id)
    held = await db.execute(
        select(signatures.c.invalidation_id, func.count())
        .where(signatures.c.campaign_id == campaign_id, signatures.c.invalidation_id.is_not(None))
        .group_by(signatures.c.invalidation_id)
    )
    ours = invalidations.c.campaign_id == campaign_id
    return [
        _of(signature_areas, "count", campaign_id, ("area",), by_area),
        _of(channels, "count", campaign_id, ("channel",), by_channel),
        _of(times, "count", campaign_id, ("quarter", "language"), by_time),
        _Figures(invalidations, "held", ours, ("id",), _by_key(held), None),
    ]


async def _of_links(db: Connection, campaign_id: int) -> list[_Figures]:
    """Of each link: signatures, how many of these signers have shared, and whom they brought."""
    own = referral_links.alias("own")
    with_own = referrals.join(
        own,
        and_(
            own.c.campaign_id == referrals.c.campaign_id,
            own.c.supporter_id == referrals.c.supporter_id,
        ),
    )
    credited = _credited(campaign_id)
    by_link = select(referrals.c.link_id, func.count()).group_by(referrals.c.link_id)
    signed = _by_key(await db.execute(by_link.where(*credited)))
    has_shared = own.c.shared_at.is_not(None)
    shared = await db.execute(by_link.select_from(with_own).where(*credited, has_shared))
    friends: Counter[Key] = Counter()
    own_links = select(referrals.c.link_id, own.c.id).select_from(with_own).where(*credited)
    for link_id, own_id in await db.execute(own_links):
        friends[(link_id,)] += signed.get((own_id,), 0)
    ours = referral_links.c.campaign_id == campaign_id
    columns = {"signatures": signed, "shared": _by_key(shared), "friends": friends}
    return [
        _Figures(referral_links, column, ours, ("id",), counted, None)
        for column, counted in columns.items()
    ]


async def _generations(db: Connection, campaign_id: int) -> _Figures:
    """How many signed because of each personal link, in each generation; up the chain of those who
    asked, as storage.referrals.CHAIN goes."""
    person = (referral_links.c.kind == "person", referral_links.c.campaign_id == campaign_id)
    chain = (
        select(
            referral_links.c.id.label("link_id"),
            referral_links.c.supporter_id,
            literal(1).label("generation"),
            func.count().label("people"),
        )
        .join(referrals, referrals.c.link_id == referral_links.c.id)
        .where(*person, *_credited(campaign_id))
        .group_by(referral_links.c.id, referral_links.c.supporter_id)
        .cte("chain", recursive=True)
    )
    above = referral_links.alias("above")
    came = and_(
        referrals.c.campaign_id == campaign_id,
        referrals.c.supporter_id == chain.c.supporter_id,
    )
    chain = chain.union_all(
        select(above.c.id, above.c.supporter_id, chain.c.generation + 1, chain.c.people)
        .join(referrals, came)
        .join(above, and_(above.c.id == referrals.c.link_id, above.c.kind == "person"))
        .where(chain.c.generation < LONGEST_CHAIN)
    )
    rows = await db.execute(
        select(chain.c.link_id, chain.c.generation, func.sum(chain.c.people)).group_by(
            chain.c.link_id, chain.c.generation
        )
    )
    counted = {(link_id, generation): int(people) for link_id, generation, people in rows}
    ours = referral_generations.c.link_id.in_(select(referral_links.c.id).where(*person))
    key = ("link_id", "generation")
    return _Figures(referral_generations, "people", ours, key, counted, {})


async def _of_campaign(db: Connection, campaign_id: int) -> list[_Figures]:
    signed, friends = (
        await db.execute(
            select(func.count(), func.count(referral_links.c.supporter_id))
            .select_from(referrals)
            .join(referral_links, referral_links.c.id == referrals.c.link_id)
            .where(*_credited(campaign_id))
        )
    ).one()
    their_own = and_(
        referral_links.c.campaign_id == signatures.c.campaign_id,
        referral_links.c.supporter_id == signatures.c.supporter_id,
    )
    shared = await db.scalar(
        select(func.count())
        .select_from(signatures)
        .join(referral_links, their_own)
        .where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.status == "live",
            referral_links.c.shared_at.is_not(None),
        )
    )
    named = {"signatures": signed, "shared": shared or 0, "friends": friends}
    return [
        _of(campaign_referrals, column, campaign_id, (), {(): number})
        for column, number in named.items()
    ]


async def _of_weeks(db: Connection, campaign_id: int, week: Week) -> list[_Figures]:
    friends = await db.execute(
        select(referrals.c.week, func.count())
        .where(*_credited(campaign_id), referrals.c.week.is_not(None))
        .group_by(referrals.c.week)
    )
    signers: Counter[Key] = Counter()
    for (quarter, _), signed in (await signature_times.recount(db, campaign_id)).items():
        signers[(week(datetime.fromtimestamp(quarter * signature_times.SECONDS, UTC)),)] += signed
    return [
        _of(referral_weeks, "signers", campaign_id, ("week",), signers),
        _of(referral_weeks, "friends", campaign_id, ("week",), _by_key(friends)),
    ]


async def _of_taps(db: Connection, campaign_id: int) -> list[_Figures]:
    ids = await db.scalars(select(broadcasts.c.id).where(broadcasts.c.campaign_id == campaign_id))
    table, found = broadcast_tap_figures, []
    for one in ids.all():
        counted = {(button,): n for button, n in (await broadcast_taps.recount(db, one)).items()}
        ours, new = table.c.broadcast_id == one, {"broadcast_id": one}
        found.append(_Figures(table, "count", ours, ("button",), counted, new))
    return found


def _credited(campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    return referrals.c.campaign_id == campaign_id, referrals.c.credited_at.is_not(None)


def _by_key(rows: Iterable[Any]) -> Counted:
    return {(key,): int(number) for key, number in rows}


async def _compared(db: Connection, figures: _Figures) -> list[Difference]:
    table = figures.table
    columns = (*(table.c[name] for name in figures.key), table.c[figures.column])
    rows = await db.execute(select(*columns).where(figures.ours))
    kept = {tuple(row[:-1]): row[-1] for row in rows}
    found = [
        Difference(table.name, figures.column, one, kept.get(one, 0), figures.counted.get(one, 0))
        for one in sorted(kept.keys() | figures.counted.keys())
    ]
    return [one for one in found if one.kept != one.counted]


async def _write(db: Connection, figures: _Figures, one: Difference) -> None:
    table = figures.table
    key = dict(zip(figures.key, one.key, strict=True))
    theirs = [table.c[name] == value for name, value in key.items()]
    done = await db.execute(
        update(table).where(figures.ours, *theirs).values({one.column: one.counted})
    )
    if done.rowcount or figures.new is None:
        return
    row: dict[str, Any] = {
        column.name: 0 for column in table.c if not (column.primary_key or column.nullable)
    }
    row |= {**figures.new, **key, one.column: one.counted}
    await db.execute(insert(table).values(row))
