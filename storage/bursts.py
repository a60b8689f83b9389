"""Bursts of signatures that were noticed, and what is usual."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update

from storage.database import Connection
from storage.invalidation_search import DIGITS
from storage.tables import burst_looks as looks
from storage.tables import burst_peaks as peaks
from storage.tables import bursts as table
from storage.tables import pending_addresses, referral_links, referrals, signatures
from storage.upsert import insert_if_absent

KINDS = ("link", "referrer", "postcode", "name", "code")


@dataclass(frozen=True, slots=True)
class Burst:
    """Far more signatures of one kind than usual.

    Attributes:
        kind: "link" (by a source link), "referrer" (by one signer's link), "postcode", "name", or
            "code" (waiting for the code from an email).
        key: the link's id, the postcode, or the folded name without the figures at its end; "" of
            those that wait.
        since, until: UTC.
        count: the most in ten minutes.
        usual: how many there are at most, usually.
    """

    id: int
    campaign_id: int
    kind: str
    key: str
    since: datetime
    until: datetime
    count: int
    usual: int


_COLUMNS = tuple(table.c[name] for name in Burst.__slots__)


async def most(
    db: Connection, campaign_id: int, kind: str, since: datetime, until: datetime
) -> tuple[str, int] | None:
    """The key with most signatures in that time, and how many; None if there are none. Those that
    do not count matter for the kind "code" alone.

    Looks at the signatures of that time only, by their index.
    """
    if kind == "name":
        return await _most_of_a_name(db, _live(campaign_id, since, until))
    if kind == "code":
        found = await _waiting(db, campaign_id, since, until)
        return ("", found) if found else None
    count = func.count()
    rows = await db.execute(
        _by(kind, campaign_id, since, until).add_columns(count).order_by(count.desc()).limit(1)
    )
    row = rows.one_or_none()
    return (str(row[0]), int(row[1])) if row else None


async def _waiting(db: Connection, campaign_id: int, since: datetime, until: datetime) -> int:
    """How many signatures and addresses wait for a code. An address that was given without a
    word of any campaign counts in each."""
    signed = select(func.count()).where(*_signed("pending", campaign_id, since, until))
    given = select(func.count()).where(
        or_(
            pending_addresses.c.campaign_id == campaign_id,
            pending_addresses.c.campaign_id.is_(None),
        ),
        pending_addresses.c.since >= since,
        pending_addresses.c.since < until,
    )
    return int(await db.scalar(signed) or 0) + int(await db.scalar(given) or 0)


async def looked_until(db: Connection, campaign_id: int) -> datetime | None:
    """Up to when somebody has looked (UTC)."""
    found = await db.execute(select(looks.c.until).where(looks.c.campaign_id == campaign_id))
    row = found.one_or_none()
    return row[0] if row else None


async def claim(db: Connection, campaign_id: int, until: datetime) -> bool:
    """Look up to then; False if another process has."""
    made = await db.execute(
        insert_if_absent(db, looks, looks.c.campaign_id),
        {"campaign_id": campaign_id, "until": until, "muted_until": None},
    )
    if made.scalar_one_or_none() is not None:
        return True
    done = await db.execute(
        update(looks)
        .where(looks.c.campaign_id == campaign_id, looks.c.until != until)
        .values(until=until)
    )
    return bool(done.rowcount)


async def is_muted(db: Connection, campaign_id: int, now: datetime) -> bool:
    """Whether staff want to hear nothing of it now."""
    found = await db.execute(
        select(looks.c.muted_until).where(
            looks.c.campaign_id == campaign_id, looks.c.muted_until > now
        )
    )
    return found.one_or_none() is not None


async def mute(db: Connection, campaign_id: int, until: datetime) -> None:
    """Say nothing of it until then (UTC)."""
    await db.execute(
        update(looks).where(looks.c.campaign_id == campaign_id).values(muted_until=until)
    )


async def usual_peaks(db: Connection, campaign_id: int, kind: str, since: datetime) -> list[int]:
    """The most of each ten minutes in which anybody signed and nothing was unusual."""
    rows = await db.scalars(
        select(peaks.c.peak)
        .where(peaks.c.campaign_id == campaign_id, peaks.c.kind == kind, peaks.c.at >= since)
        .order_by(peaks.c.at)
    )
    return list(rows)


async def keep_peak(db: Connection, campaign_id: int, kind: str, at: datetime, peak: int) -> None:
    """Keep how many there were at most, as something usual."""
    await db.execute(
        insert_if_absent(db, peaks),
        {"campaign_id": campaign_id, "kind": kind, "at": at, "peak": peak},
    )


async def going_on(
    db: Connection, campaign_id: int, kind: str, key: str, after: datetime
) -> Burst | None:
    """The burst of this kind that was still seen after that time."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(
            table.c.campaign_id == campaign_id,
            table.c.kind == kind,
            table.c.key == key,
            table.c.until >= after,
        )
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return Burst(*row) if row else None


async def is_any(
    db: Connection, campaign_id: int | None, after: datetime, before: datetime
) -> bool:
    """Whether any burst was last seen between those times (UTC), both included.

    Args:
        campaign_id: the campaign's; None for any.
    """
    wanted = select(table.c.id).where(table.c.until.between(after, before)).limit(1)
    if campaign_id is not None:
        wanted = wanted.where(table.c.campaign_id == campaign_id)
    return (await db.execute(wanted)).one_or_none() is not None


async def add(db: Connection, **values: Any) -> int:
    """Keep a new burst; gives its number."""
    made = await db.execute(insert(table).values(told=True, **values).returning(table.c.id))
    return int(made.scalar_one())


async def goes_on(db: Connection, burst: Burst, until: datetime, count: int) -> None:
    """It lasts until then, at least."""
    most_so_far = max(burst.count, count)
    await db.execute(
        update(table)
        .where(table.c.id == burst.id)
        .values(until=max(burst.until, until), count=most_so_far)
    )


async def of(db: Connection, burst_id: int) -> Burst | None:
    """The burst of this number."""
    row = (await db.execute(select(*_COLUMNS).where(table.c.id == burst_id))).one_or_none()
    return Burst(*row) if row else None


def _live(campaign_id: int, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return _signed("live", campaign_id, since, until)


def _signed(
    status: str, campaign_id: int, since: datetime, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (
        signatures.c.campaign_id == campaign_id,
        signatures.c.status == status,
        signatures.c.signed_at >= since,
        signatures.c.signed_at < until,
    )


async def _most_of_a_name(
    db: Connection, of_that_time: Sequence[ColumnElement[bool]]
) -> tuple[str, int] | None:
    """Names that differ in the figures at their end are one; sealed ones only tell whether they are
    the same."""
    key, stems = signatures.c.name_key, Counter[str]()
    names = select(key, func.count()).where(*of_that_time, key != "").group_by(key)
    for name_key, count in await db.execute(names):
        stems[name_key.rstrip(DIGITS)] += count
    del stems[""]
    return stems.most_common(1)[0] if stems else None


def _by(kind: str, campaign_id: int, since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Signatures of that time, in groups."""
    of_that_time = _live(campaign_id, since, until)
    key: ColumnElement[Any]
    if kind in ("link", "referrer"):
        key = referrals.c.link_id
        link_kind = "source" if kind == "link" else "person"
        return (
            select(key)
            .select_from(signatures)
            .join(
                referrals,
                (referrals.c.campaign_id == signatures.c.campaign_id)
                & (referrals.c.supporter_id == signatures.c.supporter_id),
            )
            .join(
                referral_links,
                (referral_links.c.id == key) & (referral_links.c.kind == link_kind),
            )
            .where(*of_that_time)
            .group_by(key)
        )
    key = signatures.c.postcode
    return select(key).where(*of_that_time, key != "").group_by(key)
