"""The key by which letters are known again: in the links that end them, and by what comes back. It
is the database's own, so that links in old letters work whatever token the bot has."""

import secrets

from storage import settings
from storage.database import Connection

_NAME = "letters"


async def of(db: Connection) -> bytes:
    """The key, made the first time that it is asked for."""
    kept = await settings.upsert(db, _NAME, secrets.token_hex(32), replace=False)
    return bytes.fromhex(kept)
