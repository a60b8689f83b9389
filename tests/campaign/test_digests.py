"""Promises about the weekly digest on both engines, and about weekly times."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import digests
from campaign.broadcasts import drafts
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.weekly_time import DAYS, WeeklyTime, parse_weekly
from campaign.digests import News
from campaign.paper import entries
from campaign.petition import CampaignView, Petition
from storage import broadcasts
from storage.database import Database
from tests.campaign.petitions import person, published, signs

LONDON = ZoneInfo("Europe/London")
FRIDAY = datetime(2009, 11, 6, 17, tzinfo=UTC)


async def weekly(database: Database) -> Petition:
    petition = await published(database, "unit", FRIDAY - timedelta(days=9))
    return replace(
        petition, definition=petition.definition.model_copy(update={"weekly_digest": True})
    )


def words(_: CampaignView, news: News, language: str) -> str:
    return f"{language} {news.change} {dict(news.updates)}"


async def test_of_several_processes_one_makes_it(database: Database) -> None:
    petition = await weekly(database)
    async with database.transaction() as db:
        await signs(db, petition, await person(db, 1, FRIDAY), FRIDAY - timedelta(days=1))

    async def tries() -> int:
        async with database.transaction() as db:
            made = await digests.make(db, petition, words, now=FRIDAY)
        return int(made is not None)

    assert sum(await asyncio.gather(*(tries() for _ in range(5)))) == 1
    async with database.reading() as db:
        assert await digests.is_made(db, petition, FRIDAY)
        assert not await digests.is_made(db, petition, FRIDAY + timedelta(days=7))
        [made] = await broadcasts.in_state(db, "scheduled")
    assert made.due_at == FRIDAY
    texts = {one["language"]: one["html"] for one in made.content["versions"]}
    assert texts == {"en": "en 1 {}", "cy": "cy 1 {}"}


async def test_it_counts_from_the_one_before_paper_and_withdrawals_too(database: Database) -> None:
    petition = await weekly(database)
    heard = []

    def note(view: CampaignView, news: News, language: str) -> str:
        heard.append((news.change, dict(news.updates), news.since))
        return "x"

    async with database.transaction() as db:
        for who in (1, 2):
            await signs(
                db, petition, await person(db, who, FRIDAY), FRIDAY - timedelta(days=who * 5)
            )
        await entries.record(db, petition.id, 5, "", recorded_by=None, now=FRIDAY)
        await digests.make(db, petition, note, now=FRIDAY)
        assert heard[-1][0] == 6, "not the one of ten days ago"
        content = Content({"en": Version("hello")})
        for act in ("send", "correct"):
            one = await drafts.make(db, petition, "media", content, author_id=None, now=FRIDAY)
            ended = {"ended_at": FRIDAY + timedelta(days=2), "act": act}
            await broadcasts.move(db, one.id, ["draft"], "done", **ended)
        later = FRIDAY + timedelta(days=14)
        await digests.make(db, petition, note, now=later)
        assert heard[-1] == (0, {"media": 1}, FRIDAY)
        assert await digests.make(db, petition, note, now=later + timedelta(days=7)) is None


async def test_a_draft_made_ready_has_what_staff_would_choose(database: Database) -> None:
    petition = await weekly(database)
    async with database.transaction() as db:
        content = Content({"en": Version("hello")})
        made = await drafts.make(db, petition, "news", content, author_id=None, now=FRIDAY)
    assert made.status == "draft"
    kept = {key: made.options[key] for key in ("quiet_hours", "zone", "most_a_day", "expected")}
    assert kept == {
        "quiet_hours": petition.definition.quiet_hours,
        "zone": "Europe/London",
        "most_a_day": 3,
        "expected": 0,
    }


@pytest.mark.parametrize(
    ("now", "day", "moment"),
    [
        # 17:00 in summer is 16:00 UTC
        (datetime(2009, 10, 23, 16, tzinfo=UTC), date(2009, 10, 23), (2009, 10, 23, 16)),
        (datetime(2009, 10, 23, 15, 59, tzinfo=UTC), date(2009, 10, 16), (2009, 10, 16, 16)),
        (datetime(2009, 10, 30, 16, 59, tzinfo=UTC), date(2009, 10, 23), (2009, 10, 23, 16)),
        (datetime(2009, 10, 30, 17, tzinfo=UTC), date(2009, 10, 30), (2009, 10, 30, 17)),
    ],
)
def test_the_time_is_that_of_the_campaigns_clocks(
    now: datetime, day: date, moment: tuple[int, int, int, int]
) -> None:
    found = parse_weekly("Friday 17:00").latest(now, LONDON)
    assert found == (day, datetime(*moment, tzinfo=UTC))


@given(
    st.sampled_from(range(7)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 40 * 365 * 24 * 60),
)
def test_every_moment_belongs_to_one_week(weekday: int, clock: time, minutes: int) -> None:
    now = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    weekly_time = WeeklyTime(weekday, clock)
    day, moment = weekly_time.latest(now, LONDON)
    assert day.weekday() == weekday
    assert timedelta(0) <= now - moment < timedelta(days=7, hours=2)
    assert weekly_time.latest(moment, LONDON) == (day, moment)


@given(st.sampled_from(DAYS), st.times())
def test_days_and_times_are_read_however_they_are_written(day: str, at: time) -> None:
    clock = at.replace(second=0, microsecond=0)
    for written in (
        f"{day} {clock:%H:%M}",
        f"  {day.title()}  {clock:%H:%M}",
        f"{day[:3]} {clock:%H:%M}",
    ):
        assert parse_weekly(written) == WeeklyTime(DAYS.index(day), clock)


@pytest.mark.parametrize(
    "written", ["", "Friday", "17:00", "Friday 25:00", "Freitag 17:00", "f 1:00"]
)
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="day of the week"):
        parse_weekly(written)


@given(st.text())
def test_no_text_trips_the_parser(written: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_weekly(written).weekday in range(7)
