"""Promise: a code whose sender was killed before it was sent is sent after all."""

from datetime import datetime, timedelta

from campaign.signing import standing
from storage import codes, pending_signatures
from storage.database import Connection, Database
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW
from tests.campaign.petitions import person, published

LEASE = NOW + timedelta(seconds=90)


async def due(db: Connection, now: datetime) -> int:
    return len(await pending_signatures.due(db, now, 10, longest_pause=timedelta(minutes=10)))


async def test_what_was_claimed_is_due_again_unless_it_is_said_to_be_done(
    database: Database,
) -> None:
    petition = await published(database, "unit", NOW)
    async with database.transaction() as db:
        ada = await person(db, 1, NOW)
        await petitions.signs(db, petition, ada, NOW)
        signed = await standing.standing(db, petition, ada)
        key, number = pending_signatures.KEY, signed.id
        await pending_signatures.add(db, signed, "email", {}, wants_code=True, now=NOW)

        assert await codes.claim(db, key, number, since=NOW, not_before=None, until=LEASE)
        assert not await codes.claim(db, key, number, since=NOW, not_before=None, until=LEASE)
        assert [await due(db, NOW), await due(db, LEASE)] == [0, 1]

        later = LEASE + timedelta(seconds=90)
        assert await codes.claim(db, key, number, since=NOW, not_before=LEASE, until=later)
        await codes.is_sent(db, key, number, LEASE)
        assert await due(db, later) == 1, "the killed one's word says nothing of this one"
        await codes.is_sent(db, key, number, later)
        assert await due(db, later) == 0
