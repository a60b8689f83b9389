"""What one signature and one message cost: processor time, bytes, syncs to disk.

For docs/scaling.md. The crowd of bench.signing signs with one webhook worker, few people and then
many: the difference is what they cost, without what starting costs. A broadcast goes to an instant
server; a grown campaign is measured table by table. Written into bench/costs.json.
"""

import asyncio
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from bench import recorded
from bench.broadcast import sender_to, sent, server
from bench.grown import grown
from bench.workers import AT_ONCE, crowd, processes, worker_config
from campaign.broadcasts import audience
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import every_petition
from storage import broadcasts
from storage.audiences import Audience
from storage.database import Database
from storage.migrate import upgrade
from tests import engines

RECORD = Path(__file__).with_name("costs.json")
PEOPLE, FEW, GROWN = 1100, 100, 10_000
TICKS = os.sysconf("SC_CLK_TCK")
OF_A_SIGNER = (
    *("supporters", "dialogs", "signatures", "consents", "subscriptions"),
    *("referral_links", "referral_opens", "referrals", "referral_generations"),
)


async def measure(people: int) -> dict[str, Any]:
    """Figures of each engine."""
    told: dict[str, Any] = {"people": people}
    for engine in engines.ENGINES:
        async with _fresh(engine) as (_, url):
            await grown(url, GROWN)
            told[engine] = {
                **await _bytes(url),
                **await _signature(engine, people),
                **await _message(url),
            }
    return told


@asynccontextmanager
async def _fresh(engine: str) -> AsyncIterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory() as folder:
        async with engines.fresh_url(engine, Path(folder)) as url:
            yield Path(folder), url


async def _signature(engine: str, people: int) -> dict[str, float]:
    """Milliseconds of processor time for each signature with its six steps, and syncs to disk."""
    few, many = await _crowd_signs(engine, FEW), await _crowd_signs(engine, people)
    more = people - FEW
    told = {
        "signature_bot_cpu_ms": round((many["bot"] - few["bot"]) * 1000 / more, 2),
        "signatures_per_second": many["rate"],
    }
    if engine == "postgresql":
        told["signature_server_cpu_ms"] = round((many["server"] - few["server"]) * 1000 / more, 2)
        told["signature_syncs"] = round((many["syncs"] - few["syncs"]) / more, 2)
    elif shutil.which("strace"):
        traced = await _crowd_signs(engine, FEW, traced=True)
        told["signature_syncs"] = round(traced["syncs"] / FEW, 2)
    return told


async def _crowd_signs(engine: str, people: int, *, traced: bool = False) -> dict[str, float]:
    """Seconds at work of the bot and of the database's server, and how often that has synced."""
    options = ("--people", str(people), "--at-once", str(AT_ONCE), "--workers", "1")
    async with (
        _fresh(engine) as (folder, url),
        crowd(("bench.called_crowd", *options)) as (address, figures),
    ):
        await upgrade(url)
        command = ["bot", "run", "--config", str(worker_config(folder, 0, address, url))]
        trace = folder / "trace"
        before = await _syncs(url)
        async with processes([command], under=_strace(trace) if traced else ()) as (bot,):
            done = await figures
            used = {"bot": _seconds(bot.pid), "server": _server_seconds(url)}
        syncs = await _counted(trace) if traced else await _syncs(url) - before
    return {**used, "syncs": syncs, "rate": done["signatures_per_second"]}


def _strace(trace: Path) -> Sequence[str]:
    return ("strace", "-D", "-f", "-c", "-o", str(trace), "-e", "trace=fsync,fdatasync")


async def _counted(trace: Path) -> int:
    """What strace writes when the process has ended: it is a process of its own."""
    while not (told := await asyncio.to_thread(_read, trace)):  # noqa: ASYNC110 - its end
        await asyncio.sleep(0.1)
    rows = re.findall(r"(\d+)\s+(?:\d+\s+)?f(?:data)?sync$", told, re.MULTILINE)
    return sum(int(calls) for calls in rows)


def _read(file: Path) -> str:
    return file.read_text(encoding="ascii") if file.exists() else ""


async def _message(url: str) -> dict[str, float]:
    """Milliseconds of processor time for each message of a broadcast, and how many go a second."""
    database = await Database.open(url)
    try:
        async with database.reading() as db:
            (petition,) = await every_petition(db)
        async with database.transaction() as db:
            made = await broadcasts.add(
                db,
                campaign_id=petition.id,
                kind="news",
                author_id=None,
                content=Content({"en": Version("We are {{ count }}.")}).to_dict(),
                audience=audience.to_dict(Audience()),
                options={},
                now=petition.campaign.opened_at,  # type: ignore[arg-type]
            )
        async with (
            server("bench.instant_server") as line,
            sender_to(f"http://127.0.0.1:{int(line)}", database, 1_000_000) as sender,
        ):
            before = _server_seconds(url)
            took, worked = await sent(sender, database, made.id, GROWN // 2)
            of_server = _server_seconds(url) - before
    finally:
        await database.close()
    told = {
        "message_bot_cpu_ms": round(worked * 1000 / (GROWN // 2), 3),
        "messages_per_second": round(GROWN // 2 / took),
    }
    if url.startswith("postgresql"):
        told["message_server_cpu_ms"] = round(of_server * 1000 / (GROWN // 2), 3)
    return told


async def _bytes(url: str) -> dict[str, int]:
    """On disk with all indexes, for each signer with everything that is kept of them; and for each
    delivery."""
    sizes = await (_of_sqlite(url) if url.startswith("sqlite") else _of_postgres(url))
    return {
        "signer_bytes": round(sum(sizes[table] for table in OF_A_SIGNER) / GROWN),
        "delivery_bytes": round(sizes["deliveries"] / (GROWN // 2)),
    }


async def _of_sqlite(url: str) -> dict[str, int]:
    db = sqlite3.connect(make_url(url).database or "")
    try:
        return dict(
            db.execute(
                "SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_master USING (name)"
                " GROUP BY tbl_name"
            )
        )
    finally:
        db.close()


async def _of_postgres(url: str) -> dict[str, int]:
    rows = await _fetch(
        url, "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
    )
    return dict(rows)


async def _syncs(url: str) -> int:
    """How often PostgreSQL has synced its log, everybody's databases together."""
    if url.startswith("sqlite"):
        return 0
    ((count,),) = await _fetch(url, "SELECT wal_sync FROM pg_stat_wal")
    return int(count)


async def _fetch(url: str, query: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


def _server_seconds(url: str) -> float:
    """What PostgreSQL's processes for this database have worked, if they are on this machine."""
    if url.startswith("sqlite"):
        return 0.0
    name, seconds = (make_url(url).database or "").encode(), 0.0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (process / "cmdline").read_bytes()
            if told.startswith(b"postgres:") and name in told:
                seconds += _seconds(int(process.name))
    return seconds


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    recorded.recorded_run(measure, __doc__, people=PEOPLE, into=RECORD)
