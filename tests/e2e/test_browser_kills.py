"""Promises under kill -9, in the browser: everybody signs once, and nobody is asked twice."""

import asyncio
import random
from pathlib import Path

import pytest

from tests import engines, migrated
from tests.amount import cases
from tests.browser.visitor import Visitor
from tests.e2e.browser_signer import NO_LIMITS, Signer, everybody_has_signed_once
from tests.e2e.killable import Killable, free_port
from tests.e2e.mailbox import Mailbox
from tests.e2e.running_bot import simulator

pytestmark = pytest.mark.crash

PEOPLE = cases(short=20, full=200)
KILLS = cases(short=4, full=20)


@pytest.mark.parametrize("engine", engines.ENGINES)
async def test_killed_again_and_again_while_people_sign_in_browsers(
    engine: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    chance, port = random.Random(23), free_port()
    async with (
        Mailbox.open() as mailbox,
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as api,
    ):
        sections = (
            f'[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
            'proof_of_work = "always"\n'
            f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n{NO_LIMITS}'
        )
        config = tmp_path / "config.toml"
        async with Killable.running(config, api=api, database=url, sections=sections) as bot:
            visitors = [Visitor.to(f"http://127.0.0.1:{port}") for _ in range(PEOPLE)]
            signers = [Signer(one, number, mailbox) for number, one in enumerate(visitors)]
            people = [asyncio.create_task(one.signs()) for one in signers]
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.3, 1.2))
                await bot.kill()
                await bot.restart()
            async with asyncio.timeout(600):
                await asyncio.gather(*people)
            for one in visitors:
                await one.session.close()
        await everybody_has_signed_once(url, [one.email for one in signers])
