"""Fill in the keys of mailboxes after an upgrade."""

import asyncio

from handlers.services import Services
from storage import lookalikes, missing_mailbox_keys

BREATH_SECONDS = 0.01


async def fill(services: Services) -> None:
    """Fill in what the version before did not keep, page by page, and put into the queue for staff
    whom it shows to look like another."""
    after: int | None = 0
    while after is not None:
        async with services.database.transaction() as db:
            page = await missing_mailbox_keys.fill(db, after)
            await lookalikes.flag_earlier(db, page.changed, services.clock())
        after = page.last
        await asyncio.sleep(BREATH_SECONDS)
