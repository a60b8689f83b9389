"""What is kept of the signatures that count, beside their total: where, when, in which language and
by which channel.

Every change of what counts goes through `count`, under the lock of the campaign's totals row.
"""

from datetime import datetime
from typing import Protocol

from storage import areas, drift, locks, signature_channels, signature_times
from storage.database import Connection
from storage.locks import Lock
from storage.together import change_together


class Counted(Protocol):
    """What has to be known of a signature that is counted."""

    @property
    def postcode(self) -> str | None: ...
    @property
    def signed_at(self) -> datetime: ...
    @property
    def language(self) -> str: ...
    @property
    def channel(self) -> str: ...


async def count(db: Connection, lock: Lock, signature: Counted, more: int) -> None:
    """Let a signature of the locked campaign count in the figures (1), or count no more (-1)."""
    where, when = signature.postcode, (signature.signed_at, signature.language)
    if more == 1:
        one_more = (
            *areas.one_more(db, lock, where),
            *signature_channels.one_more(db, lock, signature.channel),
            signature_times.one_more(db, lock, *when),
        )
        await change_together(db, *one_more)
        return
    await areas.count(db, lock, where, more)
    await signature_channels.count(db, lock, signature.channel, more)
    await signature_times.count(db, lock, *when, more)


async def count_no_more(db: Connection, lock: Lock, signature: Counted, now: datetime) -> None:
    """Take a signature that was live under the lock out of the total and the figures."""
    if lock.totals.live < 1:
        await drift.note(db, lock.campaign_id)
    await locks.count(db, lock.campaign_id, live=-1, now=now)
    await count(db, lock, signature, -1)
