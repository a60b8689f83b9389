"""People who may have read words that nobody else has approved: a row for each of both."""

from collections.abc import Collection

from sqlalchemy import func, select

from storage.audiences import CHANNELS, Audience, ids_of
from storage.database import Connection
from storage.tables import campaigns
from storage.tables import unagreed_readers as table
from storage.upsert import insert_if_absent


async def lock(db: Connection, campaign_id: int) -> None:
    """Let nobody else count readers of this campaign until the transaction ends."""
    wanted = select(campaigns.c.id).where(campaigns.c.id == campaign_id)
    await db.execute(wanted.with_for_update(key_share=True))


async def among(
    db: Connection, campaign_id: int, words: str, supporter_ids: Collection[int]
) -> frozenset[int]:
    """Which of these people are counted as readers of these words already."""
    rows = await db.scalars(
        select(table.c.supporter_id).where(
            table.c.campaign_id == campaign_id,
            table.c.words == words,
            table.c.supporter_id.in_(supporter_ids),
        )
    )
    return frozenset(rows)


async def add(db: Connection, campaign_id: int, words: str, supporter_ids: Collection[int]) -> None:
    """Count these people as readers of these words."""
    if supporter_ids:
        given = {"campaign_id": campaign_id, "words": words}
        await db.execute(
            insert_if_absent(db, table), [{**given, "supporter_id": one} for one in supporter_ids]
        )


async def count(db: Connection, campaign_id: int, words: str) -> int:
    """How many people may have read these words."""
    found = select(func.count()).where(table.c.campaign_id == campaign_id, table.c.words == words)
    return await db.scalar(found) or 0


async def count_outside(
    db: Connection, campaign_id: int, words: str, kind: str, audience: Audience
) -> int:
    """How many people may have read these words who are not in an audience."""
    found = select(func.count()).where(
        table.c.campaign_id == campaign_id,
        table.c.words == words,
        *(
            table.c.supporter_id.not_in(ids_of(campaign_id, kind, audience, channel))
            for channel in CHANNELS
        ),
    )
    return await db.scalar(found) or 0
