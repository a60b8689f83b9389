"""Promises about milestones, from the signature that reaches one to the update about it."""

from datetime import UTC, datetime
from pathlib import Path

from bot.jobs import broadcast_progress
from campaign.broadcasts import states
from campaign.paper import entries
from storage import broadcasts, campaigns
from storage.database import Database
from tests.conversations.broadcast_steps import ended, listens, shows
from tests.e2e.people import Person
from tests.stage.bot import OWNER, settings
from tests.stage.stage import Stage, Telegram


async def test_staff_get_a_milestone_ready_to_send_with_one_tap(
    stage: Stage, owner: Person, ada: Person, eddie: Person
) -> None:
    await stage.publish(milestones=(2, 3))
    await listens(ada)
    await owner.says("/offline 1 at the market")
    await owner.taps("Yes, add them")
    told = await shows(eddie, "2 signatures reached!")
    assert told.has_picture
    assert "ready for 1 person" in told.text
    await shows(owner, "2 signatures reached!")
    await eddie.taps("Yes, send it to 1", on=told)
    update = await shows(ada, "2 signatures!")
    assert update.has_picture
    assert "Could you ask one friend today?" in update.text
    assert "Share" in update.buttons
    done = await ended(stage)
    assert (done.kind, done.sent) == ("milestone", 1)


async def test_an_owner_who_comes_second_sees_that_it_has_been_sent(
    stage: Stage, owner: Person, ada: Person, eddie: Person
) -> None:
    await stage.publish(milestones=(1,))
    await owner.says("/start")
    await listens(ada)
    theirs, mine = await shows(eddie, "1 signature reached!"), await shows(owner, "1 signature")
    await eddie.taps("Yes, send it", on=theirs)
    await ended(stage)
    assert "All sent" in (await owner.taps("Yes, send it", on=mine)).text
    await shows(ada, "1 signature!")
    assert await ada.hears_nothing(), "a second tap sends nothing"


async def test_it_goes_by_itself_unless_staff_stop_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await stage.publish(milestones=(1, 2), milestones_send=True)
    await owner.says("/start")
    await listens(ada)
    told = await shows(owner, "You can stop it until then")
    assert "Cancelled" in (await owner.taps("Cancel", on=told)).text
    async with stage.database.reading() as db:
        assert not await broadcasts.in_state(db, "scheduled")
    await owner.says("/offline 1 stall")
    await owner.taps("Yes, add them")
    again = await shows(owner, "You can stop it until then")
    assert "2 signatures reached!" in again.text
    changed = await owner.taps("Back to draft", on=again)
    assert "as it will arrive" in changed.text


async def test_what_staff_are_told_stays_until_it_goes(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await stage.publish(milestones=(1,), milestones_send=True)
    await owner.says("/start")
    await listens(ada)
    await shows(owner, "You can stop it until then")
    assert await owner.hears_nothing(broadcast_progress.PROGRESS_SECONDS + 1), (
        "it is not changed into something else"
    )
    async with stage.database.transaction() as db:
        (waiting,) = await broadcasts.in_state(db, "scheduled")
        now = datetime.now(UTC)
        await states.schedule(db, waiting.id, now, now=now)
    stage.services.dispatch_woken.set()
    await shows(ada, "1 signature!")
    assert "Sent: 1" in (await shows(owner, "All sent")).text


async def test_a_milestone_passed_while_the_bot_was_away_is_told_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with Telegram.open() as telegram:
        async with Stage.on(telegram, tmp_path):
            owner = await telegram.arrives("Olive", id=OWNER)
            await owner.says("/start")
        database = await Database.open(settings(telegram.address, tmp_path).storage.url)
        async with database.transaction() as db:
            campaign = await campaigns.by_slug(db, "keep-the-unit")
            assert campaign is not None
            now = datetime.now(UTC)
            await entries.record(db, campaign.id, 1005, "stall", recorded_by=None, now=now)
        await database.close()
        async with Stage.on(telegram, tmp_path):
            assert "nobody to send it to" in (await shows(owner, "1,000 signatures")).text
        async with Stage.on(telegram, tmp_path):
            assert await owner.hears_nothing(1.5), "once is enough"
