"""Promises of processes that share the work: by webhook in roles, by polling in turn."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from storage import migrate
from tests import engines, migrated
from tests.conversations.form_steps import signs
from tests.conversations.referral_steps import link_of, signs_by
from tests.e2e import books
from tests.e2e.fleet import Member, fleet, member, running
from tests.e2e.people import Person
from tests.e2e.running_bot import simulator
from tests.e2e.signers import Crowd, everybody_signs

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

PEOPLE = 20


@dataclass
class World:
    """A simulator and an empty database."""

    address: str
    url: str
    folder: Path
    session: aiohttp.ClientSession


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    await engines.require("postgresql")
    async with (
        migrated.migrated_url("postgresql", tmp_path) as url,
        simulator("--no-limits") as address,
        aiohttp.ClientSession() as session,
    ):
        yield World(address, url, tmp_path, session)


async def test_what_happens_with_a_web_worker_is_done_at_once_by_the_one_that_does_the_jobs(
    world: World,
) -> None:
    """Without a wake-up it would be done with the next look, a minute later."""
    roles = ("web", "sender", "jobs", "web")
    async with fleet(world.folder, *roles, api=world.address, database=world.url):
        ada = await Person.arrive(world.session, world.address, "Ada")
        bob = await Person.arrive(world.session, world.address, "Bob")
        await ada.says("/start")
        await signs(ada)
        await signs_by(bob, await link_of(ada))
        async with asyncio.timeout(120):
            assert "A friend has signed because of you" in (await ada.reads()).text


async def test_of_two_that_poll_one_waits_and_takes_over_when_the_other_is_killed(
    world: World,
) -> None:
    both = [
        member(world.folder, number, "all", api=world.address, database=world.url)
        for number in range(2)
    ]
    async with running(both):
        assert [await _takes_updates(one) for one in both] == [True, False]
        ada = await Person.arrive(world.session, world.address, "Ada")
        await ada.says("/start")
        await both[0].kill()
        await ada.says("/help")
        assert await _takes_updates(both[1])


async def test_processes_go_on_while_a_newer_version_changes_the_database_under_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_upgrade", _newer)
    async with fleet(world.folder, "web", "web", api=world.address, database=world.url) as made:

        async def newer(crowd: Crowd) -> None:
            await crowd.comes_to(PEOPLE * 2)
            await migrate.upgrade(world.url)

        signers = await everybody_signs(world.address, PEOPLE, meanwhile=newer, may_see_late=True)
        await books.say_once(world.url, signers)
        assert [await one.readiness() for one in made] == [200, 200]
        await made[0].stop()
        with pytest.raises(AssertionError, match="ended by itself"):
            await made[0].start()


def _newer(connection: migrate.SyncConnection) -> None:
    """As a migration of the version after this one might be: it adds."""
    migrate.wait_a_moment_only(connection)
    for statement in (
        "CREATE TABLE newer (id bigint PRIMARY KEY)",
        *(
            f"ALTER TABLE {table} ADD COLUMN newer text"
            for table in ("dialogs", "signatures", "supporters", "campaigns", "consents")
        ),
        "ALTER TABLE campaigns DROP CONSTRAINT campaigns_status_check",
        "CREATE INDEX newer_idx ON signatures (newer)",
        "UPDATE alembic_version SET version_num = '9999'",
    ):
        connection.exec_driver_sql(statement)


async def _takes_updates(one: Member) -> bool:
    address = f"http://127.0.0.1:{one.watched_at}/readyz"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return "updates" in (await answer.json())["duties"]
