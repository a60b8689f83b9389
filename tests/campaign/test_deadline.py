"""Promises about the end of signing: how it is read, when it comes, and what counts before it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import catalogue, deadline, due_deadlines
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.time_parser import InThePast, NoSuchTime, NotUnderstood, WhenError
from campaign.definition.campaign_file import load_definition, parse_definition
from campaign.definition.problems import DefinitionError
from campaign.errors import CampaignClosed
from campaign.petition import Petition
from campaign.signing.sign import refused
from storage import broadcasts, campaigns, handins, signing_gate
from storage.database import Connection, Database
from tests.campaign import petitions
from tests.campaign.petitions import EXAMPLE

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ENDS = datetime(2009, 11, 30, 18, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
ZONES = ("Europe/London", "UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "Africa/Cairo")


def read(text: str, now: datetime = NOW, language: str = "en") -> str:
    return deadline.parse_closing(text, now=now, zone=LONDON, language=language)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("midnight on 30 November", "2009-11-30 24:00"),
        ("30 November midnight", "2009-11-30 24:00"),
        ("30 Nov at midnight", "2009-11-30 24:00"),
        ("Monday 30 November, midnight", "2009-11-30 24:00"),
        ("30 Nov 24:00", "2009-11-30 24:00"),
        ("midnight", "2009-11-26 24:00"),
        ("tonight at midnight", "2009-11-26 24:00"),
        ("midnight tomorrow", "2009-11-27 24:00"),
        ("30 November", "2009-11-30 24:00"),
        ("Friday", "2009-11-27 24:00"),
        ("30 Nov 18:00", "2009-11-30 18:00"),
        ("Friday 6pm", "2009-11-27 18:00"),
        ("6pm on 30 November", "2009-11-30 18:00"),
        ("on 30 November", "2009-11-30 24:00"),
        ("12 midnight on Monday", "2009-11-30 24:00"),
        ("end of Monday", "2009-11-30 24:00"),
        ("the end of the day on Monday", "2009-11-30 24:00"),
        ("2009-11-30 23:59", "2009-11-30 23:59"),
    ],
)
def test_midnight_is_the_end_of_the_day_that_is_named(text: str, kept: str) -> None:
    assert read(text) == kept


def test_welsh_is_read_too() -> None:
    assert read("30 Tachwedd hanner nos", language="cy") == "2009-11-30 24:00"
    assert read("hanner nos ar 30 Tachwedd", language="cy") == "2009-11-30 24:00"


@pytest.mark.parametrize("text", ["30 Nov 00:00", "30 Nov 0:00", "30 Nov 12am"])
def test_a_midnight_that_may_be_two_is_asked_back(text: str) -> None:
    with pytest.raises(deadline.TwoMidnights) as asked:
        read(text)
    assert asked.value.day == date(2009, 11, 30)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("soon", NotUnderstood),
        ("Tuesday 30 November", NotUnderstood),
        ("25 November", InThePast),
        ("25 Nov midnight", InThePast),
        ("28 March 2010 1:30", NoSuchTime),
    ],
)
def test_what_cannot_be_an_end_is_refused(text: str, refused: type[WhenError]) -> None:
    with pytest.raises(refused):
        read(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('"2009-11-30 24:00"', "2009-11-30 24:00"),
        ('"2009-11-30 18:00"', "2009-11-30 18:00"),
        ('"2009-11-30T18:00"', "2009-11-30 18:00"),
        ('"30 November 2009 at midnight"', "2009-11-30 24:00"),
        ('"Monday 30 November 2009, 6pm"', "2009-11-30 18:00"),
        ("2009-11-30", "2009-11-30 24:00"),
        ("2009-11-30T18:00:00", "2009-11-30 18:00"),
    ],
)
def test_a_file_may_say_it_in_many_ways_and_all_are_kept_alike(written: str, kept: str) -> None:
    assert parse_definition(with_end(written), picture=b"").closes_at == kept


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('"2009-11-30 00:00"', 'write "2009-11-30 24:00" for its end, or "2009-11-29 24:00"'),
        ("2009-11-30T00:00:00", 'write "2009-11-30 24:00" for its end, or "2009-11-29 24:00"'),
        ("2009-11-30T18:00:00Z", "has an offset from UTC"),
        ("2009-11-30T18:00:30", "has seconds in it"),
        ('"tomorrow 9:00"', "is no day and time"),
        ('"30 November"', "is no day and time"),
        ('"Tuesday 30 November 2009"', "names another day of the week"),
        ('"2009-11-30 25:00"', "is no day and time"),
        ('"9999-12-31"', "is in the year 9999"),
        ('"2010-03-28 01:30"', "a time that the clocks jump over"),
        ("18", "is no day and time"),
        ("true", "is no day and time"),
    ],
)
def test_a_file_that_leaves_it_in_doubt_is_told_what_to_write(written: str, told: str) -> None:
    with pytest.raises(DefinitionError) as error:
        parse_definition(with_end(written), picture=b"")
    assert told in str(error.value)
    assert "line 6: closes_at" in str(error.value)


def with_end(written: str) -> str:
    text = EXAMPLE.read_text().replace("slug =", f"closes_at = {written}\nslug =")
    return "\n".join(text.splitlines())


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 30)),  # noqa: DTZ001 - on a wall
    st.sampled_from(ZONES),
    st.booleans(),
)
def test_what_is_kept_is_read_again_and_shown_on_the_day_that_was_meant(
    at: datetime, zone: str, midnight: bool
) -> None:
    at = at.replace(minute=at.minute or 1, second=0, microsecond=0)
    written = f"{at.date()} 24:00" if midnight else f"{at:%Y-%m-%d %H:%M}"
    assert deadline.from_file(written) == written
    ends = deadline.closing(written, zone, at.date())
    assert (ends.day, ends.midnight, ends.days_left) == (at.date(), midnight, 0)
    there = ends.at.astimezone(ZoneInfo(zone))
    if midnight:
        before = (ends.at - MINUTE).astimezone(ZoneInfo(zone))
        assert before.date() == at.date() or there.date() > at.date()
    elif not deadline.is_jumped_over(written, ZoneInfo(zone)):
        assert f"{there:%Y-%m-%d %H:%M}" == written


def test_a_time_that_comes_twice_is_the_second() -> None:
    assert deadline.moment("2010-10-31 01:30", LONDON) == datetime(2010, 10, 31, 1, 30, tzinfo=UTC)
    assert deadline.is_shown_twice("2010-10-31 01:30", LONDON)
    assert not deadline.is_shown_twice("2010-10-31 02:30", LONDON)


async def ending(database: Database, closes_at: str | None = "2009-11-30 18:00") -> Petition:
    definition = load_definition(EXAMPLE).model_copy(update={"closes_at": closes_at})
    return await catalogue.publish(database, definition, now=NOW)


async def counts(
    db: Connection, petition: Petition, who: int, at: datetime, *, dated: bool
) -> bool:
    """Whether what somebody did at this moment lets a signature count."""
    supporter = await petitions.person(db, who, at)
    try:
        with refused():
            await signing_gate.may_count(db, petition.id, supporter.id, at=at, dated=dated)
    except CampaignClosed:
        return False
    return True


async def test_what_is_signed_from_the_minute_on_does_not_count(database: Database) -> None:
    petition = await ending(database)
    async with database.transaction() as db:
        ada, bob = [await petitions.person(db, who, NOW) for who in (1, 2)]
        await petitions.signs(db, petition, ada, ENDS - timedelta(microseconds=1))
        with pytest.raises(CampaignClosed):
            await petitions.signs(db, petition, bob, ENDS)
        assert not petition.as_of(ENDS).is_open, "before any job has looked"
        assert petition.as_of(ENDS - MINUTE).is_open


async def test_a_message_that_telegram_dates_before_the_minute_counts_however_late_it_is_handled(
    database: Database,
) -> None:
    petition = await ending(database)
    async with database.transaction() as db:
        assert await due_deadlines.close_due(db, now=ENDS + MINUTE) == [petition.id]
    async with database.transaction() as db:
        assert await counts(db, petition, 1, ENDS - MINUTE, dated=True)
        assert not await counts(db, petition, 1, ENDS, dated=True)
        assert not await counts(db, petition, 1, ENDS - MINUTE, dated=False), (
            "a clock that was set back lets no tap count after the close"
        )


async def test_nothing_counts_any_more_once_the_petition_is_handed_in(database: Database) -> None:
    petition = await ending(database)
    async with database.transaction() as db:
        by = await petitions.person(db, 1, NOW)
        from campaign.handin import plan

        await plan.plan(
            db,
            petition,
            {"en": {"place": "Here"}},
            at=ENDS,
            link=None,
            closes_signing=True,
            by=by,
            now=NOW,
        )
    async with database.transaction() as db:
        await due_deadlines.close_due(db, now=ENDS)
        await plan.freeze_due(db, {petition.id: petition}, now=ENDS)
        assert await handins.latest_held(db, petition.id)
        assert not await counts(db, petition, 2, ENDS - MINUTE, dated=True)


async def test_an_end_that_has_come_closes_at_its_moment_once(database: Database) -> None:
    petition = await ending(database, "2009-11-30 24:00")
    late = ENDS + timedelta(days=3)
    async with database.transaction() as db:
        assert await due_deadlines.close_due(db, now=late) == [petition.id]
    async with database.transaction() as db:
        assert await due_deadlines.close_due(db, now=late) == []
        now = await catalogue.current(db, petition.id)
    assert now is not None
    assert now.campaign.closed_at == datetime(2009, 12, 1, tzinfo=UTC)
    assert now.view("en").closed_on == date(2009, 11, 30), "midnight ends the day before"


async def test_an_end_that_is_put_into_the_past_closes_now_and_makes_no_data_old(
    database: Database,
) -> None:
    await ending(database)
    petition = await ending(database, "2008-11-30 18:00")
    assert (petition.campaign.status, petition.campaign.closed_at) == ("closed", NOW)


async def test_a_file_that_is_loaded_again_after_the_end_stays_closed(database: Database) -> None:
    await ending(database)
    async with database.transaction() as db:
        await due_deadlines.close_due(db, now=ENDS)
    definition = load_definition(EXAMPLE).model_copy(update={"closes_at": "2009-11-30 18:00"})
    again = await catalogue.publish(database, definition, now=ENDS + MINUTE)
    assert (again.campaign.status, again.campaign.closed_at) == ("closed", ENDS)


async def test_a_later_end_opens_signing_again(database: Database) -> None:
    await ending(database)
    async with database.transaction() as db:
        await due_deadlines.close_due(db, now=ENDS)
    definition = load_definition(EXAMPLE).model_copy(update={"closes_at": "2009-12-24 18:00"})
    again = await catalogue.publish(database, definition, now=ENDS + MINUTE)
    assert (again.campaign.status, again.campaign.closed_at) == ("open", None)
    async with database.transaction() as db:
        assert await counts(db, again, 1, ENDS + MINUTE, dated=False)


def an_update() -> Content:
    return Content({"en": Version("It ends soon. {{ progress }}")})


async def draft(database: Database, petition: Petition, now: datetime) -> int | None:
    async with database.transaction() as db:
        made = await due_deadlines.draft_due(db, petition, an_update, now=now)
    return made.id if made else None


async def test_an_update_lies_ready_a_week_and_a_day_before_once_each(database: Database) -> None:
    petition = await ending(database, "2009-12-10 18:00")
    week, day = (datetime(2009, 12, on, 9, tzinfo=UTC) for on in (3, 9))
    looks = [week - MINUTE, week, week, week + MINUTE, day - MINUTE, day, day, day + MINUTE]
    made = [await draft(database, petition, now) is not None for now in looks]
    assert made == [False, True, False, False, False, True, False, False]


async def test_what_the_bot_was_away_for_is_made_up_for_unless_it_is_stale(
    database: Database,
) -> None:
    petition = await ending(database, "2009-12-10 18:00")
    assert await draft(database, petition, datetime(2009, 12, 4, 9, tzinfo=UTC)) is not None
    soon = await ending(database, "2009-11-30 18:00")
    assert await draft(database, soon, NOW) is None, "four days before is neither"
    over = datetime(2009, 11, 30, 18, tzinfo=UTC)
    assert await draft(database, soon, over) is None


async def test_a_draft_for_an_end_that_was_moved_is_put_away(database: Database) -> None:
    petition = await ending(database, "2009-12-10 18:00")
    made = await draft(database, petition, datetime(2009, 12, 3, 9, tzinfo=UTC))
    async with database.transaction() as db:
        await due_deadlines.drop_outdated(db, now=NOW)
        kept = await broadcasts.of(db, made or 0)
        assert kept is not None
        assert kept.status == "draft"
    moved = await ending(database, "2009-12-20 18:00")
    async with database.transaction() as db:
        await due_deadlines.drop_outdated(db, now=NOW)
        gone = await broadcasts.of(db, made or 0)
        assert gone is not None
        assert gone.status == "cancelled"
    assert await draft(database, moved, datetime(2009, 12, 13, 9, tzinfo=UTC)) is not None


async def test_two_who_look_at_the_same_moment_close_once(database: Database) -> None:
    petition = await ending(database)

    async def look() -> list[int]:
        async with database.transaction() as db:
            return await due_deadlines.close_due(db, now=ENDS)

    assert sorted(await asyncio.gather(look(), look(), look())) == [[], [], [petition.id]]
    async with database.reading() as db:
        found = await campaigns.by_id(db, petition.id)
        assert found is not None
        assert found.closed_at == ENDS
