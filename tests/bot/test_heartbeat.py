"""Promises of what a process says of itself, to the database and to systemd."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from telegram.error import RetryAfter

from bot import heartbeat, retry
from bot.app_state import AppState
from bot.cli.processes import table
from bot.heartbeat import Heartbeat, keep_watchdog_quiet, tell_service
from campaign.catalogue import Catalogue
from handlers.services import Services
from messages import bot_texts
from storage import processes
from storage.database import Database
from storage.processes import Process
from tests import migrated
from tests.engines import PATIENCE_SECONDS


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    database = await Database.open(url)
    yield database
    await database.close()


@pytest.fixture
def app_state(database: Database) -> AppState:
    return AppState(Services(database, bot_texts(), Catalogue(database)))


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(PATIENCE_SECONDS)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield heard


async def known(database: Database) -> list[Process]:
    async with database.reading() as db:
        return await processes.all(db)


async def test_a_process_is_known_with_its_duties_until_it_ends(
    database: Database, app_state: AppState
) -> None:
    one = Heartbeat(app_state, database, 10)
    await one.beat()
    assert [process.duties for process in await known(database)] == [()]
    app_state.does_jobs = app_state.takes_updates = True
    await one.beat()
    assert [process.duties for process in await known(database)] == [("updates", "jobs")]
    await one.end()
    assert await known(database) == []


async def test_a_start_that_telegram_holds_up_is_seen_while_it_waits(
    database: Database, app_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.05,))
    one, seen = Heartbeat(app_state, database, 10), []

    async def get_me() -> None:
        await one.beat()
        (process,) = await known(database)
        seen.append(process.duties)
        if len(seen) == 1:
            raise RetryAfter(1)

    await one.beat()
    assert await retry.retry_until_reachable(get_me, asyncio.Event(), waits=app_state.waits)
    await one.beat()
    (process,) = await known(database)
    assert [*seen, process.duties] == [(), ("waiting",), ()]
    assert "waits until Telegram takes calls" in "".join(
        table([replace(process, duties=seen[1])]).columns[2].cells
    )


async def test_a_process_that_meets_a_newer_database_goes_on_and_says_so_once(
    database: Database, app_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Heartbeat(app_state, database, 10)
    await one._say()
    async with database.transaction() as db:
        await db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    warned: list[str] = []
    monkeypatch.setattr(heartbeat, "log", _Noting(warned))
    await one._say()
    await one._say()
    assert len(warned) == 1
    (process,) = await known(database)
    assert process.schema != "9999"


class _Noting:
    def __init__(self, warned: list[str]) -> None:
        self._warned = warned

    def warning(self, words: str, **_: object) -> None:
        self._warned.append(words)


def test_the_service_manager_is_told_and_nobody_is_missed_who_is_not_there(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tell_service("READY=1")
    assert manager.recv(100) == b"READY=1"
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    tell_service("READY=1")
    monkeypatch.delenv("NOTIFY_SOCKET")
    tell_service("READY=1")


async def test_the_watchdog_is_kept_quiet_if_it_is_ours(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    await asyncio.wait_for(keep_watchdog_quiet(), 120)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    quiet = asyncio.create_task(keep_watchdog_quiet())
    for _ in range(2):
        assert await asyncio.to_thread(manager.recv, 100) == b"WATCHDOG=1"
    quiet.cancel()
