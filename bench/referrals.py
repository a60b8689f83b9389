"""Referral figures at a million signers: kept ones, beside counting them when they are asked for.

One SQLite file, the same indexes, the same driver; each call is a transaction of its own, as in the
bot. `python -m bench.referrals --signers 50000` tries it with fewer.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench import referral_counts, referral_forest
from bench.referral_forest import Forest
from campaign import catalogue
from campaign.definition.campaign_file import load_definition
from campaign.petition import Petition
from campaign.referrals import arrivals, figures, links, thanks
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import dialogs, referral_links, referrals
from storage.database import Connection, Database
from storage.migrate import upgrade
from storage.referral_links import Link
from storage.supporters import Supporter

SIGNERS = 1_000_000
CALLS, COUNTS = 300, 3
NOW = datetime(2009, 12, 1, 12, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[1] / "examples" / "keep-the-unit" / "campaign.toml"
PEER = "counted when asked for"


@dataclass
class Stage:
    """The database, and people who have not come yet."""

    database: Database
    petition: Petition
    forest: Forest
    newcomers: int = 0

    async def newcomer(self, db: Connection) -> Supporter:
        self.newcomers += 1
        supporter, _ = await dialogs.open(
            db,
            telegram_id=2 * 10**9 + self.newcomers,
            first_name="Nora",
            telegram_language="en",
            now=NOW,
        )
        return supporter

    async def link(self, signer: int) -> Link:
        async with self.database.reading() as db:
            found = await referral_links.of(db, self.petition.id, signer)
        assert found is not None
        return found

    async def opens(self, link: Link, supporter: Supporter, db: Connection) -> None:
        found = await links.find(db, link.code)
        assert found is not None
        await arrivals.arrive(db, self.petition, found, supporter, now=NOW)

    async def signs(self, supporter: Supporter, db: Connection) -> None:
        await sign.sign(
            db,
            self.petition,
            supporter,
            {"name": f"Nora {supporter.id}", "postcode": "SW1A 1AA"},
            choices=Choices(),
            shown=self.petition.shown("en"),
            language="en",
            now=NOW,
        )
        await links.personal(db, self.petition, supporter, now=NOW)


Act = Callable[[Connection], Awaitable[Any]]


async def measure(signers: int = SIGNERS) -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/clamour.db"
        await upgrade(url)
        database = await Database.open(url)
        try:
            definition = load_definition(EXAMPLE)
            petition = await catalogue.publish(database, definition, now=NOW)
            forest = referral_forest.grown(signers)
            wording = petition.shown("en").petition
            referral_forest.planted(f"{folder}/clamour.db", petition.id, wording, forest, NOW)
            return await _rows(Stage(database, petition, forest))
        finally:
            await database.close()


async def _rows(stage: Stage) -> list[dict[str, Any]]:
    campaign_id = stage.petition.id
    of = {"campaign": campaign_id}
    await _agree(stage)
    popular = await stage.link(referral_forest.POPULAR)
    first, last = [await stage.link(signer) for signer in stage.forest.chain]
    tables: list[tuple[str, Act, str, dict[str, Any]]] = [
        (
            "one's friends, the popular link",
            lambda db: figures.mine(db, popular),
            referral_counts.FRIENDS_OF_FRIENDS,
            {"link": popular.id},
        ),
        (
            "one's friends, the long chain",
            lambda db: figures.mine(db, first),
            referral_counts.FRIENDS_OF_FRIENDS,
            {"link": first.id},
        ),
        ("the funnel", lambda db: figures.funnel(db, campaign_id), referral_counts.FUNNEL, of),
        ("weeks", lambda db: figures.weeks(db, campaign_id), referral_counts.WEEKS, of),
        ("sources", lambda db: links.sources(db, campaign_id), referral_counts.SOURCES, of),
        ("leaders", lambda db: figures.leaders(db, campaign_id), referral_counts.LEADERS, of),
    ]
    rows = []
    for name, act, counted, given in tables:
        ours = [await _timed(stage.database.reading(), act) for _ in range(CALLS)]
        rows += _row(stage, name, ours, await _counted(stage, counted, **given))
    return [
        *rows,
        *await _thanks(stage),
        *await _opening(stage, popular),
        *await _signing(stage, popular, "one who came by the popular link"),
        *await _signing(stage, last, "one at the end of the long chain"),
    ]


async def _agree(stage: Stage) -> None:
    """Make sure that both ways of measuring come to the same figures."""
    async with stage.database.reading() as db:
        kept = await figures.funnel(db, stage.petition.id)
        given: dict[str, int] = {"campaign": stage.petition.id}
        counted = (await db.execute(text(referral_counts.FUNNEL), given)).one()
        assert tuple(counted) == astuple(kept)
        for signer in (referral_forest.POPULAR, stage.forest.chain[0]):
            link = await referral_links.of(db, stage.petition.id, signer)
            assert link is not None
            walk = text(referral_counts.FRIENDS_OF_FRIENDS)
            rows = (await db.execute(walk, {"link": link.id})).all()
            assert tuple(row[1] for row in rows) == (await figures.mine(db, link)).generations


async def _thanks(stage: Stage) -> list[dict[str, Any]]:
    """Of links, one in a thousand is due: after the first calls there is nothing to find."""
    hour_ago = NOW - timedelta(hours=1)
    counted = await _counted(
        stage, referral_counts.DUE, hour_ago=f"{hour_ago:%Y-%m-%d %H:%M:%S.%f}"
    )
    ours = [
        await _timed(stage.database.transaction(), lambda db: thanks.claim_due(db, now=NOW))
        for _ in range(CALLS)
    ]
    return _row(stage, "thank-yous that are due", ours, counted)


async def _opening(stage: Stage, link: Link) -> list[dict[str, Any]]:
    """Beside a newcomer who is not told of and not counted: what the counting costs."""
    ours, plain = [], []
    for _ in range(CALLS):
        async with stage.database.transaction() as db:
            someone, other = await stage.newcomer(db), await stage.newcomer(db)
        plain.append(await _timed(stage.database.transaction(), partial(_note_open, link, other)))
        ours.append(await _timed(stage.database.transaction(), partial(stage.opens, link, someone)))
    return _row(stage, "opening the popular link", ours, plain, "noted, but counted nowhere")


async def _note_open(link: Link, supporter: Supporter, db: Connection) -> None:
    await links.find(db, link.code)
    await referrals.open_once(db, link.id, supporter.id, NOW)


async def _signing(stage: Stage, link: Link, who: str) -> list[dict[str, Any]]:
    """Beside somebody who came by no link."""
    ours, plain = [], []
    for _ in range(CALLS):
        async with stage.database.transaction() as db:
            someone, other = await stage.newcomer(db), await stage.newcomer(db)
            await stage.opens(link, someone, db)
        plain.append(await _timed(stage.database.transaction(), partial(stage.signs, other)))
        ours.append(await _timed(stage.database.transaction(), partial(stage.signs, someone)))
    return _row(stage, f"a signature of {who}", ours, plain, "of one who came by none")


async def _timed(transaction: AbstractAsyncContextManager[Connection], act: Act) -> float:
    """Milliseconds from before the transaction to after its end."""
    began = time.perf_counter()
    async with transaction as db:
        await act(db)
    return (time.perf_counter() - began) * 1000


async def _counted(stage: Stage, statement: str, **given: Any) -> list[float]:
    async def act(db: Connection) -> None:
        (await db.execute(text(statement), given)).all()

    return [await _timed(stage.database.reading(), act) for _ in range(COUNTS)]


def _row(
    stage: Stage, name: str, ours: list[float], theirs: list[float], peer: str = PEER
) -> list[dict[str, Any]]:
    parts = (("half of all", 50), ("99 of 100", 99))
    return [
        {
            "name": f"{stage.forest.signers:,} signers, {name}: {part}",
            "value": round(value, 2),
            "unit": "ms",
            "peer": peer,
            "peer_value": round(peer_value, 2),
            "ratio": round(peer_value / value, 1),
        }
        for part, percent in parts
        for value, peer_value in [(_within(ours, percent), _within(theirs, percent))]
    ]


def _within(times: list[float], percent: int) -> float:
    """The time within which so many were done; the longest one where there are few."""
    if len(times) < CALLS:
        return statistics.median(times) if percent == 50 else max(times)
    return statistics.quantiles(times, n=100)[percent - 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signers", type=int, default=SIGNERS)
    table = Table("what", "Clamour", "peer", "ratio", "unit")
    for row in asyncio.run(measure(parser.parse_args().signers)):
        table.add_row(
            row["name"],
            str(row["value"]),
            f"{row['peer_value']} ({row['peer']})",
            f"{row['ratio']}x",
            row["unit"],
        )
    Console().print(table)


if __name__ == "__main__":
    main()
