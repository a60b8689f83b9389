"""A promise of the benchmarks: a campaign made in one go is what a campaign becomes by itself."""

from pathlib import Path

import pytest

from bench.grown import grown
from campaign.catalogue import every_petition
from storage import areas, campaigns, subscriptions
from storage.database import Database
from tests import engines
from tests.campaign.referral_recount import recount
from tests.campaign.referral_town import facts_in, kept_in

SIGNERS = 100


@pytest.mark.parametrize("engine", engines.params())
async def test_all_that_a_grown_campaign_keeps_is_a_plain_count(
    engine: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    async with engines.fresh_url(engine, tmp_path) as url:
        await grown(url, SIGNERS)
        database = await Database.open(url)
        async with database.reading() as db:
            (petition,) = await every_petition(db)
            kept = await campaigns.totals(db, petition.id)
            assert kept.live == SIGNERS
            assert kept == await campaigns.recount(db, petition.id)
            where = await areas.of_campaign(db, petition.id)
            assert where == await areas.recount(db, petition.id)
            hear = await subscriptions.all_of(db, petition.id)
            assert len(hear) == SIGNERS // 2
            assert hear == await subscriptions.recount(db, petition.id)
            assert await kept_in(db, petition) == recount(await facts_in(db, petition))
        await database.close()
