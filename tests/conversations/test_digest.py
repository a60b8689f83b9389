"""Promises about the weekly digest: once a week, and only if there is something to say."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from storage import broadcasts
from tests.conversations.broadcast_steps import ended, listens, sends, writes
from tests.conversations.form_steps import signs
from tests.conversations.steered_clock import Clock, clock, stage
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage

__all__ = ["clock", "stage"]
FRIDAY = datetime(2027, 1, 8, 17, 0, tzinfo=UTC)
SATURDAY_BEFORE_CLOCKS_CHANGE = datetime(2027, 3, 27, 12, tzinfo=UTC)


async def digests(stage: Stage) -> int:
    async with stage.database.reading() as db:
        return int((await db.execute(text("SELECT count(*) FROM digests"))).scalar_one())


async def until_made(stage: Stage, count: int) -> None:
    for _ in range(100):
        if await digests(stage) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{await digests(stage)} digests, not {count}")


async def test_each_week_tells_once_what_has_happened_in_it(
    stage: Stage, owner: Person, ada: Person, clock: Clock, arrives: Arrives
) -> None:
    clock.put(FRIDAY - timedelta(days=2))
    await stage.publish(weekly_digest=True, remind_share=False)
    await listens(ada)
    await signs(await arrives("Bob"))
    await writes(owner, "Some news")
    await sends(owner)
    assert (await ada.reads()).text == "Some news"
    await ended(stage)
    clock.put(FRIDAY - timedelta(seconds=1))
    clock.pass_(seconds=2)
    digest = await ada.reads()
    assert "The week in short" in digest.text
    assert "2 more have signed" in digest.text
    assert "2 signatures. Help us reach 100!" in digest.text
    assert "• News" in digest.text
    assert "Stop the updates" in digest.buttons
    clock.pass_(hours=5)
    assert await ada.hears_nothing(0.4)
    clock.put(FRIDAY + timedelta(days=7, minutes=1))
    await until_made(stage, 2)
    assert await ada.hears_nothing(0.4), "nothing has happened; the digest itself is no news"
    await signs(await arrives("Cleo"))
    clock.put(FRIDAY + timedelta(days=14, minutes=1))
    again = await ada.reads()
    assert "Since 15 January 2027, 1 more has signed" in again.text
    assert "What we told you" not in again.text
    async with stage.database.reading() as db:
        made = await broadcasts.of_campaign(db, 1, 1)
    assert (made[0].kind, made[0].author_id, made[0].options["most_a_day"]) == ("news", None, 3)


async def test_a_digest_that_is_not_wanted_or_is_over_is_not_made(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    await listens(ada)
    clock.put(FRIDAY + timedelta(minutes=1))
    assert await ada.hears_nothing(0.4)
    clock.put(FRIDAY + timedelta(hours=7))
    await stage.publish(weekly_digest=True)
    assert await ada.hears_nothing(0.4)
    assert await digests(stage) == 0


async def test_braces_in_a_campaigns_title_stay_as_they_are_and_night_is_waited_out(
    stage: Stage, ada: Person, clock: Clock
) -> None:
    definition = await stage.publish()
    titled = {
        language: texts.model_copy(update={"title": "Keep {{ it }} & {% all %}"})
        for language, texts in definition.text.items()
    }
    clock.put(SATURDAY_BEFORE_CLOCKS_CHANGE)
    await stage.publish(
        weekly_digest=True, digest_at="Sunday 01:30", quiet_hours="21:00-08:00", text=titled
    )
    await listens(ada)
    clock.put(datetime(2027, 3, 28, 1, 30, tzinfo=UTC))  # 02:30: the clocks jumped over 01:30
    await until_made(stage, 1)
    assert await ada.hears_nothing(0.4)
    clock.put(datetime(2027, 3, 28, 8, 0, 1, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC))
    assert "Keep {{ it }} & {% all %}" in (await ada.reads(within=20)).text
