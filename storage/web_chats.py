"""What was said in the chats of browsers, to be shown again: the newest of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.database import Connection
from storage.tables import addresses
from storage.tables import web_chats as table

MOST = 40
_SAID = "said"

Bubble = Mapping[str, Any]
"""JSON, made and read by the channel alone."""


@dataclass(frozen=True, slots=True)
class WebChat:
    """One browser's chat.

    Attributes:
        bubbles: the newest 40, oldest first.
        last_number: of the newest message, in the channel's own numbering; 0 before the first.
        updated_at: UTC.
    """

    address_id: int
    bubbles: tuple[Bubble, ...]
    last_number: int
    updated_at: datetime


async def of(db: Connection, address_id: int) -> WebChat | None:
    """What was said there; None if nothing was."""
    found = await db.execute(select(table).where(table.c.address_id == address_id))
    row = found.one_or_none()
    if row is None:
        return None
    said = tuple(row.bubbles.get(_SAID, ()))
    return WebChat(row.address_id, said, row.last_number, row.updated_at)


async def append(
    db: Connection,
    address_id: int,
    bubbles: Sequence[Bubble],
    *,
    last_number: int,
    now: datetime,
) -> WebChat | None:
    """Add bubbles to what was said; the address is locked until the transaction ends.

    Args:
        last_number: of the newest of them; a lower one than is kept leaves that as it is.
        now: UTC.

    Returns:
        What is kept now; None if the address has been forgotten, and so nothing is kept.
    """
    here = select(addresses.c.id).where(addresses.c.id == address_id).with_for_update()
    if await db.scalar(here) is None:
        return None
    before = await of(db, address_id)
    said = (*(before.bubbles if before else ()), *bubbles)[-MOST:]
    last_number = max(last_number, before.last_number if before else 0)
    kept = {"bubbles": {_SAID: list(said)}, "last_number": last_number, "updated_at": now}
    if before is None:
        await db.execute(insert(table).values(address_id=address_id, **kept))
    else:
        await db.execute(update(table).where(table.c.address_id == address_id).values(kept))
    return WebChat(address_id, said, last_number, now)


async def clear(db: Connection, address_id: int) -> None:
    """Forget what was said there."""
    await db.execute(delete(table).where(table.c.address_id == address_id))
