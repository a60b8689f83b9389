"""A promise of `approval_above`, for every history of what two editors and an owner may do: words
that nobody but their writers has agreed to are read by no more people than that."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storage.broadcasts import Broadcast
from storage.database import Database
from tests import engines
from tests.handlers.readers import Readers, content_of
from tests.handlers.staffroom import ALICE, BEN, LIMIT, OLIVE, Office
from tests.histories import run_histories

STEERABLE = ("scheduled", "awaiting_approval", "sending", "paused")
FORGED = (
    "append",
    "undo",
    "yes",
    "yes",
    "yes",
    "button:share",
    "who:signers",
    "who:everyone",
    "weekly",
    "ask",
)
WRITTEN = ("Alpha", "Beta", "Gamma of {{ title }}")


class Staffroom(RuleBasedStateMachine):
    """Three of the staff at their worst, and what is known of it without asking the rules: who has
    changed which update, who has agreed to what, and who has read it."""

    offices = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database = runner.run, database
        Staffroom.offices += 1
        self.stack = AsyncExitStack()
        self.touched: dict[int, set[int]] = defaultdict(set)
        self.agreed: dict[int, dict[str, int]] = defaultdict(dict)
        self.unagreed: dict[str, set[int]] = defaultdict(set)
        self.before: dict[int, Broadcast] = {}
        self.limit, self.title = LIMIT, "Keep it"
        self.at_work = {ALICE, BEN, OLIVE}
        self.broken: list[str] = []

    @initialize(people=st.integers(LIMIT - 1, LIMIT + 3), pace=st.sampled_from((1, 2, 100)))
    def open(self, people: int, pace: int) -> None:
        async def begin() -> Office:
            office = await Office.open(self.stack, self.database, Staffroom.offices)
            await office.retitle(self.title)
            await office.join(people)
            return office

        self.office = self.run(begin())
        self.pace = pace
        self.readers = Readers(self.office.doors.services, self.reads)

    def teardown(self) -> None:
        self.run(self.stack.aclose())

    def reads(self, broadcast_id: int, words: str, supporter_id: int) -> None:
        """What arrives was agreed to, or few enough people have read it."""
        update = self.before[broadcast_id]
        by = self.agreed[broadcast_id].get(self.known_by(update))
        if by is not None and by in self.at_work:
            return
        readers = self.unagreed[words]
        if supporter_id not in readers and len(readers) >= self.limit:
            self.broken.append(f"{words} of {broadcast_id} is read by more than {self.limit}")
        readers.add(supporter_id)

    def known_by(self, update: Broadcast) -> str:
        """What somebody agrees to: words, audience, options and the title they quote."""
        content = content_of(update)
        return f"{content} {self.title}" if "title" in content else content

    async def look(self) -> dict[int, Broadcast]:
        return {one.id: one for one in await self.office.all()}

    def does(self, who: int, act: Awaitable[Any], *, sends_back: bool = False) -> None:
        """Somebody does something; whatever it has changed, they have touched. Who sends an update
        back has changed nothing of it, and may agree to what its writers make of it."""

        async def do() -> dict[int, Broadcast]:
            await act
            return await self.look()

        after = self.run(do())
        for number, now in after.items():
            was = self.before.get(number)
            if was is None:
                self.touched[number] = {who, *self.touched.get(now.follows or 0, ())}
            elif self._agrees(was, now):
                assert who not in self.touched[number], "agreed to what they have touched"
                self.agreed[number][self.known_by(now)] = who
            elif self._changed(was, now) and now.started_at is None and not sends_back:
                self.touched[number].add(who)
        for number, now in after.items():
            was = self.before.get(number)
            begins = now.started_at is not None and (was is None or was.started_at is None)
            if now.act == "correct" and begins and now.follows is not None:
                self.touched[now.follows] |= self.touched[number]
                by = self.agreed[number].get(self.known_by(now))
                if by is not None:
                    self.agreed[now.follows][self.known_by(after[now.follows])] = by
            self._repeats(number, after)
        self.before = after
        self.goes_on()

    def goes_on(self) -> None:
        """Whatever is being sent reaches a few people more."""

        async def send() -> dict[int, Broadcast]:
            for number in self.in_state("sending"):
                await self.readers.go(number, self.pace)
            return await self.look()

        if self.in_state("sending"):
            self.before = self.run(send())

    @staticmethod
    def _agrees(was: Broadcast, now: Broadcast) -> bool:
        goes = ("scheduled", "sending")
        return was.status == "awaiting_approval" and now.status in goes

    @staticmethod
    def _changed(was: Broadcast, now: Broadcast) -> bool:
        """Other than pausing, going on and cancelling, which change no words."""
        written = content_of(was) != content_of(now) or was.due_at != now.due_at
        asked = was.status == "draft" and now.status == "awaiting_approval"
        taken = was.status != "draft" and now.status == "draft"
        return written or asked or taken

    def _repeats(self, number: int, after: dict[int, Broadcast]) -> None:
        """The next one of a weekly update is of its writers, and agreed to as it is."""
        if number in self.before or after[number].status != "scheduled":
            return
        origin = [
            one
            for one in after.values()
            if one.id < number
            and content_of(one) == content_of(after[number])
            and one.author_id == after[number].author_id
        ]
        if origin:
            self.touched[number] = set(self.touched[origin[-1].id])
            self.agreed[number] = dict(self.agreed[origin[-1].id])

    def in_state(self, *states: str) -> list[int]:
        """The updates in one of these states, newest first: small numbers are drawn most."""
        return sorted((n for n, one in self.before.items() if one.status in states), reverse=True)

    def chosen(self, which: int, *states: str) -> int:
        numbers = self.in_state(*states)
        return numbers[which % len(numbers)]

    STAFF = st.sampled_from((ALICE, BEN, OLIVE))
    WHICH = st.integers(0, 2)

    @rule(who=STAFF, text=st.sampled_from(WRITTEN), helper=STAFF, asks=st.booleans())
    def writes(self, who: int, text: str, helper: int, asks: bool) -> None:
        """Somebody writes an update; the same person or another may have it sent."""
        known = len(self.before)
        self.does(who, self.office.tries_to_write(who, text))
        if asks and len(self.before) > known:
            self.does(helper, self.office.forges(helper, max(self.before), "yes"))

    @precondition(lambda self: self.in_state("draft"))
    @rule(who=STAFF, which=WHICH, text=st.sampled_from(WRITTEN), asks=st.booleans())
    def rewrites(self, who: int, which: int, text: str, asks: bool) -> None:
        """Somebody opens a draft, which may be a colleague's, and writes other words."""
        number = self.chosen(which, "draft")
        self.does(who, self.office.forges(who, number, "look"))
        self.does(who, self.office.says(who, text))
        self.does(who, self.office.forges(who, number, "replace"))
        if asks:
            self.does(who, self.office.forges(who, number, "yes"))

    @precondition(lambda self: self.in_state("draft"))
    @rule(who=STAFF, which=WHICH, act=st.sampled_from(FORGED))
    def forges(self, who: int, which: int, act: str) -> None:
        self.does(who, self.office.forges(who, self.chosen(which, "draft"), act))

    @precondition(lambda self: self.in_state("draft"))
    @rule(who=STAFF, which=WHICH, weekly=st.booleans())
    def schedules(self, who: int, which: int, weekly: bool) -> None:
        number = self.chosen(which, "draft")
        self.does(who, self.office.forges(who, number, "later"))
        if self.before[number].act == "send":
            self.does(who, self.office.says(who, "tomorrow 9:00"))
        if weekly:
            self.does(who, self.office.forges(who, number, "weekly"))
        self.does(who, self.office.forges(who, number, "yes"))

    @precondition(lambda self: self.in_state(*STEERABLE))
    @rule(who=STAFF, which=WHICH, act=st.sampled_from(("edit", "cancel", "pause", "resume")))
    def steers(self, who: int, which: int, act: str) -> None:
        self.does(who, self.office.taps(who, f"steer:{self.chosen(which, *STEERABLE)}:{act}"))

    @precondition(lambda self: self.in_state("paused"))
    @rule(who=STAFF, which=WHICH)
    def lets_it_go_on(self, who: int, which: int) -> None:
        self.does(who, self.office.taps(who, f"steer:{self.chosen(which, 'paused')}:resume"))

    @precondition(lambda self: self.in_state("paused", "done", "cancelled", "sending"))
    @rule(who=STAFF, which=WHICH, text=st.sampled_from(WRITTEN), asker=STAFF)
    def corrects(self, who: int, which: int, text: str, asker: int) -> None:
        """Somebody corrects an update, which is paused for it; any of the staff has that sent."""
        number = self.chosen(which, "paused", "done", "cancelled", "sending")
        self.does(who, self.office.taps(who, f"steer:{number}:pause"))
        known = len(self.before)
        self.does(who, self.office.taps(who, f"after:{number}:correct"))
        if len(self.before) > known:
            self.does(who, self.office.says(who, text))
            self.does(who, self.office.forges(who, max(self.before), "replace"))
            self.does(asker, self.office.forges(asker, max(self.before), "yes"))

    @precondition(lambda self: self.in_state("paused", "done"))
    @rule(who=STAFF, which=WHICH)
    def retracts(self, who: int, which: int) -> None:
        number = self.chosen(which, "paused", "done")
        self.does(who, self.office.taps(who, f"after:{number}:retract:yes"))

    @precondition(lambda self: self.in_state("awaiting_approval"))
    @rule(who=STAFF, which=WHICH, answer=st.sampled_from(("yes", "yes", "yes", "no")))
    def answers(self, who: int, which: int, answer: str) -> None:
        number = self.chosen(which, "awaiting_approval")
        self.does(who, self.office.answers(who, number, answer), sends_back=answer == "no")

    @precondition(lambda self: self.in_state("awaiting_approval"))
    @rule(which=WHICH)
    def everybody_says_yes(self, which: int) -> None:
        number = self.chosen(which, "awaiting_approval")
        for who in (ALICE, BEN, OLIVE):
            self.does(who, self.office.answers(who, number))

    @rule(people=st.integers(1, 4))
    def people_join(self, people: int) -> None:
        self.run(self.office.join(people))
        self.goes_on()

    @precondition(lambda self: self.in_state("scheduled"))
    @rule(days=st.sampled_from((1, 7)))
    def time_passes(self, days: int) -> None:
        self.office.now += timedelta(days=days)
        nobody = 0
        self.does(nobody, self.office.time_comes())

    @rule(title=st.sampled_from(("Keep it", "Give us your money")))
    def the_title_is_changed(self, title: str) -> None:
        self.run(self.office.retitle(title))
        self.title = title
        self.goes_on()

    @rule(limit=st.sampled_from((2, LIMIT, 5)))
    def the_limit_is_changed(self, limit: int) -> None:
        self.run(self.office.redefine(approval_above=limit))
        self.limit = limit
        self.goes_on()

    @rule(there=st.booleans())
    def ben_leaves_or_comes_back(self, there: bool) -> None:
        if there:
            self.run(self.office.employ(BEN, "editor"))
            self.at_work.add(BEN)
        else:
            self.run(self.office.dismiss(BEN))
            self.at_work.discard(BEN)
        self.goes_on()

    @invariant()
    def no_more_read_it_than_may(self) -> None:
        assert not self.broken, self.broken


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("engine", engines.params())
def test_what_nobody_else_agreed_to_is_read_by_few_whatever_staff_do(
    engine: str, tmp_path: Path
) -> None:
    run_histories(Staffroom, engine, tmp_path, histories=15, steps=25, phases=(Phase.generate,))
