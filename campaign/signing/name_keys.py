"""The keys of names, brought up to date after an upgrade."""

from datetime import datetime

from campaign import fields
from storage import lookalikes, name_keys
from storage.database import Connection
from storage.lookalikes import Lookalike


async def refold_names(db: Connection, *, now: datetime) -> bool:
    """Bring some of the keys that an older version made of names up to date, and put into the
    queue for staff whom they show to look like another; True while there are more."""
    page = await name_keys.refold(db, fields.name_key, fields.KEY_VERSION)
    for signature in page.changed:
        for found in await lookalikes.find(db, signature):
            older, newer = sorted((signature.id, found.signature_id))
            await lookalikes.flag(db, newer, [Lookalike(older, found.reason)], now)
    return not page.done
