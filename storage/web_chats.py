"""What was said in the chats of browsers, to be shown again: the newest of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

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


_COLUMNS = tuple(table.c[name] for name in WebChat.__slots__)
_OF = select(*_COLUMNS).where(table.c.address_id == bindparam("whose"))
_LOCK = select(addresses.c.id).where(addresses.c.id == bindparam("whose")).with_for_update()
_KEPT: dict[str, Any] = {
    "bubbles": bindparam("said"),
    "last_number": bindparam("number"),
    "updated_at": bindparam("now"),
}
_ADD = insert(table).values(address_id=bindparam("whose"), **_KEPT)
_CHANGE = update(table).where(table.c.address_id == bindparam("whose")).values(_KEPT)


async def of(db: Connection, address_id: int) -> WebChat | None:
    """What was said there; None if nothing was."""
    row = (await db.execute(_OF, {"whose": address_id})).one_or_none()
    return chat_of(row) if row else None


def chat_of(row: Sequence[Any]) -> WebChat:
    """A row of the table's columns, in the order of WebChat's."""
    address_id, bubbles, last_number, updated_at = row
    return WebChat(address_id, tuple(bubbles.get(_SAID, ())), last_number, updated_at)


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
        last_number: of the newest of them; a lower one than is kept leaves that as it is. With the
            one that is kept nothing is added: two processes may answer one act.
        now: UTC.

    Returns:
        What is kept now; None if the address has been forgotten, and so nothing is kept.
    """
    if await db.scalar(_LOCK, {"whose": address_id}) is None:
        return None
    before = await of(db, address_id)
    if before is not None and last_number and last_number == before.last_number:
        return before
    said = (*(before.bubbles if before else ()), *bubbles)[-MOST:]
    last_number = max(last_number, before.last_number if before else 0)
    given = {"whose": address_id, "said": {_SAID: list(said)}, "number": last_number, "now": now}
    await db.execute(_CHANGE if before else _ADD, given)
    return WebChat(address_id, said, last_number, now)


async def clear(db: Connection, address_id: int) -> None:
    """Forget what was said there."""
    await db.execute(delete(table).where(table.c.address_id == address_id))
