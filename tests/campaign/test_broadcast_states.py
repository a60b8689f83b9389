"""A promise for every history of one update: it goes only from where it may to where it may."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaign.broadcasts import agreement, audience, states
from campaign.broadcasts.states import ChangedMeanwhile, NotInThatState, OwnUpdate
from campaign.broadcasts.terms import digest_of, terms_of
from storage import broadcasts
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection, Database
from tests import engines
from tests.campaign import petitions
from tests.histories import run_histories

NOW = datetime(2009, 11, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
LONDON = ZoneInfo("Europe/London")
BEFORE_SENDING = {"draft", "awaiting_approval", "scheduled"}


async def agreed(db: Connection, broadcast_id: int, supporter_id: int) -> None:
    """Agree to an update as it is."""
    broadcast = await broadcasts.of(db, broadcast_id)
    assert broadcast is not None
    given = await terms_of(db, broadcast.campaign_id)
    seen = digest_of(broadcast, given)
    await agreement.agree(db, broadcast_id, supporter_id, seen=seen, now=NOW)


class Update(RuleBasedStateMachine):
    """One update, and what is known of it without asking the database."""

    histories = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database = runner.run, database
        Update.histories += 1

    @initialize(due=st.booleans())
    def draft(self, due: bool) -> None:
        self.status, self.due = "draft", LATER if due else None
        self.id, self.author, self.other = self.run(self._made(due=due))

    async def _made(self, *, due: bool) -> tuple[int, int, int]:
        petition = await petitions.published(self.database, f"life-{Update.histories}", NOW)
        async with self.database.transaction() as db:
            author = await petitions.person(db, 1, NOW)
            other = await petitions.person(db, 2, NOW)
            made = await broadcasts.add(
                db,
                campaign_id=petition.id,
                kind="news",
                author_id=author.id,
                content={},
                audience=audience.to_dict(Audience()),
                options={},
                now=NOW,
            )
            if due:
                await states.change(db, made, now=NOW, due_at=LATER)
        return made.id, author.id, other.id

    def tries(
        self, came_from: set[str], to: str, act: Callable[[Connection], Awaitable[Any]]
    ) -> None:
        """It works from these states, and changes nothing in others."""

        async def do() -> bool:
            try:
                async with self.database.transaction() as db:
                    await act(db)
            except NotInThatState:
                return False
            return True

        assert self.run(do()) is (self.status in came_from), (self.status, to)
        if self.status in came_from:
            self.status = to

    @rule()
    def start(self) -> None:
        self.tries(BEFORE_SENDING, "sending", lambda db: states.start(db, self.id, now=NOW))

    @rule()
    def schedule(self) -> None:
        self.tries(
            BEFORE_SENDING, "scheduled", lambda db: states.schedule(db, self.id, LATER, now=NOW)
        )
        self.due = LATER if self.status == "scheduled" else self.due

    @rule()
    def ask_approval(self) -> None:
        ask = lambda db: states.ask_approval(db, self.id, now=NOW)  # noqa: E731
        self.tries({"draft"}, "awaiting_approval", ask)

    @rule()
    def approve(self) -> None:
        to = "scheduled" if self.due else "sending"
        approve = lambda db: agreed(db, self.id, self.other)  # noqa: E731
        self.tries({"awaiting_approval"}, to, approve)

    @precondition(lambda self: self.status == "awaiting_approval")
    @rule()
    def approve_ones_own(self) -> None:
        async def do() -> None:
            async with self.database.transaction() as db:
                await agreed(db, self.id, self.author)

        with pytest.raises(OwnUpdate):
            self.run(do())

    @rule()
    def take_back(self) -> None:
        self.tries(
            {"awaiting_approval", "scheduled"},
            "draft",
            lambda db: states.take_back(db, self.id, now=NOW),
        )

    @rule()
    def pause(self) -> None:
        self.tries({"sending"}, "paused", lambda db: states.pause(db, self.id))

    @rule()
    def resume(self) -> None:
        self.tries({"paused"}, "sending", lambda db: states.resume(db, self.id, now=LATER))

    @rule()
    def cancel(self) -> None:
        self.tries(
            {*BEFORE_SENDING, "sending", "paused"},
            "cancelled",
            lambda db: states.cancel(db, self.id, now=NOW),
        )

    @rule(stale=st.booleans())
    def change_it(self, stale: bool) -> None:
        """A draft can be changed, by one who has seen what the other has changed."""

        async def do() -> None:
            async with self.database.transaction() as db:
                found = await broadcasts.of(db, self.id)
                assert found is not None
                seen = replace(found, version=found.version - 1) if stale else found
                await states.change(db, seen, now=NOW, act="send")

        if self.status != "draft":
            with pytest.raises(NotInThatState):
                self.run(do())
        elif stale:
            with pytest.raises(ChangedMeanwhile):
                self.run(do())
        else:
            self.run(do())

    @rule(late=st.sampled_from([timedelta(0), timedelta(hours=7)]))
    def its_time_comes(self, late: timedelta) -> None:
        async def begin() -> None:
            async with self.database.transaction() as db:
                found = await broadcasts.of(db, self.id)
                assert found is not None
                await states.begin(db, found, now=LATER + late)

        self.run(begin())
        if self.status == "scheduled":
            self.status = "paused" if late else "sending"

    @invariant()
    def it_is_where_it_should_be(self) -> None:
        if not hasattr(self, "id"):
            return

        async def look() -> Broadcast | None:
            async with self.database.reading() as db:
                return await broadcasts.of(db, self.id)

        found = self.run(look())
        assert found is not None
        assert found.status == self.status
        assert (found.paused_why is not None) == (found.status == "paused")
        assert found.started_at is not None or found.status not in ("sending", "done")


@pytest.mark.parametrize("engine", engines.params())
def test_an_update_goes_only_where_it_may(engine: str, tmp_path: Path) -> None:
    run_histories(Update, engine, tmp_path, histories=25, steps=20)


@given(
    due=st.datetimes(datetime(2009, 1, 1), datetime(2010, 12, 31)),  # noqa: DTZ001
    late=st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_each_week_is_at_the_same_time_on_the_clocks_and_caught_up_once(
    due: datetime, late: timedelta
) -> None:
    due_at = due.replace(tzinfo=LONDON).astimezone(UTC)
    now = due_at + late
    following = states.a_week_later(weekly(due_at), now)
    assert following is not None
    assert now < following <= now + timedelta(days=7, hours=1)
    there, before = following.astimezone(LONDON), due_at.astimezone(LONDON)
    assert there.weekday() == before.weekday()
    assert abs(_clock(there) - _clock(before)) in (timedelta(0), timedelta(hours=1))
    if there.date() not in CLOCKS_CHANGE:
        assert _clock(there) == _clock(before)


CLOCKS_CHANGE = [
    datetime(year, month, day).date()  # noqa: DTZ001
    for year, month, day in ((2009, 3, 29), (2009, 10, 25), (2010, 3, 28), (2010, 10, 31))
]


def _clock(at: datetime) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def weekly(due_at: datetime) -> Broadcast:
    names = dict.fromkeys(Broadcast.__slots__)
    options = {"weekly": True, "zone": "Europe/London"}
    return Broadcast(**{**names, "due_at": due_at, "options": options})  # type: ignore[arg-type]
