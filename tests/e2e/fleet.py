"""Several processes of one bot on one PostgreSQL, behind a load balancer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.e2e import forkserver
from tests.e2e.killable import configure, free_port
from tests.stage.bot import ROOT, TOKEN

PASSED_ON = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")
STOPPED_WITHIN_SECONDS = 120
READY_WITHIN_SECONDS = 240


@asynccontextmanager
async def balanced(ports: Sequence[int], *, copies: int = 1) -> AsyncIterator[str]:
    """The address of a load balancer that lets bots take turns, and goes to the next if one does
    not listen; 502 if one breaks off, or none listens.

    Args:
        copies: to how many of them it hands each update, at the same time.
    """
    turns = cycle(ports)

    async def hand_on(body: bytes, headers: dict[str, str]) -> int:
        for _ in ports:
            address = f"http://127.0.0.1:{next(turns)}/telegram"
            try:
                async with session.post(address, data=body, headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                return 502
        return 502

    async def pass_on(request: web.Request) -> web.Response:
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        body = await request.read()
        told = await asyncio.gather(*(hand_on(body, headers) for _ in range(copies)))
        return web.Response(status=max(told))

    app = web.Application()
    app.router.add_post("/telegram", pass_on)
    runner = web.AppRunner(app, access_log=None)
    async with aiohttp.ClientSession() as session:
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
        finally:
            await runner.cleanup()


@dataclass
class Member:
    """One process.

    Attributes:
        watched_at: the port of /readyz.
    """

    role: str
    config: Path
    port: int
    watched_at: int
    process: forkserver.Forked | None = None

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.process = await forkserver.clamour(
            *("run", "--config", str(self.config), "--role", self.role),
            cwd=ROOT,
            environment={"CLAMOUR_TELEGRAM_TOKEN": TOKEN},
        )
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            while await self.readiness() != 200:
                assert self.process.returncode is None, f"{self.role} has ended by itself"
                await asyncio.sleep(0.05)

    async def readiness(self) -> int:
        """What /readyz answers; 0 if nobody does."""
        address = f"http://127.0.0.1:{self.watched_at}/readyz"
        try:
            async with aiohttp.ClientSession() as session, session.get(address) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def stop(self) -> None:
        """Stop it as a service manager does, which kills what takes too long."""
        assert self.process is not None
        self.process.terminate()
        async with asyncio.timeout(STOPPED_WITHIN_SECONDS):
            await self.process.wait()
        assert self.process.returncode == 0

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()


def member(
    folder: Path,
    number: int,
    role: str,
    *,
    api: str,
    database: str,
    hook: str = "",
    port: int = 0,
    rate: int = 30,
) -> Member:
    """A process that does not run yet; it polls if there is no hook."""
    config, watched_at = folder / f"{number}-{role}.toml", free_port()
    configure(config, api, database, hook, port, rate)
    with config.open("a", encoding="utf-8") as file:
        file.write(f"[web]\ninternal_port = {watched_at}\n")
    return Member(role, config, port, watched_at)


@asynccontextmanager
async def fleet(
    folder: Path, *roles: str, api: str, database: str, rate: int = 30, copies: int = 1
) -> AsyncIterator[list[Member]]:
    """Processes of these roles, started one after the other, behind one webhook."""
    ports = [free_port() for role in roles if role == "web"]
    async with balanced(ports, copies=copies) as hook:
        free = iter(ports)
        made = [
            member(
                *(folder, number, role),
                api=api,
                database=database,
                hook=hook,
                port=next(free) if role == "web" else free_port(),
                rate=rate,
            )
            for number, role in enumerate(roles)
        ]
        async with running(made):
            yield made


@asynccontextmanager
async def running(made: Sequence[Member]) -> AsyncIterator[None]:
    """Start them, and end whatever runs of them at the end."""
    async with AsyncExitStack() as stack:
        for member in made:
            stack.push_async_callback(_end, member)
            await member.start()
        yield


async def _end(member: Member) -> None:
    if member.process is not None and member.process.returncode is None:
        await member.kill()
