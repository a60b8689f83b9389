"""Tables of paper signatures that staff have sent: what was found in them, and what came of it.

No row of a table is kept: only how many there were, and on which lines something was wrong.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from storage.database import Connection
from storage.tables import offline_imports, signatures


@dataclass(frozen=True, slots=True)
class Import:
    """One table.

    Attributes:
        status: "queued", "looked", "failed", "counted", "undone" or "thrown".
        requested_by: a supporter's id; None from the command line.
        requested_at: UTC.
        file_id: Telegram's; None from the command line.
        columns: which column holds what, by number from 0; None: to be guessed.
        answers: what staff have said of its doubts; words that our buttons have sent.
        report: what was found; see campaign/paper/check_table.py.
        entry_id: the paper signatures that were counted from it.
        attempts: how often looking at it has begun without coming to an end.
    """

    id: int
    campaign_id: int
    requested_by: int | None
    requested_at: datetime
    status: str
    file_id: str | None
    file_name: str
    sha256: str | None
    columns: dict[str, int] | None
    answers: dict[str, str] | None
    report: dict[str, Any] | None
    entry_id: int | None
    attempts: int


_COLUMNS = tuple(offline_imports.c[name] for name in Import.__slots__)


async def add(
    db: Connection,
    *,
    campaign_id: int,
    requested_by: int | None,
    file_id: str | None,
    file_name: str,
    now: datetime,
    **more: Any,
) -> Import:
    """Keep that a table has come, to be looked at."""
    made = await db.execute(
        insert(offline_imports)
        .values(
            campaign_id=campaign_id,
            requested_by=requested_by,
            requested_at=now,
            status="queued",
            file_id=file_id,
            file_name=file_name,
            **more,
        )
        .returning(*_COLUMNS)
    )
    return Import(*made.one())


async def of(db: Connection, import_id: int) -> Import | None:
    """The import of this number."""
    row = (
        await db.execute(select(*_COLUMNS).where(offline_imports.c.id == import_id))
    ).one_or_none()
    return Import(*row) if row else None


async def claim(db: Connection) -> Import | None:
    """Take the next that came by the chat and has not been looked at, those tried before last, and
    count the attempt, which stays counted if the process does not live to give it back."""
    row = await db.scalar(
        select(offline_imports.c.id)
        .where(offline_imports.c.status == "queued", offline_imports.c.file_id.is_not(None))
        .order_by(offline_imports.c.attempts, offline_imports.c.id)
        .limit(1)
    )
    if row is None:
        return None
    claimed = await db.execute(
        update(offline_imports)
        .where(offline_imports.c.id == row, offline_imports.c.status == "queued")
        .values(attempts=offline_imports.c.attempts + 1)
        .returning(*_COLUMNS)
    )
    found = claimed.one_or_none()
    return Import(*found) if found else None


async def give_back(db: Connection, import_id: int) -> None:
    """Uncount an attempt that was broken off for no fault of the table's."""
    await db.execute(
        update(offline_imports)
        .where(offline_imports.c.id == import_id, offline_imports.c.attempts > 0)
        .values(attempts=offline_imports.c.attempts - 1)
    )


async def move(
    db: Connection, import_id: int, before: Collection[str], after: str, **values: Any
) -> bool:
    """Change the state if it is one of these; gives whether it was."""
    changed = await db.execute(
        update(offline_imports)
        .where(offline_imports.c.id == import_id, offline_imports.c.status.in_(before))
        .values(status=after, **values)
    )
    return bool(changed.rowcount)


async def counted_before(db: Connection, campaign_id: int, sha256: str) -> bool:
    """Whether the very same file stands counted."""
    found = await db.scalar(
        select(offline_imports.c.id)
        .where(
            offline_imports.c.campaign_id == campaign_id,
            offline_imports.c.sha256 == sha256,
            offline_imports.c.status == "counted",
        )
        .limit(1)
    )
    return found is not None


async def undone(db: Connection, entry_id: int) -> None:
    """What was counted from an import has been taken back; other entries come from none."""
    await db.execute(
        update(offline_imports)
        .where(offline_imports.c.entry_id == entry_id)
        .values(status="undone")
    )


async def signers_named(
    db: Connection, campaign_id: int, name_keys: Collection[str]
) -> list[tuple[str, str | None, str | None]]:
    """Who has signed in the chat under one of these folded names: name, postcode and email."""
    rows = await db.execute(
        select(signatures.c.name_key, signatures.c.postcode, signatures.c.email_key).where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.status == "live",
            signatures.c.name_key.in_(name_keys),
        )
    )
    return [(name, postcode, email) for name, postcode, email in rows]
