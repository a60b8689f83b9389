"""A promise for every history of a campaign: whatever people and staff do, in whatever order, the
kept totals and the figures by area, time and language equal a recount, and a number once given is
its signer's for good."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import update

from storage import (
    areas,
    campaigns,
    invalidations,
    paper_entries,
    personal_data,
    signature_times,
    signatures,
)
from storage.campaigns import Totals
from storage.database import Database
from storage.tables import signatures as signatures_table
from tests import engines
from tests.histories import run_histories
from tests.storage.world import NOW, campaign, person, sign

PEOPLE = st.integers(1, 5)
LANGUAGES = st.sampled_from(["en", "cy"])
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
        self.held: dict[int, int] = {}
        self.gone: set[int] = set()
        self.acts: list[int] = []

    async def _made(self, slug: str) -> int:
        async with self.database.transaction() as db:
            return (await campaign(db, slug)).id

    @rule(who=PEOPLE, postcode=POSTCODES, language=LANGUAGES, minutes=st.integers(-2000, 2000))
    def signs(self, who: int, postcode: str | None, language: str, minutes: int) -> None:
        async def act() -> Any:
            async with self.database.transaction() as db:
                return await sign(
                    db,
                    self.campaign_id,
                    who,
                    postcode=postcode,
                    language=language,
                    at=NOW + timedelta(minutes=minutes),
                )

        signature = self.run(act())
        assert (signature is None) == (who in self.live or who in self.held)
        if signature is not None:
            number = self.numbers.setdefault(who, len(self.numbers) + 1)
            assert (signature.number, signature.status) == (number, "live")
            self.live.add(who)

    @rule(who=PEOPLE)
    def withdraws(self, who: int) -> None:
        async def act() -> bool:
            async with self.database.transaction() as db:
                supporter, _ = await person(db, who)
                was = await signatures.withdraw(db, self.campaign_id, supporter.id, NOW)
                return was is not None and was.status == "live"

        assert self.run(act()) == (who in self.live)
        self.live.discard(who)
        if who in self.held:
            self.gone.add(who)

    @rule(whom=st.sets(PEOPLE, min_size=1))
    def staff_invalidate(self, whom: set[int]) -> None:
        async def act() -> int:
            async with self.database.transaction() as db:
                made = await invalidations.add(
                    db, campaign_id=self.campaign_id, rule={}, made_by=None, now=NOW
                )
                await invalidations.move(db, made.id, ["draft"], "applying")
                for who in whom & self.numbers.keys():
                    supporter, _ = await person(db, who)
                    found = await signatures.of(db, self.campaign_id, supporter.id)
                    assert found is not None
                    held = await invalidations.hold(db, made.id, self.campaign_id, found.id, NOW)
                    assert (held is not None) == (who in self.live)
                await invalidations.move(db, made.id, ["applying"], "applied")
                return made.id

        made = self.run(act())
        self.acts.append(made)
        self.held |= dict.fromkeys(whom & self.live, made)
        self.live -= whom

    @rule(place=st.integers(0, 9))
    def staff_undo(self, place: int) -> None:
        if not self.acts:
            return
        which = self.acts[place % len(self.acts)]

        async def act() -> int:
            async with self.database.transaction() as db:
                undone = await invalidations.move(db, which, ["applied"], "undoing")
                for signature_id in await invalidations.page_of_held(db, which, 100):
                    await invalidations.release(db, which, self.campaign_id, signature_id, NOW)
                await invalidations.move(db, which, ["undoing"], "undone")
                made = await invalidations.of(db, which)
                assert made is not None
                assert made.state == "undone"
                assert undone or not await invalidations.page_of_held(db, which, 100)
                return made.held

        assert self.run(act()) == 0
        for who in [who for who, by in self.held.items() if by == which]:
            del self.held[who]
            if who not in self.gone:
                self.live.add(who)
            self.gone.discard(who)

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
                        db,
                        self.campaign_id,
                        found.id,
                        **names,
                        postcode=postcode,
                        name_key=None,
                        now=NOW,
                    )

        self.run(act())

    @rule(who=PEOPLE)
    def is_forgotten_but_counted(self, who: int) -> None:
        """What goes with a signature when its person does; nothing but its place is lost."""

        async def act() -> None:
            async with self.database.transaction() as db:
                supporter, _ = await person(db, who)
                theirs = (signatures_table.c.supporter_id == supporter.id) & (
                    signatures_table.c.campaign_id == self.campaign_id
                )
                await personal_data.drop_with_signatures(db, supporter.id, self.campaign_id)
                await db.execute(update(signatures_table).where(theirs).values(postcode=None))

        self.run(act())

    @rule(count=st.integers(-30, 30))
    def staff_count_paper(self, count: int) -> None:
        async def act() -> Totals:
            async with self.database.transaction() as db:
                return await paper_entries.add(
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
    def each_quarter_of_an_hour_and_language_is_right(self) -> None:
        async def look() -> tuple[Any, ...]:
            ever = NOW - timedelta(days=9), NOW + timedelta(days=9)
            async with self.database.reading() as db:
                return (
                    await signature_times.kept(db, self.campaign_id),
                    await signature_times.recount(db, self.campaign_id),
                    dict(await signature_times.by_hour(db, self.campaign_id)),
                    await signature_times.by_language(db, self.campaign_id),
                    await signature_times.between(db, self.campaign_id, *ever),
                )

        kept, counted, hours, languages, between = self.run(look())
        assert kept == counted
        assert sum(hours.values()) == sum(languages.values()) == between == len(self.live)
        assert {quarter // 4 for quarter, _ in kept} == {quarter // 4 for quarter in hours}

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
