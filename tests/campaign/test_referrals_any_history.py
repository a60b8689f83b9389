"""A promise for every history of people who ask each other: whatever they do, in whatever order,
all kept figures are what a plain count gives, and nobody is brought in a circle."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from campaign.errors import AlreadySigned, NotSigned, UnderReview
from campaign.invalidation import apply
from campaign.referrals import arrivals, figures, links
from campaign.signing import sign
from storage import invalidations, signatures
from storage.database import Connection, Database
from storage.invalidation_search import Rule
from storage.invalidations import Invalidation
from storage.referral_links import Link
from tests import engines
from tests.campaign import petitions
from tests.histories import run_histories

PEOPLE = st.integers(1, 4)
OPENED = st.integers(0, 4)  # 0: the leaflet's link
BEGINNING = datetime(2009, 11, 2, 12, tzinfo=UTC)
LEAFLET = 0
_NONE = date.min
Figures = dict[str, int]


class Campaign(RuleBasedStateMachine):
    """One campaign: what has happened in it, told as plainly as can be."""

    histories = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database, self.now = runner.run, database, BEGINNING
        Campaign.histories += 1
        self.petition = self.run(
            petitions.published(database, f"friends-{Campaign.histories}", self.now)
        )
        self.codes = {LEAFLET: self.run(self._do(self._leaflet)).code}
        self.opened: set[tuple[int, int]] = set()
        self.came_by: dict[int, int] = {}
        self.begun: Counter[int] = Counter()
        self.began: set[int] = set()
        self.signed_in: dict[int, date] = {}
        self.live: set[int] = set()
        self.credited: dict[int, date | None] = {}
        self.shared: set[int] = set()
        self.held: dict[int, bool] = {}
        self.credit_of_held: dict[int, date | None] = {}
        self.acts: list[tuple[Invalidation, set[int]]] = []

    async def _do(self, act: Callable[[Connection], Awaitable[Any]]) -> Any:
        async with self.database.transaction() as db:
            return await act(db)

    async def _leaflet(self, db: Connection) -> Link:
        link, _ = await links.source(db, self.petition, "leaflet", created_by=None, now=self.now)
        return link

    @initialize(chain=st.lists(PEOPLE, unique=True, max_size=4), last_signs=st.booleans())
    def each_asks_the_next(self, chain: list[int], last_signs: bool) -> None:
        for place, who in enumerate(chain):
            if place:
                self.opens(who, chain[place - 1])
            if last_signs or place < len(chain) - 1:
                self.signs(who)

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(who=PEOPLE, whose=OPENED)
    def opens(self, who: int, whose: int) -> None:
        if whose not in self.codes:
            return

        async def act(db: Connection) -> arrivals.Arrival:
            supporter = await petitions.person(db, who, self.now)
            return await petitions.opens(db, self.petition, self.codes[whose], supporter, self.now)

        arrival = self.run(self._do(act))
        if whose != who:
            self.opened.add((whose, who))
            self.shared.add(whose)
            if who not in self.signed_in and (whose == LEAFLET or whose in self.live):
                self.came_by.setdefault(who, whose)
        counts = self.came_by.get(who) == whose and who not in self.signed_in
        assert arrival.claimed == (counts and (whose == LEAFLET or whose in self.live))

    @rule(who=PEOPLE)
    def begins(self, who: int) -> None:
        async def act(db: Connection) -> None:
            supporter = await petitions.person(db, who, self.now)
            await arrivals.began(db, self.petition, supporter, now=self.now)

        self.run(self._do(act))
        if who in self.came_by and who not in self.began:
            self.began.add(who)
            self.begun[self.came_by[who]] += 1

    @rule(who=PEOPLE)
    def signs(self, who: int) -> None:
        async def act(db: Connection) -> Link:
            supporter = await petitions.person(db, who, self.now)
            return await petitions.signs(db, self.petition, supporter, self.now)

        if who in self.live or who in self.held:
            with pytest.raises(UnderReview if who in self.held else AlreadySigned):
                self.run(self._do(act))
            return
        code = self.run(self._do(act)).code
        assert self.codes.setdefault(who, code) == code, "a link is one's own for ever"
        first = who not in self.signed_in
        self.live.add(who)
        self.signed_in[who] = (self.now - timedelta(days=self.now.weekday())).date()
        asked_by = self.came_by.get(who)
        if asked_by == LEAFLET:
            self.credited[who] = None
        elif asked_by in self.live:
            self.credited[who] = self.signed_in[asked_by]
        elif first and asked_by is not None:
            del self.came_by[who]

    @rule(who=PEOPLE, whose=OPENED)
    def comes_and_signs(self, who: int, whose: int) -> None:
        self.opens(who, whose)
        self.begins(who)
        self.signs(who)

    @rule(who=PEOPLE)
    def withdraws(self, who: int) -> None:
        async def act(db: Connection) -> None:
            supporter = await petitions.person(db, who, self.now)
            await sign.withdraw(db, self.petition, supporter, now=self.now)

        if who in self.live or self.held.get(who):
            self.run(self._do(act))
        else:
            with pytest.raises(NotSigned):
                self.run(self._do(act))
        self.live.discard(who)
        self.credited.pop(who, None)
        if who in self.held:
            self.held[who] = False

    @rule(who=PEOPLE, whole_chain=st.booleans())
    def staff_invalidate(self, who: int, whole_chain: bool) -> None:
        """One signature, or all that came below somebody's link."""
        if who not in self.codes:
            return

        async def made(db: Connection) -> Invalidation:
            link = await links.find(db, self.codes[who])
            assert link is not None
            theirs = await signatures.of(db, self.petition.id, link.supporter_id or 0)
            assert theirs is not None
            rule = Rule(below=link.id) if whole_chain else Rule(number=theirs.number)
            draft = await apply.draft(db, self.petition, rule, None, now=self.now)
            await apply.apply(db, draft, "other", None, now=self.now)
            found = await invalidations.of(db, draft.id)
            assert found is not None
            return found

        act = self.run(self._do(made))
        meant = self.below(who) if whole_chain else {who}
        whom = meant & self.live
        assert self.run(apply.work_off(self.database, self.petition, act, now=self.now)) == len(
            whom
        )
        for one in whom:
            self.held[one] = True
            if one in self.credited:
                self.credit_of_held[one] = self.credited.pop(one)
        self.live -= whom
        self.acts.append((act, whom))

    @rule(place=st.integers(0, 9))
    def staff_undo(self, place: int) -> None:
        if not self.acts:
            return
        act, whom = self.acts.pop(place % len(self.acts))

        async def undone(db: Connection) -> Invalidation:
            await apply.undo(db, act, None, now=self.now)
            found = await invalidations.of(db, act.id)
            assert found is not None
            return found

        back = {one for one in whom if self.held.pop(one)}
        undoing = self.run(self._do(undone))
        assert self.run(apply.work_off(self.database, self.petition, undoing, now=self.now)) == len(
            back
        )
        for one in whom:
            week = self.credit_of_held.pop(one, _NONE)
            if one in back and week is not _NONE:
                self.credited[one] = week
        self.live |= back

    def below(self, whose: int) -> set[int]:
        found: set[int] = set()
        ring = {whose}
        while ring:
            ring = {who for who, by in self.came_by.items() if by in ring} - found
            found |= ring
        return found

    @rule(who=PEOPLE)
    def shares(self, who: int) -> None:
        async def act(db: Connection) -> None:
            supporter = await petitions.person(db, who, self.now)
            await links.shared(db, self.petition, supporter, now=self.now)

        self.run(self._do(act))
        if who in self.codes:
            self.shared.add(who)

    def brought_by(self, whose: int) -> list[int]:
        return [who for who in self.credited if self.came_by[who] == whose]

    def of_link(self, whose: int) -> Figures:
        brought = self.brought_by(whose)
        return {
            "opens": sum(link == whose for link, _ in self.opened),
            "starts": self.begun[whose],
            "signatures": len(brought),
            "shared": len(self.shared & set(brought)),
            "friends": sum(len(self.brought_by(friend)) for friend in brought),
        }

    def generations_of(self, whose: int) -> tuple[int, ...]:
        found: Counter[int] = Counter()
        for who in self.credited:
            above = self.came_by[who]
            for generation in range(1, len(self.came_by) + 2):
                assert generation <= len(self.came_by), "a circle"
                if above == LEAFLET:
                    break
                if above == whose:
                    found[generation] += 1
                if above not in self.came_by:
                    break
                above = self.came_by[above]
        return tuple(found[place] for place in range(1, max(found, default=0) + 1))

    @invariant()
    def the_kept_figures_are_a_plain_count(self) -> None:
        async def look() -> tuple[Any, ...]:
            async with self.database.reading() as db:
                found = {whose: await links.find(db, code) for whose, code in self.codes.items()}
                return (
                    {
                        whose: {name: getattr(link, name) for name in self.of_link(whose)}
                        for whose, link in found.items()
                    },
                    {
                        whose: (await figures.mine(db, link)).generations
                        for whose, link in found.items()
                        if link is not None and whose != LEAFLET
                    },
                    await figures.funnel(db, self.petition.id),
                    await figures.weeks(db, self.petition.id, 100),
                )

        of_links, generations, funnel, weeks = self.run(look())
        assert of_links == {whose: self.of_link(whose) for whose in self.codes}
        assert generations == {
            whose: self.generations_of(whose) for whose in self.codes if whose != LEAFLET
        }
        by_people = [who for who in self.credited if self.came_by[who] != LEAFLET]
        assert (funnel.opens, funnel.starts) == (len(self.opened), self.begun.total())
        assert (funnel.signatures, funnel.friends) == (len(self.credited), len(by_people))
        assert (funnel.shared, funnel.signers) == (len(self.live & self.shared), len(self.live))
        signers = Counter(self.signed_in[who] for who in self.live)
        friends = Counter(self.credited[who] for who in by_people)
        assert {week.monday: (week.signers, week.friends) for week in weeks if week.signers} == {
            monday: (signers[monday], friends[monday]) for monday in signers
        }
        assert sum(week.friends for week in weeks) == len(by_people)


@pytest.mark.parametrize("engine", engines.params())
def test_the_figures_are_right_after_any_history(engine: str, tmp_path: Path) -> None:
    run_histories(Campaign, engine, tmp_path, histories=40, steps=20)
