"""`clamour run` as a service manager sees it: starting, stopping, failing."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.cli.errors import explain
from storage.errors import DatabaseReadOnly
from tests.amount import cases
from tests.bot.commandline import (
    TOKEN,
    UNKNOWN_TOKEN,
    bare_environment,
    bot_api,
    clamour,
    write_campaign,
    write_config,
)
from tests.bot.servers import misbehaving

HERE = """\
[telegram]
token_file = "bot-token"
api_url = "{api}"
[staff]
owners = [11]
[log]
format = "json"
"""


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Process]:
    """The bot, from the moment its campaign is loaded."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "bot", "run"),
        cwd=folder,
        env=bare_environment(),
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def log_until(process: Process, event: str) -> None:
    assert process.stderr is not None
    async with asyncio.timeout(120):
        while line := await process.stderr.readline():
            if json.loads(line)["event"] == event:
                return
    raise AssertionError(f"the log ends without {event!r}")


@pytest.mark.parametrize(
    "told", cases(short=[signal.SIGTERM], full=[signal.SIGTERM, signal.SIGINT])
)
async def test_it_runs_until_told_to_stop_and_ends_with_code_0(
    tmp_path: Path, told: signal.Signals
) -> None:
    write_campaign(tmp_path)
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api))
        async with running(tmp_path) as process:
            await log_until(process, "campaign loaded")
            await asyncio.sleep(0.5)
            assert process.returncode is None
            os.kill(process.pid, told)
            async with asyncio.timeout(120):
                _, rest = await process.communicate()

    assert process.returncode == 0, rest
    assert TOKEN.encode() not in rest


async def test_an_unreachable_telegram_is_waited_for_and_a_stop_is_heard_meanwhile(
    tmp_path: Path,
) -> None:
    write_campaign(tmp_path)
    write_config(tmp_path, HERE.format(api="http://127.0.0.1:9"))
    async with running(tmp_path) as process:
        await log_until(process, "Telegram not reached")
        process.terminate()
        async with asyncio.timeout(120):
            _, rest = await process.communicate()

    assert process.returncode == 0, rest


async def test_a_second_signal_does_not_wait_and_is_no_crash(tmp_path: Path) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def keep_waiting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await answer.wait()

    write_campaign(tmp_path)
    async with misbehaving(keep_waiting) as api:
        write_config(tmp_path, HERE.format(api=api))
        async with running(tmp_path) as process:
            async with asyncio.timeout(120):
                await asked.wait()
            process.terminate()
            await asyncio.sleep(0.5)
            assert process.returncode is None
            process.terminate()
            async with asyncio.timeout(120):
                _, rest = await process.communicate()
        answer.set()

    assert process.returncode == 130, rest
    assert b"crashed" not in rest


def test_a_wrong_token_is_one_paragraph_and_code_1(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api), token=UNKNOWN_TOKEN)
        told = clamour("run", folder=tmp_path)

    assert told.returncode == 1
    assert "Telegram does not know the token" in told.stderr
    assert "Traceback" not in told.stderr
    assert UNKNOWN_TOKEN not in told.stderr


def test_a_missing_campaign_file_is_told_by_its_name(tmp_path: Path) -> None:
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api))
        told = clamour("run", folder=tmp_path)

    assert told.returncode == 1
    assert "campaign.toml" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_damaged_database_ends_it_with_what_to_do_and_stays_as_it_is(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    write_config(tmp_path)
    file = tmp_path / "clamour.db"
    file.write_bytes(b"rubbish" * 1000)

    ended = clamour("run", folder=tmp_path)

    assert ended.returncode == 1
    assert "file is damaged" in " ".join(ended.stderr.split())
    assert "clamour restore" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert file.read_bytes() == b"rubbish" * 1000


def test_a_database_that_cannot_be_written_to_is_named_as_the_reason() -> None:
    words = explain(DatabaseReadOnly("attempt to write a readonly database"))

    assert words is not None
    assert "cannot be written to" in words
    assert "read-only" in words
