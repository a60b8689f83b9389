"""The numbers for staff at 1,000,000 signatures: kept figures, beside counting when asked."""

import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import text

from bench.web import SIGNATURES, signed
from campaign.catalogue import Catalogue
from campaign.petition import Petition
from handlers.services import Services
from handlers.staff.stats.board import VIEWS
from messages import bot_texts
from storage import broadcast_taps, broadcasts, funnel_counts, signature_times
from storage.database import Connection, Database
from storage.tables import signature_times as signature_times_table
from storage.together import change_together

DAYS, TIMES, COUNTS = 365, 5, 3
UPDATES, TAPS = 10, 20_000
PEERS = {
    "growth": (
        "SELECT date(signed_at), count(*) FROM signatures WHERE status = 'live' GROUP BY 1",
    ),
    "times": (
        "SELECT strftime('%w %H', signed_at), count(*) FROM signatures WHERE status = 'live' "
        "GROUP BY 1",
        "SELECT date(signed_at), count(*) FROM signatures WHERE status = 'live' GROUP BY 1",
    ),
    "sources": (
        "SELECT link_id, count(*) FROM signatures LEFT JOIN referrals "
        "USING (campaign_id, supporter_id) WHERE status = 'live' GROUP BY 1",
    ),
    "areas": (
        "SELECT rtrim(substr(postcode, 1, 2), '0123456789'), count(*) FROM signatures "
        "WHERE status = 'live' GROUP BY 1",
    ),
    "languages": ("SELECT language, count(*) FROM signatures WHERE status = 'live' GROUP BY 1",),
    "steps": (
        "SELECT step, count(*) FROM dialogs WHERE flow = 'sign' GROUP BY 1",
        "SELECT count(*) FROM signatures WHERE status = 'live'",
    ),
    "updates": (
        "SELECT broadcast_id, button, count(*) FROM broadcast_taps GROUP BY 1, 2",
        "SELECT broadcasts.id, count(*) FROM broadcasts JOIN signatures ON signed_at >= started_at "
        "AND signed_at < datetime(started_at, '+1 day') GROUP BY 1",
    ),
    "ahead": ("SELECT date(signed_at), count(*) FROM signatures WHERE status = 'live' GROUP BY 1",),
}
"""What one would ask without kept figures, view by view."""


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: kept is quicker)."""
    with tempfile.TemporaryDirectory() as folder:
        database, petition = await signed(Path(folder) / "clamour.db")
        try:
            now = await spread(database, petition)
            return [row for view in VIEWS for row in await _measured(database, petition, view, now)]
        finally:
            await database.close()


async def spread(database: Database, petition: Petition) -> datetime:
    """Let the signatures have come over a year, day and night, and updates have gone out."""
    now = datetime.now(UTC)
    first = int(now.timestamp()) - DAYS * 86400
    async with database.transaction() as db:
        await db.execute(
            text(
                "UPDATE signatures SET signed_at = strftime('%Y-%m-%d %H:%M:%f000', :first + "
                "(id * 7919 % 1000003) * (:days * 86400.0 / 1000003), 'unixepoch'), "
                "language = CASE WHEN id % 9 = 0 THEN 'cy' ELSE 'en' END"
            ),
            {"first": first, "days": DAYS},
        )
    async with database.reading() as db:
        counted = await signature_times.recount(db, petition.id)
    async with database.transaction() as db:
        await db.execute(
            signature_times_table.insert(),
            [
                {
                    "campaign_id": petition.id,
                    "quarter": quarter,
                    "language": language,
                    "count": count,
                }
                for (quarter, language), count in counted.items()
            ],
        )
        steps = ["name", "postcode", "review", "signed"]
        await change_together(db, *funnel_counts.one_more(db, petition.id, steps, now=now))
        for place in range(UPDATES):
            await _went_out(db, petition, now - timedelta(days=30 * place + 2))
    return now


async def _went_out(db: Connection, petition: Petition, when: datetime) -> None:
    made = await broadcasts.add(
        db,
        campaign_id=petition.id,
        kind="news",
        author_id=None,
        content={},
        audience={},
        options={},
        now=when,
    )
    await broadcasts.move(db, made.id, ["draft"], "done", started_at=when)
    await broadcasts.count(db, made.id, {"sent": SIGNATURES})
    for person in range(1, TAPS // UPDATES + 1):
        await broadcast_taps.note(db, made.id, person, "share", when)


async def _measured(
    database: Database, petition: Petition, name: str, now: datetime
) -> list[dict[str, Any]]:
    services = Services(database, bot_texts(), Catalogue(database), bot_username="clamour_bot")
    read, both, counted = [], [], []
    for _ in range(TIMES):
        begun = time.perf_counter()
        async with database.reading() as db:
            context: Any = SimpleNamespace(services=services, db=db, now=now, language="en")
            view = await VIEWS[name](context, petition)
        read.append(time.perf_counter() - begun)
        assert view.draw is not None or name == "ahead"
        if view.draw is not None:
            view.draw()
        both.append(time.perf_counter() - begun)
    for _ in range(COUNTS):
        begun = time.perf_counter()
        async with database.reading() as db:
            for query in PEERS[name]:
                (await db.execute(text(query))).all()
        counted.append(time.perf_counter() - begun)
    peer = statistics.median(counted) * 1000
    return [
        {
            "name": f"/stats at {SIGNATURES:,} signatures, {name}: {what}",
            "value": round(value := statistics.median(took) * 1000, 1),
            "unit": "ms",
            "peer": "counted when asked",
            "peer_value": round(peer, 1),
            "ratio": round(peer / value, 1),
        }
        for what, took in (("read", read), ("read and drawn", both))
    ]
