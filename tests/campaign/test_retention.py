"""Promises of retention: people's data goes when it was promised to, and totals stay."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from campaign import retention
from campaign.catalogue import publish
from campaign.petition import Petition
from campaign.retention import NotClosed, PutOffAlready, TooLate, months_after
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import audit, campaigns, signatures, supporters
from storage import retention as kept
from storage import subscriptions as hearing
from storage.database import Database
from storage.supporters import Supporter
from tests.campaign import petitions

OPEN = datetime(2009, 11, 2, 12, tzinfo=UTC)
CLOSED = datetime(2009, 11, 30, 12, tzinfo=UTC)
DUE = datetime(2010, 5, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def closed(database: Database, slug: str = "unit") -> Petition:
    definition = petitions.example()
    changes = {"slug": slug, "status": "closed", "keep_months": 6}
    return await publish(database, definition.model_copy(update=changes), now=CLOSED)


async def signed(database: Database, petition: Petition, *telegram_ids: int) -> list[Supporter]:
    people = []
    for telegram_id in telegram_ids:
        async with database.transaction() as db:
            one = await petitions.person(db, telegram_id, OPEN)
            await sign.sign(
                db,
                petition,
                one,
                {"name": f"Ada {telegram_id}", "postcode": "SW1A 1AA"},
                choices=Choices(updates=True),
                shown=petition.shown("en"),
                language="en",
                now=OPEN,
            )
            people.append(one)
    return people


async def looks(database: Database, petition: Petition, now: datetime) -> datetime | None:
    """One look of the background work, until nothing more is to be done."""
    async with database.transaction() as db:
        told = await retention.announce(db, petition, now=now)
    while True:
        async with database.transaction() as db:
            if not await retention.erase_some(db, petition, now=now):
                return told


async def names(database: Database) -> list[str]:
    async with database.reading() as db:
        found = await db.scalars(text("SELECT full_name FROM signatures ORDER BY id"))
        return [name for name in found if name]


@pytest.mark.parametrize(
    ("moment", "months", "then"),
    [
        (datetime(2009, 8, 31, tzinfo=UTC), 6, datetime(2010, 2, 28, tzinfo=UTC)),
        (datetime(2009, 12, 31, tzinfo=UTC), 2, datetime(2010, 2, 28, tzinfo=UTC)),
        (datetime(2012, 2, 29, tzinfo=UTC), 12, datetime(2013, 2, 28, tzinfo=UTC)),
        (datetime(2009, 11, 30, 9, tzinfo=UTC), 1, datetime(2009, 12, 30, 9, tzinfo=UTC)),
        (datetime(2009, 1, 1, tzinfo=UTC), 120, datetime(2019, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_month_is_the_same_day_or_the_last(moment: datetime, months: int, then: datetime) -> None:
    assert months_after(moment, months) == then


async def test_staff_are_told_once_and_then_people_go_and_the_total_stays(
    database: Database,
) -> None:
    still_open = await petitions.published(database, "unit", OPEN)
    people = await signed(database, still_open, 1, 2, 3)
    assert await looks(database, still_open, DUE + DAY) is None, "it is open"
    petition = await closed(database)
    assert await looks(database, petition, DUE - 15 * DAY) is None
    assert await looks(database, petition, DUE - 14 * DAY) == DUE
    assert await looks(database, petition, DUE - 13 * DAY) is None, "once"
    await looks(database, petition, DUE - DAY)
    assert len(await names(database)) == 3
    await looks(database, petition, DUE)
    assert await names(database) == []
    async with database.reading() as db:
        assert (await campaigns.totals(db, petition.id)).live == 3
        assert (await campaigns.recount(db, petition.id)).live == 3
        assert await hearing.all_of(db, petition.id) == await hearing.recount(db, petition.id)
        for one in people:
            assert await supporters.by_telegram_id(db, one.telegram_id) is None
        assert [e.action for e in await audit.latest(db, 9)] == ["retention.done"]
    await looks(database, petition, DUE + 100 * DAY)
    async with database.reading() as db:
        assert len(await audit.latest(db, 9)) == 1


async def test_a_bot_that_was_away_tells_staff_a_fortnight_before_all_the_same(
    database: Database,
) -> None:
    await signed(database, await petitions.published(database, "unit", OPEN), 1)
    petition = await closed(database)
    late = DUE + 30 * DAY
    assert await looks(database, petition, late) == late + 14 * DAY
    await looks(database, petition, late + 13 * DAY)
    assert len(await names(database)) == 1
    await looks(database, petition, late + 14 * DAY)
    assert await names(database) == []


async def test_who_has_to_do_with_another_campaign_stays_there_and_leaves_here(
    database: Database,
) -> None:
    here = await petitions.published(database, "unit", OPEN)
    there = await petitions.published(database, "another", OPEN)
    await signed(database, here, 1, 2)
    (ada,) = await signed(database, there, 1)
    async with database.transaction() as db:
        await db.execute(
            text("UPDATE dialogs SET answers = :a WHERE supporter_id = :s"),
            {"a": f'{{"{here.id}":{{"name":"Ada"}},"{there.id}":{{"name":"Ada"}}}}', "s": ada.id},
        )
    petition = await closed(database)
    await looks(database, petition, DUE - 14 * DAY)
    await looks(database, petition, DUE)
    assert await names(database) == ["Ada 1"]
    async with database.reading() as db:
        assert await supporters.by_telegram_id(db, 2) is None
        assert await supporters.by_telegram_id(db, 1) is not None
        assert await signatures.of(db, here.id, ada.id) is None
        theirs = await signatures.of(db, there.id, ada.id)
        assert theirs is not None
        assert theirs.full_name == "Ada 1"
        assert (await campaigns.recount(db, here.id)).live == 2
        left = text("SELECT count(*) FROM consents WHERE supporter_id = :s AND campaign_id = :c")
        assert await db.scalar(left, {"s": ada.id, "c": here.id}) == 0
        assert await db.scalar(left, {"s": ada.id, "c": there.id}) > 0
        for campaign_id in (here.id, there.id):
            kept_now = await hearing.all_of(db, campaign_id)
            assert kept_now == await hearing.recount(db, campaign_id)
        answers = await db.scalar(
            text("SELECT answers FROM dialogs WHERE supporter_id = :s"), {"s": ada.id}
        )
        assert f'"{here.id}"' not in str(answers)


async def test_it_goes_on_where_it_was_interrupted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done is done, what was cut off has not begun: as a kill leaves it."""
    monkeypatch.setattr(retention, "BATCH", 2)
    await signed(database, await petitions.published(database, "unit", OPEN), *range(1, 8))
    petition = await closed(database)
    await looks(database, petition, DUE - 14 * DAY)
    async with database.transaction() as db:
        assert await retention.erase_some(db, petition, now=DUE)

    async def cut_off() -> None:
        async with database.transaction() as db:
            await retention.erase_some(db, petition, now=DUE)
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await cut_off()
    assert len(await names(database)) == 5
    await looks(database, petition, DUE)
    assert await names(database) == []


async def test_it_is_put_off_once_with_a_reason_in_the_log(database: Database) -> None:
    still_open = await petitions.published(database, "unit", OPEN)
    await signed(database, still_open, 1)

    async def put_off(petition: Petition, months: int, now: datetime) -> datetime:
        async with database.transaction() as db:
            return await retention.postpone(db, petition, 9, months, "claim", now=now)

    with pytest.raises(NotClosed):
        await put_off(still_open, 1, CLOSED)
    petition = await closed(database)
    for wrong in (0, 4, -1):
        with pytest.raises(ValueError, match="months"):
            await put_off(petition, wrong, DUE - DAY)
    await looks(database, petition, DUE - 14 * DAY)
    assert await put_off(petition, 3, DUE - DAY) == months_after(DUE, 3)
    with pytest.raises(PutOffAlready):
        await put_off(petition, 1, DUE - DAY)
    await looks(database, petition, months_after(DUE, 3) - DAY)
    assert len(await names(database)) == 1
    await looks(database, petition, months_after(DUE, 3))
    assert await names(database) == []
    async with database.reading() as db:
        done, put = await audit.latest(db, 2)
        assert (done.action, put.action, put.actor) == ("retention.done", "retention.postponed", 9)
        assert put.details == {"campaign_id": petition.id, "months": 3, "reason": "claim"}


async def test_what_has_begun_cannot_be_put_off(database: Database) -> None:
    await signed(database, await petitions.published(database, "unit", OPEN), 1)
    petition = await closed(database)
    await looks(database, petition, DUE - 14 * DAY)
    async with database.transaction() as db:
        with pytest.raises(TooLate):
            await retention.postpone(db, petition, 9, 1, "claim", now=DUE)


async def test_a_campaign_that_opens_again_begins_anew(database: Database) -> None:
    await petitions.published(database, "unit", OPEN)
    petition = await closed(database)
    await looks(database, petition, DUE - 14 * DAY)
    again = await petitions.published(database, "unit", DUE - 10 * DAY)
    await signed(database, again, 1)
    definition = petitions.example()
    changes = {"slug": "unit", "status": "closed"}
    later = DUE - 5 * DAY
    petition = await publish(database, definition.model_copy(update=changes), now=later)
    await looks(database, petition, DUE + DAY)
    assert len(await names(database)) == 1
    async with database.transaction() as db:
        state = await kept.of(db, petition.id, later)
        assert (state.closed_at, state.announced_at) == (later, None)
