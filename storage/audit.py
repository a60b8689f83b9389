"""What staff and the command line did, in order; rows are only added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage.database import Connection
from storage.tables import audit_log


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `actor` is a Telegram id, None for the command line; `at` is UTC."""

    id: int
    at: datetime
    actor: int | None
    action: str
    subject: str
    details: dict[str, Any]


async def append(
    db: Connection,
    *,
    at: datetime,
    actor: int | None,
    action: str,
    subject: str,
    details: dict[str, Any],
) -> None:
    """Write an act into the log. No personal data belongs into the details."""
    await db.execute(
        insert(audit_log).values(
            at=at, actor=actor, action=action, subject=subject, details=details
        )
    )


async def latest(db: Connection, n: int) -> list[Entry]:
    """The newest n entries, newest first."""
    columns = [audit_log.c[name] for name in Entry.__slots__]
    rows = await db.execute(select(*columns).order_by(audit_log.c.id.desc()).limit(n))
    return [Entry(*row) for row in rows]


async def last(db: Connection, action: str) -> datetime | None:
    """When this was last done (UTC); None if never."""
    found: datetime | None = await db.scalar(
        select(audit_log.c.at)
        .where(audit_log.c.action == action)
        .order_by(audit_log.c.id.desc())
        .limit(1)
    )
    return found
