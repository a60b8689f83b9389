"""A promise for every history of a campaign: whatever people and staff do, in whatever order, the
kept totals and the figures by area equal a recount, and a number once given is its signer's for
good."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from storage import areas, campaigns, offline, signatures
from storage.campaigns import Totals
from storage.database import Database
from tests import engines
from tests.histories import run_histories
from tests.storage.world import NOW, campaign, person, sign

PEOPLE = st.integers(1, 5)
POSTCODES = st.sampled_from(["SW1A 1AA", "SW2 1AA", "E1 6AN", "EC1A 1BB", None])


class Campaign(RuleBasedStateMachine):
    """One campaign, and what should be so of it."""

    histories = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database = runner.run, database
        Campaign.histories += 1
        self.campaign_id = self.run(self._made(f"history-{Campaign.histories}"))
        self.numbers: dict[int, int] = {}
        self.live: set[int] = set()
        self.paper = 0

    async def _made(self, slug: str) -> int:
        async with self.database.transaction() as db:
            return (await campaign(db, slug)).id

    @rule(who=PEOPLE, postcode=POSTCODES)
    def signs(self, who: int, postcode: str | None) -> None:
        async def act() -> Any:
            async with self.database.transaction() as db:
                return await sign(db, self.campaign_id, who, postcode=postcode)

        signature = self.run(act())
        assert (signature is None) == (who in self.live)
        if signature is not None:
            number = self.numbers.setdefault(who, len(self.numbers) + 1)
            assert (signature.number, signature.status) == (number, "live")
        self.live.add(who)

    @rule(who=PEOPLE)
    def withdraws(self, who: int) -> None:
        async def act() -> bool:
            async with self.database.transaction() as db:
                supporter, _ = await person(db, who)
                return await signatures.withdraw(db, self.campaign_id, supporter.id, NOW)

        assert self.run(act()) == (who in self.live)
        self.live.discard(who)

    @rule(who=PEOPLE, postcode=POSTCODES)
    def changes_an_answer(self, who: int, postcode: str | None) -> None:
        async def act() -> None:
            async with self.database.transaction() as db:
                supporter, _ = await person(db, who)
                found = await signatures.of(db, self.campaign_id, supporter.id)
                assert (found is None) == (who not in self.numbers)
                if found is not None:
                    names = dict.fromkeys(("full_name", "email", "phone", "country", "comment"))
                    await signatures.change(
                        db, found.id, **names, postcode=postcode, name_key=None, now=NOW
                    )

        self.run(act())

    @rule(count=st.integers(-30, 30))
    def staff_count_paper(self, count: int) -> None:
        async def act() -> Totals:
            async with self.database.transaction() as db:
                return await offline.add(
                    db,
                    campaign_id=self.campaign_id,
                    count=count,
                    note="",
                    recorded_by=None,
                    now=NOW,
                )

        if self.paper + count < 0:
            with pytest.raises(ValueError, match="below zero"):
                self.run(act())
        else:
            self.paper += count
            assert self.run(act()) == Totals(len(self.live), self.paper)

    @invariant()
    def each_area_is_right(self) -> None:
        async def look() -> tuple[Any, Any]:
            async with self.database.reading() as db:
                kept = await areas.of_campaign(db, self.campaign_id)
                return kept, await areas.recount(db, self.campaign_id)

        kept, counted = self.run(look())
        assert kept == counted

    @invariant()
    def the_total_is_right(self) -> None:
        async def look() -> tuple[Totals, Totals]:
            async with self.database.reading() as db:
                kept = await campaigns.totals(db, self.campaign_id)
                return kept, await campaigns.recount(db, self.campaign_id)

        assert self.run(look()) == (Totals(len(self.live), self.paper),) * 2


@pytest.mark.parametrize("engine", engines.params())
def test_the_total_is_right_after_any_history(engine: str, tmp_path: Path) -> None:
    run_histories(Campaign, engine, tmp_path, histories=15, steps=20)
