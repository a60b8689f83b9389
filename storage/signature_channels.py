"""How many have signed by each channel but Telegram: kept with every signature, not counted.

Those of Telegram are what is left of the total, so signing there takes no statement more. Changed
under the lock of the campaign's totals only; see storage.locks.
"""

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select

from storage import drift
from storage.addresses import TELEGRAM
from storage.counters import Tally
from storage.database import Connection
from storage.locks import Lock
from storage.tables import signature_channels as table
from storage.tables import signatures
from storage.together import Change

_TALLY = Tally(table)
_OF = (
    select(table.c.channel, table.c.count)
    .where(table.c.campaign_id == bindparam("campaign"), table.c.count > 0)
    .order_by(table.c.channel)
)


async def count(db: Connection, lock: Lock, channel: str, more: int) -> None:
    """Add to the figure of a channel; nothing for Telegram."""
    if channel == TELEGRAM:
        return
    if not await _TALLY.add(db, more, {"campaign_id": lock.campaign_id, "channel": channel}):
        await drift.note(db, lock.campaign_id)


def one_more(db: Connection, lock: Lock, channel: str) -> list[Change]:
    """What is to be changed when one more has signed; nothing for Telegram."""
    if channel == TELEGRAM:
        return []
    return [_TALLY.one_more(db, {"campaign_id": lock.campaign_id, "channel": channel})]


async def of_campaign(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """How many live signatures came by each channel but Telegram, by its name."""
    rows = await db.execute(_OF, {"campaign": campaign_id})
    return {channel: count for channel, count in rows}  # noqa: C416 - rows are no pairs to mypy


async def recount(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """The same, counted from the signatures."""
    rows = await db.execute(
        select(signatures.c.channel, func.count())
        .where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.status == "live",
            signatures.c.channel != TELEGRAM,
        )
        .group_by(signatures.c.channel)
    )
    return {channel: count for channel, count in rows}  # noqa: C416 - rows are no pairs to mypy
