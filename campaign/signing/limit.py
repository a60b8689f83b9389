"""Limit how often one account may sign and withdraw in turns."""

import math
from datetime import datetime, timedelta

from campaign import pseudonyms
from campaign.rate_limits import Bucket
from storage import signing_buckets
from storage.database import Connection

KEPT_FOR = timedelta(hours=1)
"""A bucket that nobody has taken from for so long is full."""


async def minutes_to_wait(
    db: Connection, telegram_id: int, an_hour: int, *, now: datetime, key: bytes = b""
) -> int:
    """Take one attempt of the account's; 0 if there was one, else how many minutes it has to wait.

    The row outlives the process, so its time is the wall clock's. A time in the future was written
    before the clock was set back: it counts from now on, and is kept so even when refused.

    Args:
        an_hour: how many there are in an hour; 0 for any number.
        key: for the hash under which it is kept, which outlives an erasure.
        now: UTC.
    """
    if not an_hour:
        return 0
    bucket = Bucket.full(an_hour, an_hour / 3600, now.timestamp())
    whose = pseudonyms.of_account(key, "signing", telegram_id)
    kept = await signing_buckets.of(db, whose)
    if kept is not None:
        bucket.left, bucket.at = min(kept[0], bucket.size), kept[1].timestamp()
    taken = bucket.take(now.timestamp())
    if taken or (kept is not None and kept[1] > now):
        await signing_buckets.keep(db, whose, bucket.left, now)
    return 0 if taken else max(1, math.ceil(bucket.seconds_to_one() / 60))


async def drop_full(db: Connection, *, now: datetime) -> None:
    """Forget the buckets that are full again."""
    await signing_buckets.drop_before(db, now - KEPT_FOR)
