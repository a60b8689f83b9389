"""Bursts: far more signatures of one kind, within ten minutes, than this campaign is used to.

Every five minutes the ten before are looked at: how many signed by each source link, by each
signer's link, from each postcode, under each name, and how many of all wait for a code by email
that nobody has typed: a program may have codes sent to strangers. The most of each kind is compared
with the most of every other ten minutes in the last two weeks: their median, and around it their
median absolute deviation, which one strange hour does not move
(https://en.wikipedia.org/wiki/Median_absolute_deviation).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from campaign.notifications import notify_staff
from campaign.petition import Petition
from storage import bursts
from storage.bursts import KINDS, Burst
from storage.database import Connection, Database
from storage.invalidation_search import Rule

WINDOW = timedelta(minutes=10)
EVERY = timedelta(minutes=5)
REMEMBERED = timedelta(days=14)
IS_OVER_AFTER = timedelta(hours=1)
MUTED_FOR = timedelta(days=1)
MOST_AHEAD = timedelta(days=1)
LEAST = 20
"""Fewer than that in ten minutes are nothing to tell of, however unusual."""

DEVIATIONS = 5
TIMES_THE_USUAL = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    kind: str
    key: str
    count: int
    usual: int

    @property
    def is_burst(self) -> bool:
        return self.count >= LEAST and self.count > TIMES_THE_USUAL * self.usual


def usual(peaks: Sequence[int]) -> int:
    """What is still usual, by the most of each ten minutes before."""
    if not peaks:
        return 0
    middle = median(peaks)
    deviation = median(abs(peak - middle) for peak in peaks)
    return math.ceil(middle + DEVIATIONS * deviation)


async def detect(database: Database, petition: Petition, *, now: datetime) -> list[int]:
    """Look at what has not been looked at, if it is time, and notify editors of what is new. After
    the clock has been set back, what is looked at once more goes on and is not told again.

    Args:
        now: UTC.

    Returns:
        The numbers of the bursts that are new.
    """
    until = _floor(now)
    async with database.reading() as db:
        before = await bursts.looked_until(db, petition.id)
        if before == until:
            return []
        seen = []
        for kind in KINDS:
            most = await bursts.most(db, petition.id, kind, until - WINDOW, until)
            if most is not None:
                peaks = await bursts.usual_peaks(db, petition.id, kind, until - REMEMBERED)
                seen.append(_Seen(kind, *most, usual(peaks)))
    return await _keep(database, petition, seen, until, now)


async def _keep(
    database: Database, petition: Petition, seen: Sequence[_Seen], until: datetime, now: datetime
) -> list[int]:
    new: list[int] = []
    async with database.transaction() as db:
        if not await bursts.claim(db, petition.id, until):
            return []
        quiet = await bursts.is_muted(db, petition.id, now)
        for one in sorted(seen, key=lambda each: each.count, reverse=True):
            if not one.is_burst:
                await bursts.keep_peak(db, petition.id, one.kind, until, one.count)
                continue
            after = until - IS_OVER_AFTER
            if known := await bursts.going_on(db, petition.id, one.kind, one.key, after):
                await bursts.goes_on(db, known, until, one.count)
                continue
            made = await bursts.add(
                db,
                campaign_id=petition.id,
                kind=one.kind,
                key=one.key,
                since=until - WINDOW,
                until=until,
                count=one.count,
                usual=one.usual,
            )
            if not quiet and not new:  # the same people show under several kinds
                await notify_staff(
                    db,
                    petition.id,
                    "editor",
                    "staff/burst",
                    subject_id=made,
                    dedupe_key=f"burst:{made}",
                    now=now,
                )
            new.append(made)
    return new


async def is_on(db: Connection, petition_id: int | None, now: datetime) -> bool:
    """Whether a burst goes on, or was seen within the last hour. One of days to come, which was
    kept by a clock that has been set back since, is not on.

    Args:
        petition_id: the campaign's; None for any.
        now: UTC.
    """
    return await bursts.is_any(db, petition_id, now - IS_OVER_AFTER, now + MOST_AHEAD)


def rule_of(burst: Burst) -> Rule | None:
    """Exactly the signatures of the burst, as far as it has come; None where they do not count."""
    if burst.kind == "code":
        return None
    if burst.kind in ("link", "referrer"):
        return Rule(since=burst.since, until=burst.until, by=int(burst.key))
    if burst.kind == "postcode":
        return Rule(since=burst.since, until=burst.until, postcode=burst.key)
    return Rule(since=burst.since, until=burst.until, stem=burst.key)


def _floor(now: datetime) -> datetime:
    seconds = EVERY.total_seconds()
    return now - timedelta(seconds=now.timestamp() % seconds)
