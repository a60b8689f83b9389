"""Promises of alerts: owners hear when sending stalls or updates fail, and not more than once an
hour, whatever restarts in between."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import telegram
from aiohttp import web

from bot.jobs.notifications import Outbox
from bot.jobs.owner_alerts import MOST_FAILURES, Failures, OwnerAlerts
from campaign.broadcasts import audience, states
from campaign.catalogue import Catalogue, publish
from campaign.petition import Petition
from channels.email.transport import Outage
from handlers.services import Services
from messages import bot_texts
from storage import broadcasts, deliveries, delivery_claims, staff
from storage.audiences import Audience
from storage.database import Database
from tests import engines, migrated
from tests.bot.servers import MESSAGE, answering, bot_at, done, refused
from tests.campaign import petitions
from tests.storage.world import person

NOON = datetime(2009, 11, 26, 12, tzinfo=UTC)
OWNER, WELSH, EDITOR, GONE = 1, 2, 3, 4


@dataclass
class World:
    """A bot with owners, a campaign, and a clock that tests set."""

    services: Services
    bot: Any
    petition: Petition
    failures: Failures
    watch: OwnerAlerts = field(init=False)
    told: list[tuple[int, str]] = field(default_factory=list)
    now: datetime = NOON
    set_by: timedelta = timedelta()
    mail: Outage | None = None

    def clock_is_set(self, **by: float) -> None:
        """Somebody sets the machine's clock; no time goes by."""
        self.now += timedelta(**by)
        self.set_by += timedelta(**by)

    async def sends(self, **options: Any) -> int:
        """A broadcast that is being sent, to nobody yet."""
        async with self.services.database.transaction() as db:
            made = await broadcasts.add(
                db,
                campaign_id=self.petition.id,
                kind="news",
                author_id=None,
                content={},
                audience=audience.to_dict(Audience()),
                options=states.Options(**options).to_dict(),
                now=self.now,
            )
            await states.start(db, made.id, now=self.now)
        return made.id

    async def after(self, **time: float) -> list[int]:
        """Who is told of something when so much time has passed."""
        self.now += timedelta(**time)
        self.told.clear()
        await self.watch.check()
        await Outbox(self.services, self.bot).send_due()
        return sorted(chat for chat, _ in self.told)


@pytest.fixture(params=engines.params())
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    await engines.require(request.param)
    told: list[tuple[int, str]] = []

    async def answer(call: web.Request) -> web.Response:
        given = await call.json()
        if given["chat_id"] == GONE:
            return refused(403, "Forbidden: bot was blocked by the user")
        told.append((given["chat_id"], given["text"]))
        return done(MESSAGE)

    async with (
        migrated.migrated_url(request.param, tmp_path) as url,
        answering(answer) as api,
        bot_at(api) as bot,
    ):
        database = await Database.open(url)
        try:
            yield await furnished(database, bot, told)
        finally:
            await database.close()


async def furnished(database: Database, bot: telegram.Bot, told: list[tuple[int, str]]) -> World:
    petition = await publish(database, petitions.example(), now=NOON)
    async with database.transaction() as db:
        for member in (GONE, OWNER, WELSH):
            await person(db, member)
            await staff.upsert(db, member, "owner", NOON)
        await staff.upsert(db, EDITOR, "editor", NOON)
    services = Services(database, bot_texts(), Catalogue(database))
    services.clock = lambda: world.now
    services.monotonic = lambda: (world.now - NOON - world.set_by).total_seconds()
    world = World(services, bot, petition, Failures(services.monotonic), told=told)
    world.watch = OwnerAlerts(services, world.failures, lambda: world.mail)
    return world


async def test_owners_hear_of_a_broadcast_that_has_not_moved_for_ten_minutes(
    world: World,
) -> None:
    await world.sends()
    assert await world.after(minutes=0) == []
    assert await world.after(minutes=9) == []
    assert await world.after(minutes=1) == [OWNER, WELSH]
    assert "An update has stopped moving" in world.told[0][1]
    assert await world.after(minutes=59) == []
    assert await world.after(minutes=1) == [OWNER, WELSH]


async def test_one_that_moves_is_none_to_hear_of(world: World) -> None:
    number = await world.sends()
    for _ in range(6):
        async with world.services.database.transaction() as db:
            await broadcasts.count(db, number, {"total": 1, "sent": 1})
        assert await world.after(minutes=9) == []
    assert await world.after(minutes=10) == [OWNER, WELSH]


async def test_one_that_goes_on_after_a_pause_has_its_ten_minutes(world: World) -> None:
    number = await world.sends()
    await world.after(minutes=0)
    async with world.services.database.transaction() as db:
        await states.pause(db, number)
    assert await world.after(minutes=60) == []
    async with world.services.database.transaction() as db:
        await states.resume(db, number, now=world.now)
    assert await world.after(minutes=1) == []
    assert await world.after(minutes=10) == [OWNER, WELSH]


async def test_one_that_waits_for_quiet_hours_is_none_to_hear_of(world: World) -> None:
    await world.sends(quiet_hours="21:00-08:00", zone="UTC")
    world.now = NOON.replace(hour=20, minute=55)
    assert await world.after(minutes=0) == []
    for _ in range(20):
        assert await world.after(minutes=30) == []
    world.now = NOON.replace(day=27, hour=7, minute=59)
    assert await world.after(minutes=0) == []
    assert await world.after(minutes=1) == []
    assert await world.after(minutes=10) == [OWNER, WELSH]


async def test_one_whose_people_all_have_to_wait_is_none_to_hear_of(world: World) -> None:
    number = await world.sends()
    async with world.services.database.transaction() as db:
        supporter, _ = await person(db, 70)
        await deliveries.add(db, number, [supporter.id])
        await broadcasts.count(db, number, {"total": 1})
        await broadcasts.walk_to(db, number, supporter.id, walked=True)
        found = await delivery_claims.claim(
            db, await shown(db, number), NOON, 1, after=0, today=NOON
        )
        tomorrow = NOON + timedelta(days=1)
        await deliveries.record(
            db,
            number,
            [deliveries.Outcome(found[0].supporter_id, "pending", not_before=tomorrow)],
            NOON,
        )
    assert await world.after(minutes=0) == []
    assert await world.after(hours=23, minutes=59) == []
    assert await world.after(minutes=1) == []
    assert await world.after(minutes=10) == [OWNER, WELSH]


async def shown(db: Any, number: int) -> broadcasts.Broadcast:
    found = await broadcasts.of(db, number)
    assert found is not None
    return found


async def test_a_restart_tells_nothing_again_and_what_was_down_has_not_stalled(
    world: World,
) -> None:
    await world.sends()
    await world.after(minutes=0)
    assert await world.after(minutes=10) == [OWNER, WELSH]
    world.watch = OwnerAlerts(world.services, world.failures)
    assert await world.after(minutes=15) == [], "once an hour"
    world.now += timedelta(hours=8)
    world.watch = OwnerAlerts(world.services, world.failures)
    assert await world.after(minutes=1) == [], "it may go on now that the bot is back"
    assert await world.after(minutes=10) == [OWNER, WELSH]


async def test_several_processes_tell_once(world: World) -> None:
    await world.sends()
    await world.after(minutes=0)
    watches = [OwnerAlerts(world.services, world.failures) for _ in range(3)]
    world.now += timedelta(minutes=10)
    await asyncio.gather(*(watch.check() for watch in watches))
    await Outbox(world.services, world.bot).send_due()
    assert sorted(chat for chat, _ in world.told) == [OWNER, WELSH]


async def test_owners_hear_when_many_updates_fail_within_five_minutes(world: World) -> None:
    for _ in range(MOST_FAILURES):
        world.failures.note()
    assert await world.after(minutes=1) == []
    world.failures.note()
    assert await world.after(minutes=0) == [OWNER, WELSH]
    assert f"{MOST_FAILURES + 1} messages" in world.told[0][1]
    for _ in range(MOST_FAILURES + 1):
        world.failures.note()
    assert await world.after(minutes=1) == [], "once an hour"
    assert await world.after(minutes=10) == []


async def test_failures_long_past_are_forgotten(world: World) -> None:
    for _ in range(MOST_FAILURES + 1):
        world.failures.note()
        world.now += timedelta(minutes=1)
    assert await world.after(minutes=0) == []


async def test_a_clock_that_is_put_forward_is_no_standing_still(world: World) -> None:
    await world.sends()
    await world.after(minutes=0)
    world.clock_is_set(hours=5)
    assert await world.after(minutes=1) == []
    assert await world.after(minutes=10) == [OWNER, WELSH]


async def test_a_clock_that_is_put_back_delays_no_alert(world: World) -> None:
    await world.sends()
    await world.after(minutes=0)
    assert await world.after(minutes=10) == [OWNER, WELSH]
    world.clock_is_set(hours=-5)
    assert await world.after(minutes=1) == []
    assert await world.after(minutes=10) == [OWNER, WELSH]


async def test_failures_count_for_five_minutes_whatever_the_clock_does(world: World) -> None:
    for _ in range(MOST_FAILURES + 1):
        world.failures.note()
    world.clock_is_set(hours=-5)
    assert world.failures.of_late() == MOST_FAILURES + 1
    await world.after(minutes=6)
    assert world.failures.of_late() == 0


async def test_owners_hear_at_once_of_a_mail_server_that_refuses_us_and_daily_until_it_works(
    world: World,
) -> None:
    world.mail = Outage(refused=True, seconds=0)
    assert await world.after(minutes=1) == [OWNER, WELSH]
    assert "takes nothing from us" in world.told[0][1]
    assert await world.after(hours=23) == []
    assert await world.after(hours=1) == [OWNER, WELSH]
    world.mail = None
    assert await world.after(days=2) == []


async def test_owners_hear_again_of_a_mail_server_that_worked_in_between_once_an_hour(
    world: World,
) -> None:
    world.mail = Outage(refused=True, seconds=0)
    assert await world.after(minutes=1) == [OWNER, WELSH]
    world.mail = Outage(refused=True, seconds=0, since_worked=60)
    assert await world.after(minutes=20) == [], "it comes and goes"
    assert await world.after(minutes=40) == [OWNER, WELSH]
    world.mail = Outage(refused=True, seconds=0, since_worked=5 * 3600)
    assert await world.after(hours=4) == [], "told since it worked"
    assert await world.after(hours=20) == [OWNER, WELSH]


async def test_a_mail_server_that_is_away_for_ten_minutes_is_to_hear_of(world: World) -> None:
    world.mail = Outage(refused=False, seconds=599)
    assert await world.after(minutes=1) == []
    world.mail = Outage(refused=False, seconds=600)
    assert await world.after(minutes=1) == [OWNER, WELSH]
    assert "can’t be reached" in world.told[0][1]
