"""Who receives updates of which campaign; the ledger of consents is the proof."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from storage import consent_mirror
from storage.database import Connection
from storage.tables import muted_kinds, own_quiet_hours
from storage.tables import subscriptions as table
from storage.upsert import insert_if_absent


async def upsert(
    db: Connection, campaign_id: int, supporter_id: int, *, hears: bool, now: datetime
) -> None:
    """Keep the person's latest choice. `now` is UTC."""
    await consent_mirror.upsert(db, table, campaign_id, supporter_id, agrees=hears, now=now)


async def mute(
    db: Connection, campaign_id: int, supporter_id: int, kind: str, *, muted: bool, now: datetime
) -> None:
    """Keep that a person does not want updates of this kind, or wants them again. `now` is UTC."""
    if muted:
        await db.execute(
            insert_if_absent(db, muted_kinds),
            {
                "campaign_id": campaign_id,
                "supporter_id": supporter_id,
                "kind": kind,
                "since": now,
            },
        )
    else:
        await db.execute(
            delete(muted_kinds).where(
                muted_kinds.c.campaign_id == campaign_id,
                muted_kinds.c.supporter_id == supporter_id,
                muted_kinds.c.kind == kind,
            )
        )


async def muted(db: Connection, campaign_id: int, supporter_id: int) -> set[str]:
    """The kinds of updates about this campaign that the person does not want."""
    return set(
        await db.scalars(
            select(muted_kinds.c.kind).where(
                muted_kinds.c.campaign_id == campaign_id,
                muted_kinds.c.supporter_id == supporter_id,
            )
        )
    )


async def choose_quiet_hours(db: Connection, supporter_id: int, hours: str) -> None:
    """Keep when a person wants no updates, as "22:00-10:00"; "" for whenever there are any."""
    await db.execute(delete(own_quiet_hours).where(own_quiet_hours.c.supporter_id == supporter_id))
    if hours:
        await db.execute(insert(own_quiet_hours).values(supporter_id=supporter_id, hours=hours))


async def quiet_hours(db: Connection, supporter_id: int) -> str:
    """When the person wants no updates; "" if they have not said."""
    found: str | None = await db.scalar(
        select(own_quiet_hours.c.hours).where(own_quiet_hours.c.supporter_id == supporter_id)
    )
    return found or ""


async def of_supporter(db: Connection, supporter_id: int) -> set[int]:
    """The campaigns of which the person hears updates."""
    return set(
        await db.scalars(select(table.c.campaign_id).where(table.c.supporter_id == supporter_id))
    )


async def recount(db: Connection, campaign_id: int) -> set[int]:
    """Who hears updates by the ledger alone."""
    return await consent_mirror.recount(db, "updates", campaign_id)


async def all_of(db: Connection, campaign_id: int) -> set[int]:
    """Who is kept as hearing updates."""
    return await consent_mirror.all_of(db, table, campaign_id)
