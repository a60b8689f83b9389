"""Promises for chains too long to follow, and for weeks that are not what they were."""

from dataclasses import replace

from campaign.referrals import figures
from storage.database import Database
from tests.campaign.referral_recount import LONGEST_CHAIN, recount
from tests.campaign.referral_town import Town, facts, kept


async def test_a_chain_is_followed_up_to_its_limit_and_back(database: Database) -> None:
    town = await Town.founded(database)
    links = [await town.signs(1)]
    for who in range(2, LONGEST_CHAIN + 6):
        links.append(await town.comes_by(who, links[-1]))
    first = await town.mine(links[0].code)
    assert first.generations == (1,) * LONGEST_CHAIN
    assert await kept(town) == recount(await facts(town))
    await town.withdraws(LONGEST_CHAIN + 1)
    assert (await town.mine(links[0].code)).chain == LONGEST_CHAIN - 1
    assert await kept(town) == recount(await facts(town))


async def test_a_campaign_that_moves_to_another_time_zone_never_counts_below_none(
    database: Database,
) -> None:
    town = await Town.founded(database)
    town.now = town.now.replace(day=29, hour=23)  # a Sunday in London, a Monday in Tokyo
    await town.comes_by(2, await town.signs(1))
    definition = town.petition.definition.model_copy(update={"timezone": "Asia/Tokyo"})
    town.petition = replace(town.petition, definition=definition)
    for who in (2, 1):
        await town.withdraws(who)
    async with database.reading() as db:
        weeks = await figures.weeks(db, town.petition.id)
    assert all(week.signers >= 0 and week.friends == 0 for week in weeks)
    await town.signs(1)
    async with database.reading() as db:
        newest = (await figures.weeks(db, town.petition.id))[0]
    assert (newest.monday, newest.signers) == (town.monday(), 1)
