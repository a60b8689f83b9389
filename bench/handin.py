"""A hand-in pack of 100,000 signatures: how long it takes, and how much memory at its most.

`python -m bench.handin` makes a database of them and a pack by the same steps as the bot; it prints
seconds, the most memory of all its processes together, and the files.
"""

import asyncio
import random
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from bench.recorded import recorded_run
from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.handin import build_pack, request_pack
from campaign.petition import Petition
from handlers.pack_words import printed_by
from messages import bot_texts
from packs.verify import verify
from storage import tables
from storage.database import Database
from storage.migrate import upgrade

EXAMPLE = Path(__file__).parents[1] / "examples" / "keep-the-unit" / "campaign.toml"
OPENED = datetime(2009, 10, 20, 9, tzinfo=UTC)
FIRST = (
    "Ada",
    "Siân",
    "Mary Ann",
    "Oluwaseun",
    "Zażółć",
    "Αλέξανδρος",
    "Ольга",
    "محمد",
    "王小明",
    "अमृता",
)
LAST = (
    "Smith",
    "Jones",
    "ap Rhys",
    "O’Brien",
    "Gęślą-Jaźń",
    "Παπαδόπουλος",
    "Шевченко",
    "דוד",
    "क्षत्रिय",
)
AREAS = ("SW1A 1AA", "E17 4PP", "CF10 3NQ", "EH1 1YZ", "LL55 1AA", "N1 9GU", "SE1 7PB", "BS1 5TR")
TOGETHER = 10_000


async def measure(people: int) -> dict[str, Any]:
    """Make it all in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/clamour.db"
        await upgrade(url)
        database = await Database.open(url)
        try:
            petition = await publish(database, load_definition(EXAMPLE), now=OPENED)
            await _sign(database, petition, people)
            return {"people": people, **await _make(database, petition)}
        finally:
            await database.close()


async def _make(database: Database, petition: Petition) -> dict[str, Any]:
    async with database.transaction() as db:
        pack = await request_pack.ask(db, petition.id, "full", asked_by=None, now=OPENED)
    watching = asyncio.create_task(_most_memory())
    began, processor = time.monotonic(), _processor()
    try:
        made = await build_pack.make(
            database,
            petition,
            pack,
            printed_by(bot_texts()),
            _nothing,
            clock=lambda: OPENED + timedelta(days=37),
        )
        seconds = time.monotonic() - began
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        sizes = {f"{file.name}, MB": file.stat().st_size / 1e6 for file in sorted(made.iterdir())}
        checking = time.monotonic()
        assert verify(made).wrong == []
        return {
            "seconds": round(seconds, 1),
            "of them at work (all processes)": round(_processor() - processor, 1),
            "most memory of all processes, MB": round(_peak[0] / 1e6),
            "seconds to verify": round(time.monotonic() - checking, 1),
            **{name: round(size, 1) for name, size in sizes.items()},
        }
    finally:
        build_pack.clear(pack)


_peak = [0]


async def _most_memory() -> None:
    """What this process and those it has started hold of their own, several times a second."""
    while True:
        _peak[0] = max(_peak[0], sum(_own(pid) for pid in _family()))
        await asyncio.sleep(0.1)


def _family() -> set[str]:
    """This process and all below it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[stat.parent.name] = stat.read_text().rpartition(")")[2].split()[1]
    family = {str(Path("/proc/self").resolve().name)}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _own(pid: str) -> int:
    """Its share of memory in bytes: what several processes share counts once."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _processor() -> float:
    import resource

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


async def _sign(database: Database, petition: Petition, people: int) -> None:
    """Signatures as signing would leave them, without the signing."""
    chance, shown = random.Random(1), {code: petition.shown(code) for code in ("en", "cy")}
    for start in range(1, people + 1, TOGETHER):
        numbers = range(start, min(start + TOGETHER, people + 1))
        rows = [_signature(number, people, petition, shown, chance) for number in numbers]
        async with database.transaction() as db:
            await db.execute(insert(tables.supporters), [_supporter(number) for number in numbers])
            await db.execute(insert(tables.signatures), rows)
            await db.execute(
                insert(tables.consents), [_consent(row, petition, shown) for row in rows]
            )
    async with database.transaction() as db:
        values = {"live": people, "last_number": people}
        await db.execute(update(tables.campaign_totals).values(values))


def _supporter(number: int) -> dict[str, Any]:
    named = {"id": number, "telegram_id": number, "first_name": "A", "telegram_language": "en"}
    return named | {"reachable": True, "created_at": OPENED}


def _signature(
    number: int, people: int, petition: Petition, shown: dict[str, Any], chance: random.Random
) -> dict[str, Any]:
    language = "cy" if number % 10 == 0 else "en"
    return {
        "campaign_id": petition.id,
        "supporter_id": number,
        "number": number,
        "status": "live",
        "full_name": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "postcode": chance.choice(AREAS),
        "petition_wording_id": shown[language].petition,
        "language": language,
        "signed_at": OPENED + timedelta(days=36) * (number / people),
    }


def _consent(row: dict[str, Any], petition: Petition, shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "supporter_id": row["supporter_id"],
        "campaign_id": petition.id,
        "purpose": "sign",
        "granted": True,
        "wording_id": shown[row["language"]].sign,
        "method": "button",
        "at": row["signed_at"],
    }


async def _nothing(*_: object) -> None:
    pass


if __name__ == "__main__":
    recorded_run(measure, __doc__, people=100_000, into=Path(__file__).with_suffix(".json"))
