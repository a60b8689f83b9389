"""Browsers that have not been used for a month: what was said in them goes, and so does their
person, unless something of theirs counts or waits for an answer."""

from datetime import datetime, timedelta

from campaign import erasure
from campaign.isolation import isolated
from storage import addresses, joining, locks, personal_data, set_aside, web_chats
from storage.addresses import WEB, Address
from storage.database import Connection, Database

KEPT_FOR = timedelta(days=30)
PAGE = 100


async def drop(database: Database, *, now: datetime, identity_key: bytes = b"") -> int:
    """Let go what is due; each in a transaction of its own, so that nobody waits for it. Who cannot
    be let go is put aside, owners hear of it, and the next look tries again.

    Args:
        now: UTC.
        identity_key: for the hashes of erased signers.

    Returns:
        How many people have been erased.
    """
    erased = after = 0
    due: set[int] = set()
    while True:
        async with database.reading() as db:
            page = await addresses.idle(db, WEB, now - KEPT_FOR, after=after, limit=PAGE)
            aside = await set_aside.of(db, set_aside.IDLE_BROWSER)
        if not page:
            break
        for one in page:
            due.add(one.supporter_id)
            mine = isolated(database, set_aside.IDLE_BROWSER, one.supporter_id, now=now)
            async with mine, database.transaction() as db:
                done = await _drop(db, one, now, identity_key)
                await set_aside.clear(db, set_aside.IDLE_BROWSER, aside & {one.supporter_id})
                erased += done
        after = page[-1].id
    if back := aside - due:
        async with database.transaction() as db:
            await set_aside.clear(db, set_aside.IDLE_BROWSER, back)
    return erased


async def _drop(db: Connection, one: Address, now: datetime, key: bytes) -> bool:
    """Whether the person has been erased."""
    people = await locks.people(db, [one.supporter_id])
    places = await addresses.of_supporter(db, one.supporter_id)
    if not people or not any(place == one for place in places):
        return False  # erased, joined or used meanwhile
    await web_chats.clear(db, one.id)
    (person,) = people
    has_another = any(place.id != one.id for place in places)
    if has_another:
        await addresses.remove(db, one.id)
        return False
    counts = await personal_data.holds_more_than(db, person.id, person.telegram_id, joining.LIGHT)
    if counts:
        return False
    await erasure.erase(db, person, now=now, identity_key=key, method="retention")
    return True
