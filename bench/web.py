"""The public numbers at 1,000,000 signatures: kept figures, beside counting when asked."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bench.listeners import EXAMPLE
from bot.web.pages import public_app
from campaign import public_figures
from campaign.catalogue import Catalogue, publish
from campaign.definition.campaign_file import load_definition
from campaign.petition import Petition
from channels.http_server import served
from handlers.services import Services
from messages import bot_texts
from storage import areas, campaigns, wordings
from storage.database import Database
from storage.migrate import upgrade

SIGNATURES = 1_000_000
READS, REQUESTS, COUNTS = 300, 3000, 5
AREAS = ("E", "N", "NW", "SE", "SW", "W", "EC", "WC", "BR", "CR", "CF", "LL", "SA", "ZE")
API = "/api/campaigns/keep-the-unit.json"


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: kept is quicker)."""
    with tempfile.TemporaryDirectory() as folder:
        database, petition = await signed(Path(folder) / "clamour.db")
        try:
            return await _measured(database, petition)
        finally:
            await database.close()


async def signed(file: Path) -> tuple[Database, Petition]:
    """A campaign with SIGNATURES signatures, spread over AREAS."""
    url = f"sqlite+aiosqlite:///{file}"
    await upgrade(url)
    database = await Database.open(url)
    now = datetime.now(UTC)
    petition = await publish(database, load_definition(EXAMPLE), now=now)
    async with database.reading() as db:
        wording = (await wordings.latest(db, petition.id))["petition", "en"].id
    moment = now.replace(tzinfo=None).isoformat(" ")
    numbers = range(1, SIGNATURES + 1)
    with sqlite3.connect(file) as raw:
        raw.executemany(
            "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) "
            "VALUES (?, ?, 'Ada', 1, ?)",
            ((number, number, moment) for number in numbers),
        )
        raw.executemany(
            "INSERT INTO signatures (campaign_id, supporter_id, number, status, full_name, "
            "postcode, petition_wording_id, language, signed_at) "
            "VALUES (?, ?, ?, 'live', 'Ada', ?, ?, 'en', ?)",
            (
                (petition.id, n, n, f"{AREAS[n % len(AREAS)]}{n % 20 + 1} 1AA", wording, moment)
                for n in numbers
            ),
        )
        raw.execute("UPDATE campaign_totals SET live = ?, last_number = ?", (SIGNATURES,) * 2)
    raw.close()
    async with database.reading() as db:
        counted = await areas.recount(db, petition.id)
    async with database.transaction() as db:
        for area, count in counted.items():
            await areas.count(db, petition.id, f"{area}1", count)
    return database, petition


async def _measured(database: Database, petition: Petition) -> list[dict[str, Any]]:
    async def kept() -> None:
        async with database.reading() as db:
            await public_figures.figures(db, petition)

    async def counted() -> None:
        async with database.reading() as db:
            await campaigns.recount(db, petition.id)
            await areas.recount(db, petition.id)

    when_asked = await _half_within(counted, COUNTS)
    rows = [("read from the database", await _half_within(kept, READS))]
    services = Services(database, bot_texts(), Catalogue(database), bot_username="clamour_bot")
    app = public_app(services, public_url="https://petition.example.org", people_of_network=0)
    async with (
        served(app, host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):

        async def request() -> None:
            async with session.get(API) as answer:
                assert answer.status == 200
                await answer.read()

        rows.append(("a request over HTTP", await _half_within(request, REQUESTS)))
    return [
        {
            "name": f"public numbers at {SIGNATURES:,} signatures: {name}",
            "value": round(milliseconds, 2),
            "unit": "ms",
            "peer": "counted when asked",
            "peer_value": round(when_asked, 1),
            "ratio": round(when_asked / milliseconds, 1),
        }
        for name, milliseconds in rows
    ]


async def _half_within(act: Callable[[], Awaitable[None]], times: int) -> float:
    """Milliseconds within which half of all calls are done."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        await act()
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000
