"""What happens in a campaign's life, as staff have written it down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from storage.database import Connection
from storage.tables import events as table

Texts = Mapping[str, Mapping[str, str]]
"""Words by language, then by what they say: {"en": {"who": …, "quote": …}}."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Times are UTC.

    Attributes:
        kind: endorsement, media, event, handin, decision or news.
        starts_at, ends_at: None where it has no time.
        broadcast_id: the update that told of it, or its draft.
        removed_at: when staff took it out of the story; None while it stands in it.
        version: goes up with every change, so that two editors do not overwrite each other.
    """

    id: int
    campaign_id: int
    kind: str
    texts: dict[str, dict[str, str]]
    link: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    broadcast_id: int | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    removed_at: datetime | None
    version: int


_COLUMNS = tuple(table.c[name] for name in Event.__slots__)
_OF_CAMPAIGN = (
    select(*_COLUMNS)
    .where(table.c.campaign_id == bindparam("campaign"), table.c.removed_at.is_(None))
    .order_by(table.c.id.desc())
    .limit(bindparam("most"))
)


async def add(
    db: Connection,
    *,
    campaign_id: int,
    kind: str,
    texts: Texts,
    link: str | None,
    starts_at: datetime | None,
    created_by: int | None,
    now: datetime,
) -> Event:
    """Keep a new one."""
    made = await db.execute(
        insert(table)
        .values(
            campaign_id=campaign_id,
            kind=kind,
            texts={language: dict(words) for language, words in texts.items()},
            link=link,
            starts_at=starts_at,
            created_by=created_by,
            created_at=now,
            updated_at=now,
            version=1,
        )
        .returning(*_COLUMNS)
    )
    return Event(*made.one())


async def of(db: Connection, event_id: int, *, lock: bool = False) -> Event | None:
    """The event of this number, removed or not; locked until the transaction ends, if wanted."""
    query = select(*_COLUMNS).where(table.c.id == event_id)
    row = (await db.execute(query.with_for_update() if lock else query)).one_or_none()
    return Event(*row) if row else None


async def of_campaign(db: Connection, campaign_id: int, limit: int) -> list[Event]:
    """The newest that stand in the campaign's story, newest first."""
    rows = await db.execute(_OF_CAMPAIGN, {"campaign": campaign_id, "most": limit})
    return [Event(*row) for row in rows]


async def change(db: Connection, event: Event, now: datetime, **values: Any) -> bool:
    """Change an event as it was read; False if somebody else has changed or removed it since."""
    done = await db.execute(
        update(table)
        .where(
            table.c.id == event.id, table.c.version == event.version, table.c.removed_at.is_(None)
        )
        .values(version=event.version + 1, updated_at=now, **values)
    )
    return bool(done.rowcount)


async def told_by(db: Connection, event_id: int, broadcast_id: int) -> None:
    """Keep which update tells of it."""
    await db.execute(update(table).where(table.c.id == event_id).values(broadcast_id=broadcast_id))


async def moved(db: Connection, event_id: int, starts_at: datetime, now: datetime) -> None:
    """Keep when it is after all (UTC)."""
    await db.execute(
        update(table)
        .where(table.c.id == event_id)
        .values(starts_at=starts_at, updated_at=now, version=table.c.version + 1)
    )
