"""Promises for erasures beside staff who hold the same signatures back at the same moment."""

import asyncio
from datetime import UTC, datetime

from campaign import erasure
from campaign.catalogue import publish
from campaign.invalidation import apply
from campaign.petition import Petition
from storage import areas, campaigns, invalidations, signatures
from storage.database import Database
from storage.invalidation_search import Rule
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
PEOPLE = range(1, 21)


async def signed_by_all(database: Database) -> Petition:
    definition = petitions.example()
    petition = await publish(
        database, definition.model_copy(update={"keep_count_after_erasure": True}), now=NOW
    )
    for who in PEOPLE:
        async with database.transaction() as db:
            await petitions.signs(db, petition, await petitions.person(db, who, NOW), NOW)
    return petition


async def test_an_erasure_beside_a_hold_takes_a_signature_out_of_its_area_once(
    database: Database,
) -> None:
    petition = await signed_by_all(database)
    async with database.transaction() as db:
        made = await apply.draft(db, petition, Rule(postcode="SW"), None, now=NOW)
        await invalidations.move(db, made.id, ["draft"], "applying")

    async def is_erased(who: int) -> None:
        async with database.transaction() as db:
            await erasure.erase(db, await petitions.person(db, who, NOW), now=NOW)

    async def is_held_back(who: int) -> None:
        async with database.transaction() as db:
            found = await signatures.by_number(db, petition.id, who)
            assert found is not None
            await apply.hold(db, petition, made.id, found.id, NOW)

    await asyncio.gather(
        *(act(who) for who in PEOPLE if who % 4 for act in (is_erased, is_held_back))
    )
    async with database.reading() as db:
        assert await areas.of_campaign(db, petition.id) == await areas.recount(db, petition.id)
        assert await campaigns.totals(db, petition.id) == await campaigns.recount(db, petition.id)
