"""Promises for a disk that is full, or has become read-only."""

from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from structlog.testing import capture_logs

from tests.conversations.form_steps import signs
from tests.disks import disk, no_more_than, read_only
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot, simulator_within
from tests.warm_engines import end_connections


async def test_a_full_disk_costs_nothing_that_was_acknowledged_and_goes_by(
    stage: RunningBot, ada: Person, tmp_path: Path
) -> None:
    await signs(ada)
    assert (await stage.totals()).total == 1
    with no_more_than((tmp_path / "clamour.db-wal").stat().st_size):
        told = await ada.says("/language")
        for _ in range(20):
            if "nothing is lost" in told.text.lower():
                break
            told = await ada.taps("Cymraeg")
            told = await ada.says("/language")
        assert "nothing is lost" in told.text.lower()
    assert "English" in (await ada.reads(within=40)).buttons
    assert (await stage.totals()).total == 1
    assert (signature := await stage.signature(ada.id)) is not None
    assert signature.status == "live"


async def test_a_disk_that_becomes_read_only_is_waited_out(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        kept = stack.enter_context(disk())
        url = f"sqlite+aiosqlite:///{kept / 'clamour.db'}"
        address = await stack.enter_async_context(simulator_within())
        stage = await stack.enter_async_context(RunningBot.open(address, tmp_path, url=url))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        ada = await Person.arrive(session, address, "Ada", last_name="Lovelace")
        await signs(ada)
        with read_only(kept), capture_logs() as logged:
            await end_connections(stage.services.database)  # the kernel leaves them writable
            assert "nothing is lost" in (await ada.says("/language")).text.lower()
        assert "DatabaseReadOnly" in [event.get("reason") for event in logged]
        assert "English" in (await ada.reads(within=40)).buttons
        assert (await stage.totals()).total == 1
        signature = await stage.signature(ada.id)
        assert signature is not None
        assert signature.status == "live"
