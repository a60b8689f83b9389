"""The keys of names, brought up to date after an upgrade."""

from datetime import datetime

from campaign import fields
from storage import lookalikes, name_keys
from storage.database import Connection


async def refold_names(db: Connection, *, now: datetime) -> bool:
    """Bring some of the keys that an older version made of names up to date, and put into the
    queue for staff whom they show to look like another; True while there are more."""
    page = await name_keys.refold(db, fields.name_key, fields.KEY_VERSION)
    await lookalikes.flag_earlier(db, page.changed, now)
    return not page.done
