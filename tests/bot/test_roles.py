"""Promises of `clamour run --role` and of what `check` and `status` say of several processes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.processes import crowded, warnings
from bot.heartbeat import CONNECTIONS_BESIDE_THE_POOL
from storage import processes
from storage.database import Database
from storage.file_lock import in_use
from storage.processes import Process
from tests import engines, migrated
from tests.bot.commandline import bot_api, clamour, write_campaign, write_config

HERE = '[telegram]\ntoken_file = "bot-token"\napi_url = "{api}"\n'


def process(role: str = "all", *duties: str, seen: timedelta = timedelta()) -> Process:
    now = datetime.now(UTC)
    return Process(f"id-{role}", role, "0.1", "0020", 15, duties, now, now - seen)


@pytest.mark.parametrize("role", ["web", "sender", "jobs"])
def test_a_part_on_sqlite_is_refused_with_what_to_do(role: str, tmp_path: Path) -> None:
    write_config(tmp_path)
    told = clamour("run", "--role", role, folder=tmp_path)
    assert told.returncode == 1
    assert f"--role {role}" in told.stderr
    assert "PostgreSQL" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "clamour.db").exists()


def test_a_second_bot_on_one_sqlite_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    write_config(tmp_path)
    with in_use(f"sqlite+aiosqlite:///{tmp_path / 'clamour.db'}"):
        told = clamour("run", folder=tmp_path)
    assert told.returncode == 1
    assert "a bot runs on it" in told.stderr
    assert "PostgreSQL" in told.stderr


def test_whatever_nobody_does_is_warned_of() -> None:
    web = process("web", "updates")
    both = [web, process("sender", "sending")]
    assert [words.split("--role ")[1] for words in warnings([web], None)] == ["sender", "jobs"]
    assert [words.split("--role ")[1] for words in warnings(both, None)] == ["jobs"]
    assert not list(warnings([process("all", "updates", "sending", "jobs")], None))
    assert not list(warnings([], None)), "who has not started anything misses nothing"


def test_a_process_older_than_the_database_is_warned_of() -> None:
    everything = process("all", "updates", "sending", "jobs")
    assert not list(warnings([everything], "0020"))
    (words,) = warnings([everything], "0021")
    assert "older" in words
    assert everything.id in words


def test_connections_are_counted_for_those_that_run_and_for_those_that_are_planned() -> None:
    each = 10 + CONNECTIONS_BESIDE_THE_POOL
    three = [replace(process(), connections=each) for _ in range(3)]
    assert crowded(three, planned=None, pool_size=10, places=3 * each) is None
    assert crowded(three, planned=4, pool_size=10, places=4 * each) is None
    words = crowded(three, planned=4, pool_size=10, places=4 * each - 1)
    assert words is not None
    assert "storage.pool_size = 9" in words
    crowd = crowded([], planned=50, pool_size=10, places=100)
    assert crowd is not None
    assert "fewer processes" in crowd


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    await engines.require("postgresql")
    async with migrated.migrated_url("postgresql", tmp_path) as url:
        yield url


@pytest.mark.postgres
async def test_check_and_status_tell_who_lives_what_is_missing_and_what_does_not_fit(
    url: str, tmp_path: Path
) -> None:
    database = await Database.open(url)
    async with database.transaction() as db:
        await processes.upsert(db, process("web", "updates"))
        await processes.upsert(db, process("sender", "sending", seen=timedelta(minutes=2)))
    await database.close()
    write_campaign(tmp_path)
    storage = {"CLAMOUR_STORAGE__URL": url}
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api))
        checked = await asyncio.to_thread(
            clamour, "check", "--processes", "500", folder=tmp_path, **storage
        )
        told = await asyncio.to_thread(clamour, "status", folder=tmp_path, **storage)
    assert checked.returncode == told.returncode == 0, checked.stdout
    for said in (checked.stdout, told.stdout):
        assert "--role sender" in said
        assert "--role jobs" in said
        assert "--role web" not in said
    assert "500 processes may open 7500 connections" in checked.stdout
    assert "max_connections" in checked.stdout
    rows = [line.split() for line in told.stdout.splitlines()]
    assert [row[:3] for row in rows if row[:1] == ["id-web"]] == [["id-web", "web", "messages"]]
    assert not [row for row in rows if row[:1] == ["id-sender"]], "it has not been seen"
