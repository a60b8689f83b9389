"""Tokens that prove that two addresses are one person's: only their SHA-256 is kept."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from storage.database import Connection
from storage.tables import join_tokens as table


@dataclass(frozen=True, slots=True)
class JoinToken:
    """One token.

    Attributes:
        hash: SHA-256 of the token, hexadecimal.
        supporter_id: who has asked for it.
        wish: what they want to go on with, a code of ours.
        expires_at, used_at: UTC.
    """

    hash: str
    supporter_id: int
    wish: str
    expires_at: datetime
    used_at: datetime | None


async def add(db: Connection, token: JoinToken) -> None:
    """Keep a token."""
    await db.execute(insert(table).values(asdict(token)))


async def of(db: Connection, hash_: str) -> JoinToken | None:
    """The token with this hash; None if there is none, or its person has been erased."""
    row = (await db.execute(select(table).where(table.c.hash == hash_))).one_or_none()
    return JoinToken(**row._mapping) if row else None


async def use(db: Connection, hash_: str, now: datetime) -> bool:
    """Note that it has been used (UTC); False if it has been before, or is gone."""
    done = await db.execute(
        update(table)
        .where(table.c.hash == hash_, table.c.used_at.is_(None))
        .values(used_at=now)
        .returning(table.c.hash)
    )
    return done.scalar_one_or_none() is not None


async def drop_of(db: Connection, supporter_id: int) -> None:
    """Forget those that a person has asked for."""
    await db.execute(delete(table).where(table.c.supporter_id == supporter_id))


async def drop_old(db: Connection, before: datetime) -> None:
    """Forget those that expired before a moment (UTC)."""
    await db.execute(delete(table).where(table.c.expires_at < before))
