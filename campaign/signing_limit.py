"""How often one account may sign: signing and taking one's name off in turns is no campaigning."""

import math
from datetime import datetime, timedelta

from campaign import pseudonyms
from campaign.limits import Bucket
from storage import signing_buckets
from storage.database import Connection

KEPT_FOR = timedelta(hours=1)
"""A bucket that nobody has taken from for so long is full."""


async def minutes_to_wait(
    db: Connection, telegram_id: int, an_hour: int, *, now: datetime, key: bytes = b""
) -> int:
    """Take one attempt of the account's; 0 if there was one, else how many minutes it has to wait.

    Args:
        an_hour: how many there are in an hour; 0 for any number.
        key: for the hash under which it is kept, which outlives an erasure.
        now: UTC.
    """
    if not an_hour:
        return 0
    bucket = Bucket.full(an_hour, an_hour / 3600, now)
    whose = pseudonyms.of_account(key, "signing", telegram_id)
    if kept := await signing_buckets.of(db, whose):
        bucket.left, bucket.at = min(kept[0], bucket.size), kept[1]
    if not bucket.take(now):
        return max(1, math.ceil(bucket.seconds_to_one() / 60))
    await signing_buckets.keep(db, whose, bucket.left, bucket.at)
    return 0


async def drop_full(db: Connection, *, now: datetime) -> None:
    """Forget the buckets that are full again."""
    await signing_buckets.drop_before(db, now - KEPT_FOR)
