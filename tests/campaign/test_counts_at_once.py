"""A promise for people and staff who do everything at once, through three pools of connections: all
kept figures are a fresh count, nobody who has been erased is named, and nothing fails for ever.

CLAMOUR_COUNTING_RUNS=20 makes it that many runs of 2,000 acts on each engine.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from campaign import erasure, joining, recount, retention
from campaign.catalogue import publish
from campaign.errors import CampaignError
from campaign.invalidation import apply, blocks
from campaign.paper import entries
from campaign.petition import Petition
from campaign.referrals import arrivals, links
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import addresses, invalidations, signatures, supporters
from storage import retention as kept_retention
from storage.database import Connection, Database
from storage.errors import Conflict
from storage.invalidation_search import Rule
from tests import engines, migrated
from tests.campaign import petitions

RUNS = int(os.environ.get("CLAMOUR_COUNTING_RUNS", "0"))
ACTS = 2_000 if RUNS else 100
SEEDS = range(RUNS or 1)
TOGETHER, PEOPLE = 12, 12
OPENED = datetime(2009, 11, 2, 12, tzinfo=UTC)
CLOSED = datetime(2009, 11, 30, 12, tzinfo=UTC)
ANNOUNCED = datetime(2010, 5, 16, 12, tzinfo=UTC)
NOW = datetime(2010, 6, 1, 12, tzinfo=UTC)
POSTCODES = ("SW1A 1AA", "SW2 1AA", "E1 6AN", "EH1 1BB", None)
TRIES = 50


class Crowd:
    """People and staff of three campaigns: one that is open, one that keeps the count of those who
    have been erased, and one that is closed, whose people are just being forgotten."""

    def __init__(self, pools: list[Database], chance: random.Random) -> None:
        self.pools, self.chance = pools, chance
        self.collided: Counter[str] = Counter()
        self.opened: list[Petition] = []
        self.codes: dict[int, list[str]] = {}

    async def begin(self) -> None:
        definition = petitions.example()
        for slug, keeps in (("open", False), ("keeps", True), ("closed", False)):
            changes = {"slug": slug, "keep_count_after_erasure": keeps, "keep_months": 6}
            made = definition.model_copy(update=changes)
            self.opened.append(await publish(self.pools[0], made, now=OPENED))
            self.codes[self.opened[-1].id] = []
        for who in range(1, PEOPLE + 1):
            for petition in self.opened:
                await self.signs(petition, who)
        ended = definition.model_copy(
            update={"slug": "closed", "status": "closed", "keep_months": 6}
        )
        self.opened[2] = await publish(self.pools[0], ended, now=CLOSED)
        async with self.pools[0].transaction() as db:
            assert await retention.announce(db, self.opened[2], now=ANNOUNCED)

    async def run(self, acts: int) -> None:
        left = iter(range(acts))

        async def somebody() -> None:
            for _ in left:
                await self._something()

        async with asyncio.timeout(900):
            await asyncio.gather(*(somebody() for _ in range(TOGETHER)))

    async def _something(self) -> None:
        name, weight = zip(*WEIGHTS.items(), strict=True)
        (act,) = self.chance.choices(name, weight)
        petition, who = self.chance.choice(self.opened), self.chance.randint(1, PEOPLE)
        with suppress(CampaignError, entries.UndoneAlready):
            await getattr(self, act)(petition, who)

    async def _do(self, act: Callable[[Connection], Awaitable[Any]]) -> Any:
        """In a transaction of one of the pools; tried again where two were in each other's way."""
        for _ in range(TRIES):
            with self._noting():
                async with self.chance.choice(self.pools).transaction() as db:
                    return await act(db)
        raise AssertionError("it fails for ever")

    @staticmethod
    async def person(db: Connection, who: int) -> Any:
        return await petitions.person(db, who, NOW)

    def _noting(self) -> Any:
        return _Noting(self.collided)

    async def signs(self, petition: Petition, who: int) -> None:
        postcode = self.chance.choice(POSTCODES)
        answers = {"name": f"Ada {who}", "postcode": postcode}
        moment = NOW + timedelta(minutes=self.chance.randint(-5000, 5000))

        async def act(db: Connection) -> str:
            me = await self.person(db, who)
            await sign.sign(
                db,
                petition,
                me,
                answers,
                choices=Choices(updates=True),
                shown=petition.shown("en"),
                language="en",
                now=moment,
            )
            return (await links.personal(db, petition, me, now=NOW)).code

        self.codes[petition.id].append(await self._do(act))

    async def withdraws(self, petition: Petition, who: int) -> None:
        async def act(db: Connection) -> None:
            await sign.withdraw(db, petition, await self.person(db, who), now=NOW)

        await self._do(act)

    async def changes(self, petition: Petition, who: int) -> None:
        answers = {"name": f"Bea {who}", "postcode": self.chance.choice(POSTCODES)}

        async def act(db: Connection) -> None:
            await sign.change(db, petition, await self.person(db, who), answers, now=NOW)

        await self._do(act)

    async def changes_late(self, petition: Petition, who: int) -> None:
        """An act that has looked before anything was locked, as no act of ours should."""
        async with self.pools[0].reading() as db:
            rows = await db.execute(
                text("SELECT id, full_name FROM signatures WHERE campaign_id = :c AND number = :n"),
                {"c": petition.id, "n": who},
            )
            found = rows.one_or_none()
        names = dict.fromkeys(("email", "phone", "country", "comment"))

        async def act(db: Connection) -> None:
            await signatures.change(
                db,
                petition.id,
                found.id,
                full_name=found.full_name,
                name_key=None,
                postcode="N1 1AA",
                now=NOW,
                **names,
            )

        if found is not None:
            await self._do(act)

    async def is_erased(self, _: Petition, who: int) -> None:
        async def act(db: Connection) -> None:
            await erasure.erase(db, await self.person(db, who), now=NOW)

        await self._do(act)

    async def is_erased_again(self, _: Petition, who: int) -> None:
        """As after a restore: by a tombstone, in no dialog."""
        async with self.pools[0].reading() as db:
            seen = await _by_telegram(db, who)

        async def act(db: Connection) -> None:
            await erasure._forget(db, seen, NOW, b"")

        if seen is not None:
            await self._do(act)

    async def is_held_back(self, petition: Petition, who: int) -> None:
        rule = Rule(postcode=self.chance.choice(("SW1A", "EH"))) if who < 3 else Rule(number=who)
        made = await self._do(lambda db: apply.draft(db, petition, rule, None, now=NOW))
        await self._do(lambda db: apply.apply(db, made, "doubtful", None, now=NOW))
        await self._work_off(petition, made.id)

    async def counts_again(self, petition: Petition, _: int) -> None:
        async with self.pools[0].reading() as db:
            acts = await invalidations.latest(db, petition.id, 50)
        if acts:
            made = self.chance.choice(acts)
            await self._do(lambda db: apply.undo(db, made, None, now=NOW))
            await self._work_off(petition, made.id)

    async def _work_off(self, petition: Petition, act_id: int) -> None:
        pool = self.chance.choice(self.pools)
        for _ in range(TRIES):
            with self._noting():
                async with pool.reading() as db:
                    made = await invalidations.of(db, act_id)
                assert made is not None
                if made.state in ("applying", "undoing"):
                    await apply.work_off(pool, petition, made, now=NOW)
                return
        raise AssertionError("it fails for ever")

    async def is_blocked(self, petition: Petition, who: int) -> None:
        change = self.chance.choice((blocks.block, blocks.unblock, blocks.unblock))

        async def act(db: Connection) -> None:
            me = await self.person(db, who)
            if signature := await signatures.of(db, petition.id, me.id):
                await change(db, signature, None, now=NOW)

        await self._do(act)

    async def sends_paper(self, petition: Petition, who: int) -> None:
        count = self.chance.randint(1, 30) * self.chance.choice((1, 1, -1))
        with suppress(ValueError):
            await self._do(
                lambda db: entries.record(db, petition.id, count, "", recorded_by=None, now=NOW)
            )

    async def shares(self, petition: Petition, who: int) -> None:
        async def act(db: Connection) -> None:
            await links.shared(db, petition, await self.person(db, who), now=NOW)

        await self._do(act)

    async def comes_by_a_link(self, petition: Petition, who: int) -> None:
        code = self.chance.choice(self.codes[petition.id])

        async def act(db: Connection) -> None:
            me = await self.person(db, who)
            await petitions.opens(db, petition, code, me, NOW)
            await arrivals.began(db, petition, me, now=NOW)

        await self._do(act)
        await self.signs(petition, who)

    async def is_joined(self, petition: Petition, who: int) -> None:
        """Somebody signs in a browser, and is found to be one of the others."""
        moment = NOW + timedelta(minutes=self.chance.randint(-5000, 5000))
        session = f"{self.chance.getrandbits(64):x}"
        postcode = self.chance.choice(POSTCODES)

        async def signs_there(db: Connection) -> Any:
            me = await addresses.add(db, "web", session, now=NOW)
            await sign.sign(
                db,
                petition,
                me,
                {"name": "Mia", "postcode": postcode},
                choices=Choices(updates=True),
                shown=petition.shown("en"),
                language="en",
                now=moment,
                channel="web",
            )
            return await joining.offer(db, me, "", NOW), await links.personal(
                db, petition, me, now=NOW
            )

        async def shows(db: Connection) -> None:
            me = await _by_telegram(db, who)
            if me is not None:
                await joining.join(db, token, me, NOW)

        token, link = await self._do(signs_there)
        self.codes[petition.id].append(link.code)
        await self._do(shows)

    async def is_forgotten(self, _: Petition, __: int) -> None:
        """One step of retention."""
        pool = self.chance.choice(self.pools)
        for _try in range(TRIES):
            with self._noting():
                await retention.erase_due(pool, self.opened[2], now=NOW)
                return
        raise AssertionError("it fails for ever")

    async def is_recounted(self, petition: Petition, _: int) -> None:
        """The repair finds nothing to do, whatever is going on beside it."""
        found = await self._do(lambda db: recount.put_right(db, petition, None, now=NOW))
        assert found == []


WEIGHTS = {
    "signs": 20,
    "comes_by_a_link": 14,
    "withdraws": 12,
    "changes": 8,
    "changes_late": 4,
    "is_erased": 8,
    "is_erased_again": 4,
    "is_held_back": 7,
    "counts_again": 7,
    "is_blocked": 4,
    "sends_paper": 4,
    "shares": 5,
    "is_joined": 7,
    "is_forgotten": 6,
    "is_recounted": 1,
}


class _Noting:
    """Passes over acts that were in each other's way, and counts them."""

    def __init__(self, collided: Counter[str]) -> None:
        self._collided = collided

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, _: Any) -> bool:
        if isinstance(error, Conflict):
            self._collided[str(error)[:80]] += 1
        return isinstance(error, Conflict)


async def _by_telegram(db: Connection, who: int) -> Any:
    return await supporters.by_telegram_id(db, who)


@asynccontextmanager
async def three_pools(engine: str, folder: Path) -> AsyncIterator[list[Database]]:
    await engines.require(engine)
    async with migrated.migrated_url(engine, folder) as url:
        patience = engines.PATIENCE_SECONDS
        pools = [await Database.open(url, pool_size=5, busy_timeout=patience) for _ in range(3)]
        try:
            yield pools
        finally:
            for pool in pools:
                await pool.close()


async def all_is_right(crowd: Crowd) -> None:
    async with crowd.pools[0].reading() as db:
        for petition in crowd.opened:
            assert await recount.differences(db, petition) == []
        named = await db.scalars(
            text(
                "SELECT signatures.id FROM signatures "
                "JOIN supporters ON supporters.id = signatures.supporter_id "
                "WHERE (erased_at IS NOT NULL OR telegram_id < 0) AND "
                "(full_name IS NOT NULL OR postcode IS NOT NULL OR name_key IS NOT NULL)"
            )
        )
        assert not named.all()
        assert not (await db.scalars(text("SELECT work FROM set_aside"))).all()
        assert not (await db.scalars(text("SELECT name FROM alerts"))).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("engine", engines.params())
async def test_everything_is_right_after_everything_at_once(
    engine: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    async with three_pools(engine, tmp_path) as pools:
        crowd = Crowd(pools, random.Random(seed))
        await crowd.begin()
        await crowd.run(ACTS)
        await all_is_right(crowd)
        for who in range(1, PEOPLE + 1):
            for petition in crowd.opened:
                with suppress(CampaignError):
                    await crowd.withdraws(petition, who)
        async with asyncio.timeout(600):
            while await retention.erase_due(pools[0], crowd.opened[2], now=NOW):
                pass
        await all_is_right(crowd)
        async with pools[0].reading() as db:
            state = await kept_retention.peek(db, crowd.opened[2].id)
        assert state is not None
        assert state.done_at == NOW
        assert not crowd.collided, "they have waited for each other crosswise"
