"""How often one account may sign: signing and taking one's name off in turns is no campaigning."""

import math
from datetime import datetime

from campaign.limits import Bucket
from storage import signing_allowances
from storage.database import Connection


async def minutes_to_wait(db: Connection, supporter_id: int, an_hour: int, *, now: datetime) -> int:
    """Take one attempt of the account's; 0 if there was one, else how many minutes it has to wait.

    Args:
        an_hour: how many there are in an hour; 0 for any number.
        now: UTC.
    """
    if not an_hour:
        return 0
    bucket = Bucket.full(an_hour, an_hour / 3600, now)
    if kept := await signing_allowances.of(db, supporter_id):
        bucket.left, bucket.at = min(kept[0], bucket.size), kept[1]
    if not bucket.take(now):
        return max(1, math.ceil(bucket.seconds_to_one() / 60))
    await signing_allowances.keep(db, supporter_id, bucket.left, bucket.at)
    return 0
