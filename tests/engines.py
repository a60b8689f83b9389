"""The database engines that tests run on, and a fresh database on each."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import cycle, product
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.amount import cases

ENGINES = ("sqlite", "postgresql")
PATIENCE_SECONDS = 150.0
"""For a turn at the database where many come at once: a busy machine is not what is tested."""

SERVER = os.environ.get(
    "CLAMOUR_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres"
).replace("postgresql+asyncpg://", "postgresql://")


_has_answered = False


def must_not_skip() -> bool:
    """Whether leaving something out is a failure, as in CI."""
    return any(os.environ.get(name) for name in ("CI", "CLAMOUR_REQUIRE_ALL"))


async def postgres_answers() -> bool:
    """Whether there is a PostgreSQL server to test on; asked until it has answered once."""
    global _has_answered
    if _has_answered:
        return True
    try:
        connection = await asyncpg.connect(SERVER, timeout=60)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    await connection.close()
    _has_answered = True
    return True


def params() -> list[object]:
    """Parameters for a fixture: each engine, PostgreSQL marked as such."""
    return [
        pytest.param("sqlite", id="sqlite"),
        pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
    ]


def crossed(*values: str) -> list[object]:
    """Parameters: each engine with each value; in `make test` each value once, engines by turns."""
    pairs = cases(
        short=list(zip(cycle(ENGINES), values, strict=False)), full=list(product(ENGINES, values))
    )
    return [
        pytest.param(*pair, marks=[pytest.mark.postgres] if pair[0] == "postgresql" else [])
        for pair in pairs
    ]


async def require(engine: str) -> None:
    """Skip, or fail where nothing may be left out, if the engine is not there."""
    if engine == "postgresql" and not await postgres_answers():
        reason = "no PostgreSQL server answers: set CLAMOUR_TEST_POSTGRES"
        if must_not_skip():
            pytest.fail(reason)
        pytest.skip(reason)


@asynccontextmanager
async def fresh_url(engine: str, folder: Path) -> AsyncIterator[str]:
    """The URL of an empty database of its own, dropped afterwards; see tests.migrated, too."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'clamour.db'}"
        return
    name = f"clamour_test_{uuid.uuid4().hex[:12]}"
    await on_server(f'CREATE DATABASE "{name}"')
    try:
        yield url_of(name)
    finally:
        drop_soon(name)


def url_of(name: str) -> str:
    """The URL of a database on the server, as Clamour's settings have it."""
    return urlsplit(SERVER)._replace(scheme="postgresql+asyncpg", path=f"/{name}").geturl()


def plain_url_of(name: str) -> str:
    """The same, as asyncpg itself takes it."""
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


async def drop(name: str) -> None:
    """Take a database away, whoever is connected to it."""
    await on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def drop_soon(name: str) -> None:
    """The same, beside the next tests: the server writes all to its disk before it drops one."""
    _drops.append(_dropping.submit(lambda: asyncio.run(drop(name))))


def all_dropped() -> None:
    """Wait for what is to be dropped soon; fail if one was not."""
    while _drops:
        _drops.pop().result()


_dropping = ThreadPoolExecutor(1)
_drops: list[Future[None]] = []


async def on_server(statement: str) -> None:
    """Run a statement that concerns whole databases."""
    connection = await asyncpg.connect(SERVER)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
