"""What is kept of the signatures that count, beside their total: where, when and in which language.

Every change of what counts goes through `count`, under the lock of the campaign's totals row.
"""

from datetime import datetime
from typing import Protocol

from storage import areas, signature_times
from storage.database import Connection


class Counted(Protocol):
    """What has to be known of a signature that is counted."""

    @property
    def campaign_id(self) -> int: ...
    @property
    def postcode(self) -> str | None: ...
    @property
    def signed_at(self) -> datetime: ...
    @property
    def language(self) -> str: ...


async def count(db: Connection, signature: Counted, more: int) -> None:
    """Let a signature count in the figures (1), or count no more (-1)."""
    await areas.count(db, signature.campaign_id, signature.postcode, more)
    await signature_times.count(
        db, signature.campaign_id, signature.signed_at, signature.language, more
    )


async def agrees(db: Connection, campaign_id: int) -> bool:
    """Whether the figures are the same as a fresh count, which walks all signatures."""
    return await areas.of_campaign(db, campaign_id) == await areas.recount(
        db, campaign_id
    ) and await signature_times.kept(db, campaign_id) == await signature_times.recount(
        db, campaign_id
    )
