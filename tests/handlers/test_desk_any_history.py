"""A promise of the desk, for any order of drafts, events, milestones, times, cancels and stops: its
list is exactly what the database holds, and everything in it opens."""

import asyncio
import itertools
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaign import timeline
from campaign.broadcasts import drafts, states
from handlers import drafted_updates
from storage import broadcasts
from storage.broadcasts import LISTED, Broadcast
from storage.database import Database
from tests import engines
from tests.handlers.staffroom import ALICE, BEN, OLIVE, Office
from tests.histories import run_histories

OPENED = {
    *("broadcasts/panel", "broadcasts/correction", "broadcasts/message", "broadcasts/new_words"),
    *("broadcasts/progress", "broadcasts/report"),
}
"""What a tap on an update may show."""


class Desk(RuleBasedStateMachine):
    """An office of three at work, who look at the desk after each act."""

    offices = itertools.count(1)

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database = runner.run, database
        self.stack = AsyncExitStack()
        self.known: list[Broadcast] = []

    @initialize(limit=st.sampled_from((0, 2)))
    def open(self, limit: int) -> None:
        async def begin() -> Office:
            office = await Office.open(self.stack, self.database, next(Desk.offices), limit)
            await office.doors.says(office.numbers + OLIVE, "/start")
            await office.join(3)
            return office

        self.office = self.run(begin())
        self.known = []

    def teardown(self) -> None:
        self.run(self.stack.aclose())

    def does(self, *acts: Awaitable[Any]) -> None:
        async def do() -> list[Broadcast]:
            for act in acts:
                await act
            return await self.office.all()

        self.known = self.run(do())

    def in_state(self, *statuses: str) -> list[int]:
        return [one.id for one in reversed(self.known) if one.status in statuses]

    def chosen(self, which: int, *statuses: str) -> int:
        found = self.in_state(*statuses)
        return found[which % len(found)]

    WHO = st.sampled_from((ALICE, BEN))
    WHICH = st.integers(0, 3)

    @rule(who=WHO, words=st.sampled_from(("", "Good news", "Come on <b>Friday</b> & bring {{ x }")))
    def writes(self, who: int, words: str) -> None:
        self.does(self.office.taps(who, f"upd:new:{self.office.petition.id}:news"))
        if words:
            self.does(self.office.says(who, words))

    @rule(who=WHO, command=st.sampled_from(("/update", "/desk", "/cancel", "/event", "/start")))
    def looks_elsewhere(self, who: int, command: str) -> None:
        self.does(self.office.says(who, command))

    @rule(who=WHO)
    def adds_to_the_timeline_and_tells(self, who: int) -> None:
        """Each such entry has its update lie ready."""

        async def add() -> int:
            by = await self.office.supporter_id(who)
            async with self.database.transaction() as db:
                actor = self.office.numbers + who
                words = {"en": {"who": f"Union {len(self.known)}"}}
                event = await timeline.add(
                    db,
                    self.office.petition,
                    "endorsement",
                    words,
                    by=by,
                    actor=actor,
                    now=self.office.now,
                )
                return event.id

        before = len(self.known)
        self.does(self.office.taps(who, f"entry:{self.run(add())}:tell"))
        assert len(self.known) == before + 1

    @rule(number=st.integers(1, 10_000))
    def reaches_a_milestone(self, number: int) -> None:
        async def make() -> None:
            petition = self.office.petition
            content = drafted_updates.milestone(self.office.doors.services, petition, number)
            async with self.database.transaction() as db:
                await drafts.make(
                    db, petition, "milestone", content, author_id=None, now=self.office.now
                )

        self.does(make())

    @precondition(lambda self: self.in_state("draft"))
    @rule(who=WHO, which=WHICH, weekly=st.booleans(), at=st.sampled_from(("tomorrow 9:00", "soon")))
    def schedules(self, who: int, which: int, weekly: bool, at: str) -> None:
        number, office = self.chosen(which, "draft"), self.office
        self.does(office.forges(who, number, "later"), office.says(who, at))
        if weekly:
            self.does(office.forges(who, number, "weekly"))
        self.does(office.forges(who, number, "yes"))

    @precondition(lambda self: self.in_state("draft"))
    @rule(who=WHO, which=WHICH, act=st.sampled_from(("ask", "yes", "throw", "look", "button:sign")))
    def works_on(self, who: int, which: int, act: str) -> None:
        self.does(self.office.forges(who, self.chosen(which, "draft"), act))

    @precondition(lambda self: self.known)
    @rule(who=WHO, which=WHICH, act=st.sampled_from(("pause", "resume", "edit", "cancel", "retry")))
    def steers(self, who: int, which: int, act: str) -> None:
        self.does(self.office.taps(who, f"steer:{self.chosen(which, *LISTED)}:{act}"))

    @precondition(lambda self: self.in_state("scheduled", "awaiting_approval", "paused"))
    @rule(who=WHO, which=WHICH, at=st.sampled_from(("Monday 8:00", "26 Nov 2009 1:00")))
    def moves(self, who: int, which: int, at: str) -> None:
        """The time changes only with the yes, and only to what is still to come."""
        number = self.chosen(which, "scheduled", "awaiting_approval", "paused")
        before = self.run(self.office.of(number))
        self.does(self.office.taps(who, f"desk:move:{number}:0:ask"), self.office.says(who, at))
        assert self.run(self.office.of(number)).due_at == before.due_at
        yes = [data for data in self.office.doors.buttons() if data.endswith(":yes")]
        if states.can_move(before) and at == "Monday 8:00":
            assert yes
        for data in (*yes, *yes):  # a double tap is one
            self.does(self.office.taps(who, data))
        after = self.run(self.office.of(number)).due_at
        assert after == before.due_at or (after is not None and after > self.office.now)
        assert (after != before.due_at) <= bool(yes)

    @precondition(lambda self: self.known)
    @rule(who=WHO, which=WHICH)
    def copies(self, who: int, which: int) -> None:
        number, before = self.chosen(which, *LISTED), len(self.known)
        of_its_own = self.run(self.office.of(number)).act == "send"
        self.does(self.office.taps(who, f"desk:copy:{number}"))
        assert len(self.known) == before + of_its_own

    @precondition(lambda self: self.in_state("awaiting_approval"))
    @rule(which=WHICH, answer=st.sampled_from(("yes", "no")))
    def somebody_answers(self, which: int, answer: str) -> None:
        number = self.chosen(which, "awaiting_approval")
        self.does(*(self.office.answers(who, number, answer) for who in (ALICE, BEN, OLIVE)))

    @rule()
    def an_owner_stops_everything(self) -> None:
        """As /stopall does for an owner of all campaigns."""

        async def stop() -> None:
            async with self.database.transaction() as db:
                for one in await broadcasts.of_campaign(db, self.office.petition.id, 1000):
                    if one.status in ("sending", "scheduled"):
                        await broadcasts.move(
                            db, one.id, [one.status], "paused", paused_why=states.BY_STAFF
                        )

        self.does(stop())

    @rule(days=st.sampled_from((1, 8)))
    def time_passes(self, days: int) -> None:
        self.office.now += timedelta(days=days)
        self.does(self.office.time_comes())

    @precondition(lambda self: self.in_state("sending"))
    @rule(which=WHICH)
    def one_comes_to_its_end(self, which: int) -> None:
        async def end() -> None:
            number = self.chosen(which, "sending")
            async with self.database.transaction() as db:
                await broadcasts.move(
                    db, number, ["sending"], "done", ended_at=self.office.now, walked=True
                )

        self.does(end())

    @invariant()
    def the_list_is_what_the_database_holds_and_all_of_it_opens(self) -> None:
        if self.known:
            self.run(self.look())

    async def look(self) -> None:
        office = self.office
        held = await office.all()
        wanted = sorted(held, key=_as_listed)
        shown: list[int] = []
        for page in range(len(held) // 6 + 1):
            await office.taps(OLIVE, f"desk:updates:{office.petition.id}:{page}")
            shown += [
                int(data.split(":")[2])
                for data in self.office.doors.buttons()
                if "desk:open:" in data
            ]
        if len(held) % 6 == 0:  # the page after the last is the last
            shown = shown[: len(held)]
        assert shown == [one.id for one in wanted]
        for one in held:
            office.doors.shown.clear()
            await office.taps(BEN, f"desk:open:{one.id}")
            opened = {name for name in office.doors.shown if name in OPENED}
            assert opened, (one.status, dict(office.doors.shown))
            after = await office.of(one.id)
            assert (after.status, after.version) == (one.status, one.version)
        await office.taps(OLIVE, f"desk:{office.petition.id}")
        counted = {status: sum(one.status == status for one in held) for status in LISTED}
        async with self.database.reading() as db:
            assert await broadcasts.count_by_status(db, office.petition.id) == counted


def _as_listed(one: Broadcast) -> tuple[int, float, int]:
    due = one.due_at.timestamp() if one.status == "scheduled" and one.due_at else 0.0
    return LISTED.index(one.status), due, -one.id


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("engine", engines.params())
def test_the_desks_list_is_what_the_database_holds_whatever_happens(
    engine: str, tmp_path: Path
) -> None:
    histories = 60 if engine == "sqlite" else 8
    run_histories(Desk, engine, tmp_path, histories=histories, steps=20)
