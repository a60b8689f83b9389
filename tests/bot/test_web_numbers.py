"""Promises of the public numbers: right, quick to keep, and too coarse to tell of anybody."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.upkeep import check_totals
from campaign import public_figures, recount
from campaign.petition import Petition
from packs.disclosure import APPEARS, DISAPPEARS, STEP, disclosed
from storage import areas, drift, locks, paper_entries, signatures
from storage.database import Connection, Database
from tests import engines, migrated
from tests.bot.web_door import NOW, Door, door

API = "/api/campaigns/keep-the-unit.json"


@pytest.fixture(params=engines.params())
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url, door(url) as opened:
        yield opened


async def test_the_numbers_of_a_campaign_are_there_for_programs(world: Door) -> None:
    petition = await world.publish(goal=60)
    await world.sign(petition, ["SW1A 1AA"] * 24 + ["E1 6AN"] * 21 + [None])
    async with world.services.database.transaction() as db:
        await public_figures.refresh_areas(db, petition.id)
        await paper_entries.add(
            db, campaign_id=petition.id, count=5, note="", recorded_by=None, now=NOW
        )
    answer = await world.get(API)
    told = json.loads(answer.body)
    assert answer.status == 200
    assert told["count"] == 51
    assert told["goal"] == 60
    assert told["status"] == "open"
    assert told["areas"] == {
        "shown": {"SW": 20, "E": 20},
        "elsewhere": 11,
        "smallest_shown": APPEARS,
        "rounded_down_to": STEP,
    }
    assert told["text"]["cy"]["title"] == petition.definition.text["cy"].title
    assert told["text"]["en"]["ask"] == petition.definition.text["en"].ask
    assert told["updated_at"] == "2009-11-26T09:30:00+00:00"
    assert told["sign_url"].startswith("https://t.me/clamour_bot?start=s_")


async def test_a_withdrawn_signature_is_out_of_every_number(world: Door) -> None:
    petition = await world.publish()
    ada, *_ = await world.sign(petition, ["SW1A 1AA"] * 10)
    async with world.services.database.transaction() as db:
        await signatures.withdraw(db, petition.id, ada.id, NOW)
    told = json.loads((await world.get(API)).body)
    assert (told["count"], told["areas"]["shown"], told["areas"]["elsewhere"]) == (9, {}, 9)


async def test_a_new_signature_shows_within_a_second(world: Door) -> None:
    seconds = 100.0
    world.services.monotonic = lambda: seconds
    petition = await world.publish()
    assert json.loads((await world.get(API)).body)["updated_at"] is None
    await world.sign(petition, [None])
    seconds += 1.0
    assert json.loads((await world.get(API)).body)["count"] == 1


async def test_milestones_are_those_that_have_been_passed(world: Door) -> None:
    petition = await world.publish(goal=250, milestones=(100, 200, 250))
    async with world.services.database.transaction() as db:
        await paper_entries.add(
            db, campaign_id=petition.id, count=205, note="", recorded_by=None, now=NOW
        )
    assert json.loads((await world.get(API)).body)["milestones"] == [100, 200]


async def test_who_has_the_numbers_already_is_told_that_they_are_the_same(world: Door) -> None:
    await world.publish()
    first = await world.get(API)
    etag = first.headers["ETag"]
    assert not etag.startswith("W/")
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = await world.get(API, If_None_Match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert (await world.get(API, If_None_Match='"other"')).status == 200


async def test_every_website_may_read_them_and_keep_them_for_ten_seconds(world: Door) -> None:
    await world.publish()
    headers = (await world.get(API)).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "public, max-age=10"
    assert headers["Content-Type"] == "application/json"


async def test_a_draft_and_what_is_not_there_are_not_found(world: Door) -> None:
    await world.publish(status="draft")
    for slug in ("keep-the-unit", "no-such", "%00", "x" * 100):
        answer = await world.get(f"/api/campaigns/{slug}.json")
        assert (answer.status, answer.body) == (404, b"")


async def test_a_closed_campaign_keeps_its_numbers(world: Door) -> None:
    await world.publish()
    await world.publish(status="closed")
    assert json.loads((await world.get(API)).body)["status"] == "closed"


async def test_however_many_look_the_database_is_read_once_a_second(
    world: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    figures = public_figures.figures

    async def counted(db: Connection, petition: Petition) -> public_figures.PublicFigures:
        nonlocal reads
        reads += 1
        await asyncio.sleep(0.05)
        return await figures(db, petition)

    monkeypatch.setattr(public_figures, "figures", counted)
    await world.publish()
    begun = asyncio.get_running_loop().time()
    answers = await asyncio.gather(*(world.get(API) for _ in range(50)))
    took = asyncio.get_running_loop().time() - begun
    assert {answer.status for answer in answers} == {200}
    assert 1 <= reads <= 1 + took


async def test_every_night_the_areas_are_compared_with_a_fresh_count(world: Door) -> None:
    petition = await world.publish()
    await world.sign(petition, ["SW1A 1AA"])
    async with world.services.database.transaction() as db:
        await recount.put_right(db, petition, None, now=NOW)  # they signed past the weeks' figures
    await check_totals(world.services.database)
    assert not await noted(world.services.database)
    async with world.services.database.transaction() as db:
        await areas.count(db, await locks.totals(db, petition.id), "SW1A 1AA", 1)
    await check_totals(world.services.database)
    assert await noted(world.services.database)


async def noted(database: Database) -> bool:
    async with database.reading() as db:
        return bool(await drift.noted(db))


COUNTS = st.dictionaries(
    st.text("ABCDEFGH", min_size=1, max_size=2), st.integers(0, 60), max_size=8
)


@given(COUNTS, st.sets(st.text("ABCDEFGH", min_size=1, max_size=2)))
def test_what_is_shown_tells_of_no_small_area(counted: dict[str, int], before: set[str]) -> None:
    shown = disclosed(counted, before)
    hidden = [count for area, count in counted.items() if count and area not in shown]
    for area, figure in shown.items():
        assert figure >= (DISAPPEARS if area in before else APPEARS)
        assert 0 <= counted[area] - figure < STEP
        assert figure % STEP == 0
    if shown and hidden:
        assert len(hidden) > 1, "the total less what is shown is what the one area has"
        assert sum(hidden) >= APPEARS


async def told_of_areas(world: Door, petition: Petition) -> dict[str, int]:
    async with world.services.database.reading() as db:
        return dict((await public_figures.figures(db, petition)).by_area)


async def test_nine_accounts_do_not_unveil_the_only_small_area(world: Door) -> None:
    petition = await world.publish()
    await world.sign(petition, ["SW1A 1AA"] * 30 + ["E1 6AN"] * 25 + ["AB10 1AA"])
    async with world.services.database.transaction() as db:
        await public_figures.refresh_areas(db, petition.id)
    before = await told_of_areas(world, petition)
    assert before == {"SW": 30}, "E hides AB"
    for _ in range(9):
        await world.sign(petition, ["AB10 1AA"])
        assert await told_of_areas(world, petition) == before, "nothing shows before the night"
    async with world.services.database.transaction() as db:
        await public_figures.refresh_areas(db, petition.id)
    assert await told_of_areas(world, petition) == before


async def test_one_person_more_or_less_moves_no_area_into_sight_or_out_of_it(
    world: Door,
) -> None:
    petition = await world.publish()
    people = await world.sign(petition, ["SW1A 1AA"] * 20)
    async with world.services.database.transaction() as db:
        await public_figures.refresh_areas(db, petition.id)
    assert await told_of_areas(world, petition) == {"SW": 20}
    async with world.services.database.transaction() as db:
        await signatures.withdraw(db, petition.id, people[0].id, NOW)
    assert await told_of_areas(world, petition) == {"SW": 20}
    async with world.services.database.transaction() as db:
        await public_figures.refresh_areas(db, petition.id)
    assert await told_of_areas(world, petition) == {"SW": 15}, "it stays in sight"


async def test_areas_are_looked_at_once_a_day(world: Door) -> None:
    petition = await world.publish()
    await world.sign(petition, ["SW1A 1AA"] * 20)
    today, tomorrow = NOW.date(), NOW.date().replace(day=30)
    for day, done in ((today, True), (today, False), (tomorrow, True)):
        async with world.services.database.transaction() as db:
            assert await public_figures.refresh_areas_daily(db, [petition.id], day) is done
    assert await told_of_areas(world, petition) == {"SW": 20}


@given(COUNTS)
def test_areas_come_largest_first(counted: dict[str, int]) -> None:
    shown = list(disclosed(counted).values())
    assert shown == sorted(shown, reverse=True)
