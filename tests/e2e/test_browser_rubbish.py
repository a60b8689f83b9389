"""Promise: rubbish from one address, as much as it can send, keeps nobody elsewhere from signing,
and nothing of either address is kept."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests import migrated
from tests.amount import cases
from tests.browser.visitor import Visitor
from tests.e2e import forkserver
from tests.e2e.browser_signer import Signer, everybody_has_signed_once
from tests.e2e.killable import configure, free_port
from tests.e2e.mailbox import Mailbox
from tests.e2e.running_bot import simulator
from tests.stage.bot import ROOT, TOKEN

pytestmark = pytest.mark.crash

PEOPLE = cases(short=2, full=10)
SECONDS_BEFORE = cases(short=0.5, full=10.0)
FROM = "127.0.0.66"
OF_ONE_NETWORK = 20
"""limits.site_people: so many may begin, and eight times as many requests be made."""

SLOWEST_SECONDS = 10.0
"""How long an answer may take at most: as long as people wait for a page."""


def visitor(address: str, number: int) -> Visitor:
    """Somebody at an address of their own; of every second, a web server of ours says it."""
    own = own_address(number)
    if number % 2:
        return Visitor.to(address, **{"X-Forwarded-For": own})
    connector = aiohttp.TCPConnector(local_addr=(own, 0))
    jar = aiohttp.CookieJar(unsafe=True)
    return Visitor(address, aiohttp.ClientSession(cookie_jar=jar, connector=connector))


def own_address(number: int) -> str:
    return f"203.0.{113 + number}.77" if number % 2 else f"127.0.{113 + number}.77"


@asynccontextmanager
async def rubbish(port: int, answered: Counter[str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.rubbish_sender", str(port), FROM),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"sending\n"
    try:
        yield
    finally:
        process.terminate()
        said, _ = await process.communicate()
    answered.update(json.loads(said))


async def _listens(address: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(120):
        while True:
            try:
                async with session.get(f"{address}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def test_rubbish_from_one_address_keeps_nobody_elsewhere_from_signing(
    tmp_path: Path,
) -> None:
    port, answered, log = free_port(), Counter[str](), tmp_path / "log"
    address = f"http://127.0.0.1:{port}"
    now = asyncio.get_running_loop().time
    async with (
        Mailbox.open() as mailbox,
        migrated.migrated_url("sqlite", tmp_path) as url,
        simulator("--no-limits") as api,
    ):
        sections = (
            f'[web]\nport = {port}\npublic_url = "{address}"\n'
            f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n'
            f"[limits]\nsite_people = {OF_ONE_NETWORK}\n"
        )
        config = tmp_path / "config.toml"
        configure(config, api, url, "", 0, sections=sections)
        config.write_text(config.read_text("utf-8").replace('"error"', '"debug"'), "utf-8")
        bot = await forkserver.clamour(
            *("run", "--config", str(config)),
            cwd=ROOT,
            environment={"CLAMOUR_TELEGRAM_TOKEN": TOKEN},
            log=log,
        )
        try:
            await _listens(address)
            begun = now()
            async with rubbish(port, answered):
                await asyncio.sleep(SECONDS_BEFORE)  # its network's share is used up
                signers = [
                    Signer(visitor(address, number), number, mailbox) for number in range(PEOPLE)
                ]
                for one in signers:
                    async with one.visitor, asyncio.timeout(300):
                        await one.signs()
                lasted = now() - begun
            kept = [file.read_bytes() for file in tmp_path.glob("*.db*")]
        finally:
            bot.terminate()
            await bot.wait()
        await everybody_has_signed_once(url, [one.email for one in signers])
    slowest = max(one.slowest for one in signers)
    a_second = answered.total() / lasted
    print(  # noqa: T201 - shown by `pytest -rP`
        f"{a_second:,.0f} requests of rubbish a second, by status {dict(answered)}; "
        f"a person's slowest answer took {slowest:.2f} s"
    )
    kept += [file.read_bytes() for file in (log, *tmp_path.glob("*.db*"))]
    assert slowest < SLOWEST_SECONDS
    assert answered["429"] + answered["closed"] > answered.total() * 0.9
    assert not {status for status in answered if status.startswith("5")}
    traces = {FROM, *(own_address(number) for number in range(PEOPLE))}
    found = {trace for trace in traces for written in kept if trace.encode() in written}
    assert kept
    assert found == set()
