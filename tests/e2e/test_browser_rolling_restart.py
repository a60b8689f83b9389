"""Promise: while people sign in browsers, each process is started anew and one is killed; nobody is
lost or counted twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests import engines, migrated
from tests.amount import cases
from tests.browser.visitor import Visitor
from tests.deploy.caddy import caddy
from tests.e2e.browser_signer import NO_LIMITS, Signer, everybody_has_signed_once
from tests.e2e.fleet import Member, member, running
from tests.e2e.killable import free_port
from tests.e2e.mailbox import Mailbox
from tests.e2e.running_bot import simulator

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

ROLES = ("web", "sender", "jobs", "web")
PEOPLE_AT_LEAST = cases(short=20, full=200)
AT_ONCE = 10
SLOWEST_SECONDS = 60.0
"""No answer takes longer, from whichever process, on a busy machine with four others starting."""


@asynccontextmanager
async def site(
    folder: Path, address: str, mailbox: Mailbox
) -> AsyncIterator[tuple[str, list[Member]]]:
    """A database, and processes of all roles on it, behind Caddy as we deliver it."""
    async with (
        migrated.migrated_url("postgresql", folder) as url,
        simulator("--no-limits") as api,
    ):
        made = []
        for number, role in enumerate(ROLES):
            port = free_port()
            hook = f"{address}/telegram"
            one = member(folder, number, role, api=api, database=url, hook=hook, port=port)
            with one.config.open("a", encoding="utf-8") as file:  # in [web]
                file.write(f'port = {port}\npublic_url = "{address}"\n')
                file.write(f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n')
                file.write(NO_LIMITS)
            made.append(one)
        workers = [one.port for one in made if one.role == "web"]
        async with caddy(folder, int(address.rpartition(":")[2]), workers), running(made):
            yield url, made


async def test_each_is_started_anew_and_one_is_killed_while_people_sign_in_browsers(
    tmp_path: Path,
) -> None:
    await engines.require("postgresql")
    address = f"http://127.0.0.1:{free_port()}"
    signers: list[Signer] = []
    async with Mailbox.open() as mailbox, site(tmp_path, address, mailbox) as (url, made):
        rolling = asyncio.create_task(_each_anew(made))

        async def one_after_the_other() -> None:
            while not rolling.done() or len(signers) < PEOPLE_AT_LEAST:
                async with Visitor.to(address) as visitor:
                    signer = Signer(visitor, len(signers), mailbox)
                    signers.append(signer)
                    await signer.signs()

        async with asyncio.timeout(900), asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(one_after_the_other())
        await rolling
        await everybody_has_signed_once(url, [one.email for one in signers])
    assert max(one.slowest for one in signers) < SLOWEST_SECONDS


async def _each_anew(made: Sequence[Member]) -> None:
    for one in made:
        await one.restart()
    await made[0].kill()
    await asyncio.sleep(0.5)  # the other has everybody
    await made[0].start()
