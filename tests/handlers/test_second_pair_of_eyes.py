"""Promises of `approval_above`: what is agreed to is what is sent, whatever staff do in whatever
order. Staff tap real and forged buttons; the sender is the bot's own."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from campaign import catalogue, subscriptions
from campaign.broadcasts import agreement
from campaign.broadcasts import audience as audiences
from campaign.definition import load_definition
from campaign.delivery import sender as sending
from campaign.petition import Petition
from storage import agreement_requests, broadcasts, staff
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.migrate import upgrade
from tests import engines
from tests.campaign import petitions
from tests.handlers.doors import Doors
from tests.handlers.readers import Readers, content_of
from tests.histories import run_histories

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
LIMIT = 3
ALICE, BEN, OLIVE = 1, 2, 3
"""Two editors and an owner."""

WRITTEN = ("Alpha", "Beta", "Gamma of {{ title }}")


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender takes one person in hand at a time and rests for no time."""
    for name, value in (("FEWEST_IN_HAND", 1), ("TOGETHER_SECONDS", 0.0), ("REST_SECONDS", 0.0)):
        monkeypatch.setattr(sending, name, value)


@dataclass
class Office:
    """A campaign with its staff, and people who hear its updates."""

    doors: Doors
    petition: Petition
    numbers: int
    now: datetime = NOW
    listeners: int = 0

    @classmethod
    async def open(
        cls, stack: AsyncExitStack, database: Database, number: int, limit: int = LIMIT
    ) -> "Office":
        definition = load_definition(petitions.EXAMPLE).model_copy(
            update={
                "slug": f"office-{number}",
                "approval_above": limit,
                "quiet_hours": "",
                "most_a_day": 0,
            }
        )
        petition = await catalogue.publish(database, definition, now=NOW)
        opened: list[Office] = []
        doors = await stack.enter_async_context(
            Doors.to(database, petition, lambda: opened[0].now if opened else NOW)
        )
        office = cls(doors, petition, number * 10_000)
        opened.append(office)
        for who, role in ((ALICE, "editor"), (BEN, "editor"), (OLIVE, "owner")):
            await office.employ(who, role)
            await doors.says(office.numbers + who, "/start")
        return office

    @property
    def database(self) -> Database:
        return self.doors.house.database

    async def employ(self, who: int, role: str) -> None:
        async with self.database.transaction() as db:
            await staff.put(db, self.numbers + who, role, NOW, self.petition.id)

    async def dismiss(self, who: int) -> None:
        async with self.database.transaction() as db:
            for one in await staff.all(db):
                if one.telegram_id == self.numbers + who:
                    await staff.remove(db, one.id)

    async def join(self, number: int) -> None:
        """So many people choose to hear updates."""
        async with self.database.transaction() as db:
            for _ in range(number):
                self.listeners += 1
                person = await petitions.person(db, self.numbers + 100 + self.listeners, NOW)
                await subscriptions.choose(
                    db, self.petition, person, hears=True, language="en", now=NOW
                )

    async def redefine(self, **values: Any) -> None:
        """Change the campaign, as its file or the chat would."""
        async with self.database.transaction() as db:
            current = await catalogue.current(db, self.petition.id)
            assert current is not None
            changed = current.definition.model_copy(update=values)
            self.petition = await catalogue.put(db, changed, now=NOW)

    async def retitle(self, title: str) -> None:
        """Change what updates show for {{ title }}."""
        async with self.database.transaction() as db:
            current = await catalogue.current(db, self.petition.id)
        assert current is not None
        texts = {
            code: text.model_copy(update={"title": title})
            for code, text in current.definition.text.items()
        }
        await self.redefine(text=texts)

    async def taps(self, who: int, data: str) -> None:
        await self.doors.taps(self.numbers + who, data)

    async def says(self, who: int, text: str) -> None:
        await self.doors.says(self.numbers + who, text)

    async def writes(self, who: int, text: str, kind: str = "news") -> Broadcast:
        await self.taps(who, f"upd:new:{self.petition.id}:{kind}")
        await self.says(who, text)
        return (await self.all())[-1]

    async def forges(self, who: int, broadcast_id: int, act: str) -> None:
        """A button under a draft, of its present version, whether it was there or not."""
        version = (await self.of(broadcast_id)).version
        await self.taps(who, f"upd:{broadcast_id}:{version}:{act}")

    async def answers(self, who: int, broadcast_id: int, answer: str = "yes") -> None:
        """An answer to the question for agreement that would be put now."""
        async with self.database.reading() as db:
            found = await broadcasts.of(db, broadcast_id)
            assert found is not None
            given = await agreement.terms(db, found.campaign_id)
            seen = agreement.digest_of(found, given)[: agreement.SHOWN_DIGITS]
        await self.taps(who, f"approve:{broadcast_id}:{found.version}:{seen}:{answer}")

    async def time_comes(self) -> None:
        """What is due begins."""
        for one in await self.all():
            if one.status == "scheduled" and one.due_at is not None and one.due_at <= self.now:
                async with self.database.transaction() as db:
                    await agreement.begin(db, one, now=self.now)

    async def all(self) -> list[Broadcast]:
        """All updates of the campaign, oldest first."""
        async with self.database.reading() as db:
            return (await broadcasts.of_campaign(db, self.petition.id, 1000))[::-1]

    async def of(self, broadcast_id: int) -> Broadcast:
        async with self.database.reading() as db:
            found = await broadcasts.of(db, broadcast_id)
        assert found is not None
        return found

    async def supporter_id(self, who: int) -> int:
        async with self.database.transaction() as db:
            return (await petitions.person(db, self.numbers + who, NOW)).id

    async def told(self) -> set[int]:
        """Who of the staff is to be told of an update that waits, since this was asked last."""
        async with self.database.transaction() as db:
            found = await agreement_requests.claim(
                db, now=self.now, lost_before=self.now, limit=100
            )
            for one in found:
                await agreement_requests.done(db, one.id, self.now)
        return {one.telegram_id - self.numbers for one in found}


@pytest.fixture(params=engines.params())
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    await engines.require(request.param)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(engines.fresh_url(request.param, tmp_path))
        await upgrade(url)
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        yield await Office.open(stack, database, 1)


async def agreed_and_paused_after(office: Office, sent: int) -> Broadcast:
    """An update of Alice's for all, agreed to by Ben, of which so many have been sent."""
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    await office.answers(BEN, update.id)
    await Readers(office.doors.house).go(update.id, sent)
    await office.taps(ALICE, f"steer:{update.id}:pause")
    paused = await office.of(update.id)
    assert (paused.status, paused.sent) == ("paused", sent)
    return paused


async def corrected(office: Office, who: int, broadcast_id: int, text: str) -> Broadcast:
    """A correction, asked to be sent."""
    await office.taps(who, f"after:{broadcast_id}:correct")
    await office.says(who, text)
    made = (await office.all())[-1]
    assert made.follows == broadcast_id
    await office.forges(who, made.id, "yes")
    return await office.of(made.id)


async def test_words_changed_after_two_messages_need_a_new_agreement(office: Office) -> None:
    await office.join(10)
    update = await agreed_and_paused_after(office, 2)
    correction = await corrected(office, ALICE, update.id, "Beta")
    assert correction.status == "awaiting_approval", "8 more would read it when it goes on"
    await office.taps(ALICE, f"steer:{update.id}:resume")
    readers = Readers(office.doors.house)
    await readers.go(update.id, 2)
    assert all("Beta" not in words for words in readers.of_words)
    await office.taps(ALICE, f"steer:{update.id}:pause")
    await office.answers(BEN, correction.id)
    await office.taps(ALICE, f"steer:{update.id}:resume")
    await readers.go(correction.id)
    await readers.go(update.id)
    beta = [who for words, who in readers.of_words.items() if "Beta" in words]
    assert [len(who) for who in beta] == [10]


async def test_words_changed_when_the_rest_would_not_get_them_need_none(office: Office) -> None:
    await office.join(10)
    update = await agreed_and_paused_after(office, 2)
    await office.taps(ALICE, f"steer:{update.id}:cancel")
    assert (await corrected(office, ALICE, update.id, "Beta")).status == "sending"


async def test_what_more_have_joined_for_waits_when_its_time_comes(office: Office) -> None:
    await office.join(2)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "yes")
    assert (await office.of(update.id)).status == "scheduled"
    await office.join(8)
    office.now += timedelta(days=1)
    await office.time_comes()
    waiting = await office.of(update.id)
    assert (waiting.status, waiting.paused_why) == ("awaiting_approval", agreement.OUTGREW)
    assert waiting.options["expected"] == 10
    assert await office.told() == {ALICE, BEN, OLIVE}
    await office.answers(ALICE, update.id)
    assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(OLIVE, update.id)
    readers = Readers(office.doors.house)
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_each_week_is_agreed_to_once_more_have_joined(office: Office) -> None:
    await office.join(2)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "weekly")
    await office.forges(ALICE, update.id, "yes")
    office.now += timedelta(days=1)
    await office.time_comes()
    await Readers(office.doors.house).go(update.id)
    await office.join(8)
    for week, status in ((1, "awaiting_approval"), (2, "sending")):
        office.now += timedelta(days=7)
        await office.time_comes()
        due = (await office.all())[-1 if week == 1 else -2]
        assert due.status == status
        if week == 1:
            await office.answers(ALICE, due.id)
            assert (await office.of(due.id)).status == "awaiting_approval", "of the same writer"
            await office.answers(BEN, due.id)
        await Readers(office.doors.house).go(due.id)
        assert (await office.of(due.id)).sent == 10
    assert (await office.all())[-1].status == "scheduled"


async def test_who_takes_a_colleagues_draft_back_cannot_agree_to_it(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    await office.taps(BEN, f"steer:{update.id}:edit")
    await office.says(BEN, "Beta")
    await office.forges(BEN, update.id, "yes")
    for who in (BEN, ALICE):
        await office.answers(who, update.id)
        assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(OLIVE, update.id)
    assert (await office.of(update.id)).status == "sending"


@pytest.mark.parametrize("touch", ["button:share", "who:signers", "speaks:en", "later"])
async def test_whoever_changes_anything_about_a_draft_cannot_agree_to_it(
    office: Office, touch: str
) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(BEN, update.id, touch)
    await office.says(BEN, "tomorrow 9:00")
    await office.forges(BEN, update.id, "who:everyone")
    await office.forges(ALICE, update.id, "yes")
    await office.answers(BEN, update.id)
    assert (await office.of(update.id)).status == "awaiting_approval"


async def test_nobody_agrees_to_a_draft_of_the_bots_that_they_have_asked_for(
    office: Office,
) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    async with office.database.transaction() as db:
        prepared = await broadcasts.add(
            db,
            campaign_id=office.petition.id,
            kind="milestone",
            author_id=None,
            content=update.content,
            audience=audiences.to_dict(Audience()),
            options={},
            now=NOW,
        )
    await office.forges(BEN, prepared.id, "yes")
    await office.answers(BEN, prepared.id)
    assert (await office.of(prepared.id)).status == "awaiting_approval"
    assert await office.told() == {ALICE, OLIVE}
    await office.answers(ALICE, prepared.id)
    assert (await office.of(prepared.id)).status == "sending"


async def test_an_earlier_question_agrees_to_nothing_newer(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha of {{ title }}")
    await office.forges(ALICE, update.id, "yes")
    asked = await office.of(update.id)
    async with office.database.reading() as db:
        given = await agreement.terms(db, office.petition.id)
    seen = agreement.digest_of(asked, given)[: agreement.SHOWN_DIGITS]
    older = f"approve:{update.id}:{asked.version}:{seen}:yes"
    await office.retitle("Give us your money")
    for data in (older, f"approve:{update.id}:{asked.version}:yes"):
        await office.taps(BEN, data)
        assert (await office.of(update.id)).status == "awaiting_approval"
    assert office.doors.shown["update/approve"] > 0, "the question as it is now"
    await office.answers(BEN, update.id)
    assert (await office.of(update.id)).status == "sending"


async def test_a_title_that_an_update_quotes_is_agreed_to_with_it(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha of {{ title }}")
    await office.forges(ALICE, update.id, "yes")
    await office.answers(BEN, update.id)
    readers = Readers(office.doors.house)
    await readers.go(update.id, 4)
    await office.retitle("Give us your money")
    await readers.go(update.id)
    assert not [words for words in readers.of_words if "money" in words]
    assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(BEN, update.id)
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_the_agreement_of_one_who_has_left_holds_no_more(office: Office) -> None:
    await office.join(10)
    update = await agreed_and_paused_after(office, 4)
    await office.dismiss(BEN)
    await office.taps(ALICE, f"steer:{update.id}:resume")
    assert (await office.of(update.id)).status == "awaiting_approval"


async def test_a_lower_limit_stops_what_is_on_its_way(office: Office) -> None:
    await office.redefine(approval_above=0)
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    readers = Readers(office.doors.house)
    await readers.go(update.id, 4)
    await office.redefine(approval_above=LIMIT)
    await readers.go(update.id)
    stopped = await office.of(update.id)
    assert (stopped.status, stopped.sent) == ("awaiting_approval", 4)
    await office.taps(ALICE, f"steer:{update.id}:edit")
    assert (await office.of(update.id)).status == "awaiting_approval", "some have got it"
    await office.redefine(approval_above=0)
    await office.taps(ALICE, f"steer:{update.id}:pause")
    await office.taps(ALICE, f"steer:{update.id}:resume")
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_an_audience_that_grows_while_it_is_sent_is_bounded(office: Office) -> None:
    await office.join(LIMIT)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    assert (await office.of(update.id)).status == "sending"
    await office.join(8)
    readers = Readers(office.doors.house)
    await readers.go(update.id)
    stopped = await office.of(update.id)
    assert (stopped.status, stopped.sent) == ("awaiting_approval", LIMIT)
    await office.told()
    await office.answers(BEN, update.id, "no")
    assert (await office.of(update.id)).status == "paused"
    await office.taps(ALICE, f"steer:{update.id}:resume")
    assert (await office.of(update.id)).status == "awaiting_approval"
    assert BEN in await office.told()


async def test_the_same_words_in_several_updates_are_counted_together(office: Office) -> None:
    await office.join(2)
    readers = Readers(office.doors.house)
    first = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, first.id, "yes")
    await readers.go(first.id)
    async with office.database.transaction() as db:
        for person in range(1, 3):  # those hear no more updates: the next audience is another
            found = await petitions.person(db, office.numbers + 100 + person, NOW)
            await subscriptions.choose(
                db, office.petition, found, hears=False, language="en", now=NOW
            )
    await office.join(2)
    second = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, second.id, "yes")
    assert (await office.of(second.id)).status == "awaiting_approval"
    other = await office.writes(ALICE, "Beta")
    await office.forges(ALICE, other.id, "yes")
    assert (await office.of(other.id)).status == "sending"


async def test_stopping_everything_and_going_on_is_no_way_around(office: Office) -> None:
    await office.join(2)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "yes")
    async with office.database.transaction() as db:
        await broadcasts.move(db, update.id, ["scheduled"], "paused", paused_why="staff")
    await office.join(8)
    await office.taps(ALICE, f"steer:{update.id}:resume")
    assert (await office.of(update.id)).status == "awaiting_approval"


async def test_of_two_who_agree_at_once_one_does(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    await asyncio.gather(office.answers(BEN, update.id), office.answers(OLIVE, update.id))
    found = await office.of(update.id)
    assert found.status == "sending"
    assert "error/oops" not in office.doors.shown
    readers = Readers(office.doors.house)
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_a_test_reaches_no_more_than_those_who_could_agree(office: Office) -> None:
    for viewer in range(50, 50 + LIMIT):
        await office.employ(viewer, "viewer")
        await office.says(viewer, "/start")
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "test:staff")
    assert office.doors.shown["update/test"] == 2, "the other editor and the owner"


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

    @initialize(people=st.integers(1, LIMIT + 3))
    def open(self, people: int) -> None:
        async def begin() -> Office:
            office = await Office.open(self.stack, self.database, Staffroom.offices)
            await office.retitle(self.title)
            await office.join(people)
            return office

        self.office = self.run(begin())
        self.readers = Readers(self.office.doors.house, self.reads)

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

    def does(self, who: int, act: Awaitable[Any]) -> None:
        """Somebody does something; whatever it has changed, they have touched."""

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
            elif self._changed(was, now) and now.started_at is None:
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

    def one_of(self, which: int) -> int | None:
        """A number of an update, if there are any."""
        numbers = sorted(self.before)
        return numbers[which % len(numbers)] if numbers else None

    STAFF = st.sampled_from((ALICE, BEN, OLIVE))
    WHICH = st.integers(0, 7)

    @rule(who=STAFF, text=st.sampled_from(WRITTEN), people=st.integers(0, 2))
    def writes(self, who: int, text: str, people: int) -> None:
        self.does(who, self.office.writes(who, text))
        self.run(self.office.join(people))

    @rule(who=STAFF, which=WHICH, text=st.sampled_from(WRITTEN))
    def rewrites(self, who: int, which: int, text: str) -> None:
        """Somebody opens a draft, which may be a colleague's, and writes other words."""
        if (number := self.one_of(which)) is None:
            return
        self.does(who, self.office.forges(who, number, "look"))
        if self.before[number].status == "draft":
            self.does(who, self.office.says(who, text))

    @rule(
        who=STAFF,
        which=WHICH,
        act=st.sampled_from(("yes", "yes", "weekly", "button:share", "who:signers", "ask")),
    )
    def forges(self, who: int, which: int, act: str) -> None:
        if (number := self.one_of(which)) is not None:
            self.does(who, self.office.forges(who, number, act))

    @rule(who=STAFF, which=WHICH)
    def schedules(self, who: int, which: int) -> None:
        if (number := self.one_of(which)) is None:
            return
        if self.before[number].status == "draft" and self.before[number].act == "send":
            self.does(who, self.office.forges(who, number, "later"))
            self.does(who, self.office.says(who, "tomorrow 9:00"))
            self.does(who, self.office.forges(who, number, "yes"))

    @rule(
        who=STAFF, which=WHICH, act=st.sampled_from(("pause", "resume", "resume", "edit", "cancel"))
    )
    def steers(self, who: int, which: int, act: str) -> None:
        if (number := self.one_of(which)) is not None:
            self.does(who, self.office.taps(who, f"steer:{number}:{act}"))

    @rule(who=STAFF, which=WHICH, text=st.sampled_from(WRITTEN))
    def corrects(self, who: int, which: int, text: str) -> None:
        if (number := self.one_of(which)) is None:
            return
        known = len(self.before)
        self.does(who, self.office.taps(who, f"after:{number}:correct"))
        if len(self.before) > known:
            self.does(who, self.office.says(who, text))
            self.does(who, self.office.forges(who, max(self.before), "yes"))

    @rule(who=STAFF, which=WHICH)
    def retracts(self, who: int, which: int) -> None:
        if (number := self.one_of(which)) is not None:
            self.does(who, self.office.taps(who, f"after:{number}:retract:yes"))

    @rule(who=STAFF, which=WHICH, answer=st.sampled_from(("yes", "yes", "yes", "no")))
    def answers(self, who: int, which: int, answer: str) -> None:
        waiting = [one for one, at in self.before.items() if at.status == "awaiting_approval"]
        if waiting:
            number = waiting[which % len(waiting)]
            self.does(who, self.office.answers(who, number, answer))

    @rule(people=st.integers(1, 4))
    def people_join(self, people: int) -> None:
        self.run(self.office.join(people))

    @rule(hours=st.sampled_from((1, 24, 24 * 7)))
    def time_passes(self, hours: int) -> None:
        self.office.now += timedelta(hours=hours)
        nobody = 0
        self.does(nobody, self.office.time_comes())

    @rule(which=WHICH, most=st.sampled_from((1, 2, LIMIT, 100)))
    def sends(self, which: int, most: int) -> None:
        under_way = [one for one, at in self.before.items() if at.status == "sending"]
        if not under_way:
            return

        async def go() -> dict[int, Broadcast]:
            await self.readers.go(under_way[which % len(under_way)], most)
            return await self.look()

        self.before = self.run(go())

    @rule(title=st.sampled_from(("Keep it", "Give us your money")))
    def the_title_is_changed(self, title: str) -> None:
        self.run(self.office.retitle(title))
        self.title = title

    @rule(limit=st.sampled_from((2, LIMIT, 5)))
    def the_limit_is_changed(self, limit: int) -> None:
        self.run(self.office.redefine(approval_above=limit))
        self.limit = limit

    @rule(there=st.booleans())
    def ben_leaves_or_comes_back(self, there: bool) -> None:
        if there:
            self.run(self.office.employ(BEN, "editor"))
            self.at_work.add(BEN)
        else:
            self.run(self.office.dismiss(BEN))
            self.at_work.discard(BEN)

    @invariant()
    def no_more_read_it_than_may(self) -> None:
        assert not self.broken, self.broken


@pytest.mark.parametrize("engine", engines.params())
def test_what_nobody_else_agreed_to_is_read_by_few_whatever_staff_do(
    engine: str, tmp_path: Path
) -> None:
    run_histories(Staffroom, engine, tmp_path, histories=12, steps=25, phases=(Phase.generate,))
