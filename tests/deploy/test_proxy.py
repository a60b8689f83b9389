"""Promises of deploy/Caddyfile, run by the real Caddy before two web workers."""

from pathlib import Path

import aiohttp
import pytest

from tests import engines
from tests.deploy.caddy import caddy
from tests.e2e import books
from tests.e2e.fleet import member, running
from tests.e2e.killable import free_port
from tests.e2e.running_bot import simulator
from tests.e2e.signers import Crowd, everybody_signs

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

PEOPLE = 20
CLOSED = ("/metrics", "/readyz", "/", "/telegram", "/telegram/more", "/config", "/s")


async def test_telegram_and_the_public_come_through_and_nobody_further(tmp_path: Path) -> None:
    await engines.require("postgresql")
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    async with (
        engines.fresh_url("postgresql", tmp_path) as url,
        simulator("--no-limits") as address,
    ):
        both = []
        for number in range(2):
            own = free_port()
            one = member(
                *(tmp_path, number, "web"),
                api=address,
                database=url,
                hook=f"{site}/telegram",
                port=own,
            )
            with one.config.open("a") as file:  # in [web]
                file.write(f'port = {own}\npublic_url = "{site}"\n')
            both.append(one)
        workers = [one.port for one in both]
        async with caddy(tmp_path, port, workers), running(both):

            async def one_is_restarted(crowd: Crowd) -> None:
                await crowd.comes_to(PEOPLE)
                await both[0].restart()

            signers = await everybody_signs(
                address, PEOPLE, meanwhile=one_is_restarted, may_see_late=True
            )
            await books.say_once(url, signers)
            async with aiohttp.ClientSession(site) as world:
                async with world.get("/api/campaigns/keep-the-unit.json") as answer:
                    assert answer.status == 200
                    assert answer.content_type == "application/json"
                for path in CLOSED:
                    async with world.get(path) as answer:
                        assert answer.status == 404, path
                async with world.post("/telegram", json={"update_id": 1}) as answer:
                    assert answer.status == 403, "without the secret"
