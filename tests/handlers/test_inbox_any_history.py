"""A promise of the inbox, for every history of what three people and two of the staff may do: an
answer goes to the one who has written, once, and to nobody else."""

import asyncio
import itertools
from collections import Counter, deque
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from bot.jobs.notifications import Outbox
from campaign import catalogue, erasure
from messages import bot_texts
from storage import inbox, staff, supporters, tables
from storage.database import Database
from tests import engines
from tests.campaign import petitions
from tests.handlers.routes_harness import BOT, NOW, RoutesHarness, message
from tests.histories import run_histories

WRITERS, STAFF = (1, 2, 3), (8, 9)
EDITOR, OWNER = STAFF
writer, worker = st.sampled_from(WRITERS), st.sampled_from(STAFF)
HEADING = "has answered you"


class Desk(RuleBasedStateMachine):
    """People who write, staff who answer, and who was meant by each answer."""

    desks = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database = runner.run, database
        Desk.desks += 1
        self.base = Desk.desks * 1_000
        self.now = NOW
        self.stack = AsyncExitStack()
        self.words = itertools.count(1)
        self.meant: dict[str, int] = {}
        self.arrived: Counter[tuple[int, str]] = Counter()
        self.refused: set[str] = set()
        self.last: dict[str, Any] = {}
        self.numbers = itertools.count(1)

    @initialize()
    def open(self) -> None:
        async def begin() -> None:
            definition = petitions.example().model_copy(update={"slug": f"desk-{Desk.desks}"})
            self.petition = await catalogue.publish(self.database, definition, now=NOW)
            doors = RoutesHarness.to(self.database, self.petition, lambda: self.now)
            self.doors = await self.stack.enter_async_context(doors)
            self.doors.services.renderer = bot_texts()
            self.doors.telegram.said = deque(maxlen=1_000)
            self.outbox = Outbox(self.doors.services, self.doors.application.bot)
            async with self.database.transaction() as db:
                await staff.upsert(db, self.base + EDITOR, "editor", NOW, self.petition.id)
                await staff.upsert(db, self.base + OWNER, "owner", NOW, self.petition.id)
            for who in STAFF:
                await self._says(who, "/start")

        self.run(begin())
        for who in WRITERS:
            self.writes(who)

    def teardown(self) -> None:
        if hasattr(self, "outbox"):
            self.run(self._end())
        self.run(self.stack.aclose())

    async def _end(self) -> None:
        """All that can arrive has arrived, once."""
        self.now += timedelta(hours=2)
        while await self._send():
            pass
        async with self.database.reading() as db:
            kept = select(tables.inbox_messages.c.words).where(
                tables.inbox_messages.c.campaign_id == self.petition.id,
                tables.inbox_messages.c.answered_by.is_not(None),
            )
            answers = set(await db.scalars(kept))
        came = {words for _, words in self.arrived}
        assert answers - self.refused <= came

    @rule(who=writer)
    def writes(self, who: int) -> None:
        self.run(self._taps(who, f"write:{self.petition.id}:ask"))
        self.run(self._says(who, f"q{next(self.words)}"))

    @rule(who=writer)
    def says_something(self, who: int) -> None:
        async def do() -> None:
            await self._says(who, f"something {next(self.words)} else")
            async with self.database.reading() as db:
                me = await supporters.by_telegram_id(db, self.base + who)
                serials = select(tables.dialogs.c.serial)
                mine = tables.dialogs.c.supporter_id == (me.id if me else 0)
                serial = await db.scalar(serials.where(mine))
            await self._taps(who, f"write:{self.petition.id}:send:{serial}")

        self.run(do())

    @rule(by=worker, to=writer, seen=st.sampled_from((0, -1, 1)), how=st.booleans())
    def answers(self, by: int, to: int, seen: int, how: bool) -> None:
        async def do() -> None:
            found = await self._conversation(to)
            if found is None:
                return
            number, newest = found
            words = f"a{next(self.words)}"
            self.meant[words] = self.base + to
            button = f"inbox:do:{number}:{max(newest + seen, 0)}:answer"
            if how:
                await self._taps(by, button)
                await self._says(by, words)
            else:
                await self._says(by, words, reply_to_message=self._under(button))

        self.run(do())

    @rule(by=worker, to=writer, act=st.sampled_from(("add", "drop", "close", "block", "unblock")))
    def works(self, by: int, to: int, act: str) -> None:
        async def do() -> None:
            found = await self._conversation(to)
            if found is not None:
                await self._taps(by, f"inbox:do:{found[0]}:{found[1]}:{act}")

        self.run(do())

    @rule(who=writer)
    def is_erased(self, who: int) -> None:
        async def do() -> None:
            async with self.database.transaction() as db:
                me = await supporters.by_telegram_id(db, self.base + who)
                if me is not None:
                    await erasure.erase(db, me, now=self.now)
            for words, meant in self.meant.items():
                if meant == self.base + who:
                    self.refused.add(words)

        self.run(do())

    @rule()
    def telegram_delivers_again(self) -> None:
        if self.last:
            self.run(self.doors.take(self.last))

    @rule(refuses=st.booleans())
    def time_passes(self, refuses: bool) -> None:
        if refuses:
            self.doors.telegram.refusals["sendMessage"] = [{"description": "no"}]
        self.now += timedelta(hours=1)
        self.run(self._send())
        if refuses:
            left = self.doors.telegram.refusals.pop("sendMessage", [])
            if not left:
                self.refused |= set(self.meant)

    @invariant()
    def what_is_counted_is_there(self) -> None:
        if not hasattr(self, "outbox"):
            return

        async def look() -> None:
            here = tables.inbox_conversations.c
            said = tables.inbox_messages.c
            async with self.database.reading() as db:
                waiting = await inbox.count_waiting(db, self.petition.id)
                listed = await inbox.conversations(
                    db, self.petition.id, waiting=True, offset=0, limit=100
                )
                assert waiting == len(listed)
                silent = await db.scalar(
                    select(func.count())
                    .select_from(tables.inbox_conversations)
                    .where(
                        here.campaign_id == self.petition.id,
                        here.id.not_in(select(said.conversation_id)),
                    )
                )
                assert silent == 0
                rows = await db.execute(
                    select(said.words, tables.supporters.c.telegram_id)
                    .join(here.id.table, here.id == said.conversation_id)
                    .join(tables.supporters, tables.supporters.c.id == here.supporter_id)
                    .where(said.answered_by.is_not(None), here.campaign_id == self.petition.id)
                )
                assert all(self.meant[words] == to for words, to in rows)

        self.run(look())

    @invariant()
    def each_answer_has_come_to_the_writer_once(self) -> None:
        for (chat_id, words), times in self.arrived.items():
            assert self.meant[words] == chat_id
            assert times == 1

    async def _conversation(self, who: int) -> tuple[int, int] | None:
        """The number of somebody's conversation, and of the newest message in it."""
        async with self.database.reading() as db:
            me = await supporters.by_telegram_id(db, self.base + who)
            mine = tables.inbox_messages.c.supporter_id == (me.id if me else 0)
            newest = func.max(tables.inbox_messages.c.id)
            row = (
                await db.execute(
                    select(tables.inbox_messages.c.conversation_id, newest)
                    .where(mine)
                    .group_by(tables.inbox_messages.c.conversation_id)
                )
            ).one_or_none()
        return (row[0], row[1]) if row else None

    def _under(self, button: str) -> dict[str, Any]:
        keyboard = [[{"text": "Close", "callback_data": button}]]
        return {
            **message(1, text="x"),
            "from": BOT,
            "reply_markup": {"inline_keyboard": keyboard},
        }

    async def _says(self, who: int, text: str, **more: Any) -> None:
        said = {**message(self.base + who, text=text, **more), "message_id": next(self.numbers)}
        self.last = {"update_id": self.base * 1_000 + next(self.numbers), "message": said}
        await self.doors.take(self.last)

    async def _taps(self, who: int, data: str) -> None:
        under = message(self.base + who, text="x") | {"from": BOT}
        by = {"id": self.base + who, "is_bot": False, "first_name": f"P{who} Surname"}
        query = {"id": "1", "from": by, "chat_instance": "1", "data": data, "message": under}
        number = self.base * 1_000 + next(self.numbers)
        self.last = {"update_id": number, "callback_query": query}
        await self.doors.take(self.last)

    async def _send(self) -> bool:
        self.doors.telegram.said.clear()
        more = await self.outbox.send_due()
        for method, given in self.doors.telegram.said:
            text = str(given.get("text", ""))
            assert "Surname" not in text
            if method == "sendMessage" and HEADING in text:
                words = next(word for word in text.split() if word in self.meant)
                self.arrived[int(given["chat_id"]), words] += 1
        return more


@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", engines.params())
def test_an_answer_goes_to_the_writer_once_whatever_happens(engine: str, tmp_path: Path) -> None:
    run_histories(Desk, engine, tmp_path, histories=80, steps=50)
