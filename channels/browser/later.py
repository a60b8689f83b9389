"""What people hear later: it stands in their chat when they come back, as nobody can be called."""

import secrets
from functools import partial

from channels.browser.bubbles import answer
from handlers.screens import Screen
from handlers.services import Elsewhere, Services
from storage import addresses, supporters, web_chats
from storage.addresses import WEB


def teller(services: Services) -> Elsewhere:
    """Puts screens into the chats of people whose accounts are not Telegram's."""
    return partial(_tell, services)


async def _tell(services: Services, account: int, screen: Screen, language: str) -> bool:
    """Put a screen into the newest browser's chat of a person.

    Returns:
        False if they have none.

    Raises:
        storage.errors.DatabaseUnavailable: it is not kept.
    """
    now = services.clock()
    async with services.database.transaction() as db:
        person = await supporters.by_telegram_id(db, account)
        if person is None:
            return False
        theirs = [one for one in await addresses.of_supporter(db, person.id) if one.channel == WEB]
        if not theirs:
            return False
        name = f"later{secrets.token_hex(6)}"
        bubbles = answer(services.renderer, screen, language, name=name, after={})
        await web_chats.append(db, theirs[-1].id, bubbles, last_number=0, now=now)
    return bool(bubbles)
