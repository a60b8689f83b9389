"""Heartbeat: records this process for `clamour status` and feeds systemd's watchdog."""

import asyncio
import os
import secrets
import socket
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import structlog

from bot.app_state import AppState
from storage import processes
from storage.database import Database
from storage.errors import StorageError
from storage.processes import Process

log = structlog.get_logger()

SAID_EVERY_SECONDS = 15.0
ALIVE_WITHIN = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)
CONNECTIONS_BESIDE_THE_POOL = 5
"""That a process opens at the most for locks, and to hear of other processes."""


class Heartbeat:
    """One process as others see it. Its times are the machine's, whatever the house's clock says:
    they are about the program, not about the campaign."""

    def __init__(self, app_state: AppState, database: Database, pool_size: int) -> None:
        self._app_state, self._database = app_state, database
        self._id = secrets.token_hex(3)
        self._version = version("clamour")
        self._since = datetime.now(UTC)
        self._connections = (
            pool_size + CONNECTIONS_BESIDE_THE_POOL if database.kind == "postgresql" else 0
        )
        self._schema = ""
        self._told_of: str | None = None
        self._said: object = None

    async def beat(self) -> None:
        """Say it if that was a while ago, or if the duties have changed; to be called every second.

        Raises:
            DatabaseUnavailable: it is said the next time that it is due.
        """
        state = (self._app_state.duties, int(time.monotonic() / SAID_EVERY_SECONDS))
        if state != self._said:
            self._said = state
            await self._say()

    async def end(self) -> None:
        """Say that it ends; who is killed is missed after a minute instead."""
        now = datetime.now(UTC)
        try:
            async with self._database.transaction() as db:
                await processes.forget(db, [self._id], unseen_since=now - FORGOTTEN_AFTER)
        except StorageError:
            log.info("not said that this process ends: database away")

    async def _say(self) -> None:
        async with self._database.transaction() as db:
            newest = await processes.newest_migration(db) or ""
            self._schema = self._schema or newest
            await processes.upsert(
                db,
                Process(
                    self._id,
                    self._app_state.role.name,
                    self._version,
                    self._schema,
                    self._connections,
                    self._app_state.duties,
                    self._since,
                    datetime.now(UTC),
                ),
            )
        if newest not in (self._schema, self._told_of):
            self._told_of = newest
            log.warning(
                "a newer Clamour has changed the database: this process goes on; restart it "
                "with the newer version",
                knows=self._schema,
                database=newest,
            )


def tell_service(state: str) -> None:
    """Tell the service manager, if there is one that wants to know
    (https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notify:
            notify.connect("\0" + address[1:] if address.startswith("@") else address)
            notify.send(state.encode())
    except OSError as failed:
        log.warning("service manager not told", reason=type(failed).__name__)


async def keep_watchdog_quiet() -> None:
    """Tell the service manager that the loop turns, twice as often as it asks; returns at once if
    it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(
        os.getpid()
    ):
        return
    while True:
        tell_service("WATCHDOG=1")
        await asyncio.sleep(int(microseconds) / 2_000_000)
