"""The course of a soak: all is put up, everybody lives, comes to rest, and is looked at."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from bench.soak import invariants, trouble
from bench.soak.bots import MOST_GROWTH_MB, Bots, Start, start
from bench.soak.office import Office
from bench.soak.phone import Phone
from bench.soak.supporters import Supporter
from bench.soak.town import Town
from storage import broadcasts, invalidations
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade
from tests import engines
from tests.e2e.fleet import balanced
from tests.e2e.killable import free_port
from tests.e2e.running_bot import simulator
from tests.stage.bot import sleepless

OWNERS = (4242, 4243)
REST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a soak goes.

    Attributes:
        seconds: of mixed life.
        calm: the part of it at the end in which no process is ended: memory is judged there.
        rest: seconds between two acts of one person, about.
        trouble: seconds between two faults, about; restarts and the database are rarer.
        look: seconds between two looks at the database.
        workers: processes; more than one share a webhook.
    """

    engine: str
    seed: int
    seconds: float
    calm: float = 1 / 3
    people: int = 120
    rest: float = 8.0
    trouble: float = 4.0
    look: float = 5.0
    workers: int = 1


async def soak(plan: Plan, folder: Path, begin: Start = start) -> Town:
    """Let it happen; gives the town, with every promise that was not kept."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(engines.fresh_url(plan.engine, folder))
        address = await stack.enter_async_context(simulator())
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        town = Town(address, session, Random(plan.seed))
        monitored = [free_port() for _ in range(plan.workers)]
        configs = await _configured(stack, plan, folder, address, url, monitored)
        at = [f"http://127.0.0.1:{port}" for port in monitored]
        bots = Bots(configs, at, folder / "bots.log", begin)
        await upgrade(url)
        await bots.start()
        stack.push_async_callback(bots.stop)
        await bots.are_up(town)
        database = await Database.open(url, pool_size=2)
        stack.push_async_callback(database.close)
        people = [await _supporter(town, plan, number) for number in range(plan.people)]
        await _live(town, plan, bots, database, url, people)
        await _come_to_rest(town, database)
        for one in people:
            await one.finds_out_at_rest()
        await invariants.at_rest(database, town, people)
        bots.look(town)
        for seconds, first, last in bots.growth():
            town.done[f"memory after {seconds:.0f} s, MB (was {first:.0f})"] = round(last)
            if last - first > MOST_GROWTH_MB:
                town.violated(f"memory grew from {first:.0f} to {last:.0f} MB in {seconds:.0f} s")
        waits = sorted(wait for one in people for wait in one.phone.waits)
        town.done["answers"] = len(waits)
        town.done["half of all answers within, ms"] = round(waits[len(waits) // 2] * 1000)
        town.done["99 of 100 within, ms"] = round(waits[int(len(waits) * 0.99)] * 1000)
        return town


async def _live(
    town: Town, plan: Plan, bots: Bots, database: Database, url: str, people: list[Supporter]
) -> None:
    calm, over = asyncio.Event(), asyncio.Event()
    staff = [
        Office(await _phone(town, "Olive", id=OWNERS[0]), town, _chance(town), plan.rest, True),
        Office(await _phone(town, "Oscar", id=OWNERS[1]), town, _chance(town), plan.rest, False),
    ]
    watching = asyncio.create_task(_watch(town, plan, bots, database, people, over))
    try:
        async with asyncio.TaskGroup() as group:
            loop = asyncio.get_running_loop()
            loop.call_later(plan.seconds * (1 - plan.calm), calm.set)
            loop.call_later(plan.seconds, town.stop.set)
            group.create_task(trouble.faults(town, _chance(town), plan.trouble))
            group.create_task(trouble.restarts(town, bots, _chance(town), plan.trouble * 6, calm))
            group.create_task(trouble.database(town, url, _chance(town), plan.trouble * 5))
            for office in staff:
                group.create_task(office.work())
            for one in people:
                group.create_task(_lives(town, one, plan))
    finally:
        over.set()
        await watching


async def _lives(town: Town, one: Supporter, plan: Plan) -> None:
    """People arrive over the first quarter of the time."""
    try:
        await asyncio.wait_for(town.stop.wait(), one.chance.uniform(0, plan.seconds / 4))
    except TimeoutError:
        await one.live()


async def _watch(
    town: Town,
    plan: Plan,
    bots: Bots,
    database: Database,
    people: list[Supporter],
    over: asyncio.Event,
) -> None:
    """Look at the database and the processes again and again."""
    for look in itertools.count(1):
        try:
            await asyncio.wait_for(over.wait(), plan.look)
            return
        except TimeoutError:
            pass
        bots.look(town)
        try:
            await invariants.at_any_moment(database, town, people)
        except StorageError:
            continue  # the connection was ended: next time
        town.done["looks at the database"] += 1
        if look % 12 == 0:
            held = [f"{seen[-1][1]:.0f} MB" for seen in bots.memory.values()]
            gone = time.monotonic() - town.began
            print(f"{gone:7.1f} s  {town.done.total()} acts, bots {held}", flush=True)


async def _come_to_rest(town: Town, database: Database) -> None:
    """End all faults, and wait until nothing is under way any more."""
    await town.mends()
    await town.control("redeliver", times=1)
    until = time.monotonic() + REST_SECONDS
    while time.monotonic() < until:
        async with town.session.get(f"{town.address}/control/stats") as answer:
            pending = (await answer.json())["pending_updates"]
        if not pending and await _is_quiet(database):
            return
        await asyncio.sleep(0.5)
    town.violated("it does not come to rest")


async def _is_quiet(database: Database) -> bool:
    try:
        async with database.reading() as db:
            sending = await broadcasts.in_state(db, "sending")
            return not sending and not await invalidations.in_hand(db)
    except StorageError:
        return False


async def _configured(
    stack: AsyncExitStack,
    plan: Plan,
    folder: Path,
    address: str,
    url: str,
    monitored: Sequence[int],
) -> list[Path]:
    ports = [free_port() for _ in range(plan.workers)] if plan.workers > 1 else [0]
    hook = await stack.enter_async_context(balanced(ports)) if plan.workers > 1 else ""
    campaign = sleepless(folder)
    campaign.write_text("most_a_day = 0\n" + campaign.read_text("utf-8"), encoding="utf-8")
    configs = []
    for place, port in enumerate(ports):
        mode = f'mode = "webhook"\n[webhook]\nurl = "{hook}"\nport = {port}\n' if hook else ""
        config = folder / f"config{place}.toml"
        config.write_text(
            f'[telegram]\napi_url = "{address}"\n{mode}'
            f'[storage]\nurl = "{url}"\ntombstones = "{folder / "tombstones"}"\n'
            f'[campaigns]\nfiles = ["{campaign}"]\n[staff]\nowners = {list(OWNERS)}\n'
            f"[web]\ninternal_port = {monitored[place]}\n"
            f'[limits]\nsignings = 0\nupdates = 0\n[log]\nlevel = "error"\nformat = "json"\n',
            encoding="utf-8",
        )
        configs.append(config)
    return configs


async def _phone(town: Town, first_name: str, **traits: Any) -> Phone:
    phone = await Phone.arrive(town.session, town.address, first_name, **traits)
    phone.up_since = lambda: town.up_since
    return phone


async def _supporter(town: Town, plan: Plan, number: int) -> Supporter:
    phone = await _phone(town, f"Ada {'abcdefghijklmnopqrstuvwxyz'[number % 26]}")
    return Supporter(phone, town, _chance(town), plan.rest)


def _chance(town: Town) -> Random:
    """Luck of one's own: what others are lucky with changes nothing of it."""
    return Random(town.chance.random())
