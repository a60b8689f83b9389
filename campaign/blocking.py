"""Accounts that cannot sign, and whose links bring no credit. They can still read, withdraw, stop
the messages and have their data: those are rights, not favours."""

from datetime import datetime

from storage import audit, blocks
from storage.database import Connection


async def block(db: Connection, supporter_id: int, by: int | None, *, now: datetime) -> bool:
    """Let an account sign nothing any more; a signature that is there stays. False if it is so.

    Args:
        by: the Telegram id of who does it; None for the terminal.
    """
    done = await blocks.add(db, supporter_id, by, now)
    if done:
        await _note(db, "account.block", supporter_id, by, now)
    return done


async def unblock(db: Connection, supporter_id: int, by: int | None, *, now: datetime) -> bool:
    """Let an account sign again. False if it can anyway."""
    done = await blocks.remove(db, supporter_id)
    if done:
        await _note(db, "account.unblock", supporter_id, by, now)
    return done


async def _note(
    db: Connection, action: str, supporter_id: int, by: int | None, now: datetime
) -> None:
    subject = f"supporter:{supporter_id}"
    await audit.append(db, at=now, actor=by, action=action, subject=subject, details={})
