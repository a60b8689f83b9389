"""Promises for many people who ask, come, sign and withdraw at the same moment."""

import asyncio
import random

from campaign.errors import AlreadySigned, NotSigned
from storage.database import Database
from tests.campaign.referral_recount import recount
from tests.campaign.referral_town import Town, facts, kept

PEOPLE, ACTS = 12, 8


async def test_the_figures_are_right_when_forty_do_things_at_once(database: Database) -> None:
    town = await Town.founded(database)
    leaflet, _ = await town.source("leaflet")
    codes = {0: leaflet.code}
    for who in (1, 2, 3):
        codes[who] = (await town.signs(who)).code

    async def somebody(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(ACTS):
            who = chance.randint(1, PEOPLE)
            act = chance.choice(("opens", "opens", "begins", "signs", "withdraws", "shares"))
            try:
                match act:
                    case "opens":
                        await town.opens(who, codes[chance.choice(list(codes))])
                    case "signs":
                        codes[who] = (await town.signs(who)).code
                    case _:
                        await getattr(town, act)(who)
            except (AlreadySigned, NotSigned):
                pass

    async with asyncio.timeout(120):
        await asyncio.gather(*(somebody(seed) for seed in range(40)))
    assert await kept(town) == recount(await facts(town))


async def test_an_owner_who_withdraws_while_many_open_the_link_waits_for_nobody_crosswise(
    database: Database,
) -> None:
    town = await Town.founded(database)
    first = await town.signs(1)
    link = await town.comes_by(2, first)

    async def comes_and_goes() -> None:
        for _ in range(10):
            await town.withdraws(2)
            await town.signs(2)

    async with asyncio.timeout(120):
        await asyncio.gather(
            comes_and_goes(),
            *(town.opens(who, link.code) for who in range(100, 300)),
            *(town.comes_by(who, link) for who in range(300, 320)),
        )
    figures = await kept(town)
    assert figures == recount(await facts(town))
    assert figures.links[link.id].opens == 220


async def test_a_source_named_twice_at_once_is_one_source(database: Database) -> None:
    town = await Town.founded(database)
    made = await asyncio.gather(*(town.source(name) for name in ("Leaflet", "leaflet") * 3))
    assert len({link.id for link, _ in made}) == 1
    assert sum(new for _, new in made) == 1


async def test_a_thank_you_due_is_claimed_by_one_process(database: Database) -> None:
    town = await Town.founded(database)
    for referrer in range(1, 11):
        link = await town.signs(referrer)
        await town.comes_by(100 + referrer, link)
    claimed = await asyncio.gather(*(town.due(3) for _ in range(8)))
    told = [one.link_id for some in claimed for one in some]
    assert len(told) == len(set(told))
    assert len(told) + len(await town.due()) == 10
