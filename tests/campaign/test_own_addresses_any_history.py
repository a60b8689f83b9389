"""A promise for every history of people who give addresses, prove them, agree and take them away:
an address is of one person who has typed its code, and nobody is emailed without a yes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from campaign import email_codes, email_updates, own_addresses, own_email, subscriptions
from campaign.email_codes import CodeError
from campaign.errors import CampaignError
from campaign.petition import CONSENT_EMAIL
from storage import addresses, codes, email_subscriptions, pending_addresses, wordings
from storage.addresses import EMAIL
from storage.database import Connection, Database
from storage.supporters import Supporter
from tests import engines
from tests.campaign import petitions
from tests.histories import run_histories

KEY = b"k" * 32
CODE, WRONG = "123456", "654321"
WHO = st.integers(0, 2)
WHICH = st.integers(0, 2)
BEGINNING = datetime(2009, 11, 2, 12, tzinfo=UTC)


class Addresses(RuleBasedStateMachine):
    """Three people, the last in a browser, and three addresses.

    Attributes:
        pending: the address that each is to prove.
        owners: whose each address is.
        agreed: who wants to be emailed.
        order: what each has proved, the newest last.
    """

    histories = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database, self.now = runner.run, database, BEGINNING
        Addresses.histories += 1
        self.history = Addresses.histories
        self.petition = self.run(petitions.published(database, f"own-{self.history}", self.now))
        self.pending: dict[int, str] = {}
        self.sent: set[int] = set()
        self.owners: dict[str, int] = {}
        self.order: dict[int, list[str]] = {0: [], 1: [], 2: []}
        self.agreed: set[int] = set()

    def email(self, which: int) -> str:
        return f"one{which}.{self.history}@example.org"

    async def _person(self, db: Connection, who: int) -> Supporter:
        if who < 2:
            return await petitions.person(db, self.history * 10 + who, self.now)
        return await addresses.add(db, "web", f"{self.history:064d}", now=self.now)

    def _as(self, who: int, act: Callable[[Connection, Supporter], Awaitable[Any]]) -> Any:
        async def work() -> Any:
            async with self.database.transaction() as db:
                return await act(db, await self._person(db, who))

        self.now += timedelta(hours=5)  # no limit of codes is in the way
        try:
            return self.run(work())
        except CampaignError as refused:
            return refused

    @rule(who=WHO, which=WHICH)
    def asks(self, who: int, which: int) -> None:
        email = self.email(which)
        done = self._as(
            who,
            lambda db, me: own_email.ask(
                db, me, email.upper(), campaign_id=None, asked_in="web", key=KEY, now=self.now
            ),
        )
        if done is False:
            assert self.owners[email] == who
            self._has_proved(who, email)
            self.pending.pop(who, None)
        else:
            assert done is True
            assert self.owners.get(email) != who
            self.pending[who] = email
        self.sent.discard(who)

    @rule(who=WHO)
    def is_sent_a_code(self, who: int) -> None:
        async def act(db: Connection, me: Supporter) -> None:
            found = await pending_addresses.of(db, me.id)
            if found is None or not found.wants_code:
                return
            until = self.now + timedelta(seconds=90)
            assert await codes.claim(
                db,
                pending_addresses.KEY,
                me.id,
                since=found.since,
                not_before=found.not_before,
                until=until,
                code_hash=email_codes.hashed(CODE, own_email.about(found.email), KEY),
                code_until=self.now + timedelta(days=400),
            )
            await codes.is_sent(db, pending_addresses.KEY, me.id, until)
            self.sent.add(who)

        self._as(who, act)

    @rule(who=WHO, right=st.booleans())
    def types_a_code(self, who: int, right: bool) -> None:
        async def act(db: Connection, me: Supporter) -> Any:
            typed = CODE if right else WRONG
            try:
                return await own_email.confirm(db, me, typed, key=KEY, now=self.now)
            except CodeError as error:
                return error  # what is counted is kept

        done = self._as(who, act)
        if isinstance(done, CodeError):
            assert (
                not right
                or who not in self.pending
                or who not in self.sent
                or isinstance(done, email_codes.UsedUp)
            )
            return
        email = self.pending.pop(who)
        self.sent.discard(who)
        assert right
        assert done.email == email
        before = self.owners.get(email)
        is_kept = before is not None and before != who and before in self.agreed
        assert done.taken is not is_kept
        assert (done.token is not None) <= (before is not None and 2 in (who, before))
        if done.taken:
            self._has_proved(who, email)

    def _has_proved(self, who: int, email: str) -> None:
        for theirs in self.order.values():
            if email in theirs:
                theirs.remove(email)
        self.owners[email] = who
        self.order[who].append(email)

    @rule(who=WHO)
    def agrees(self, who: int) -> None:
        async def act(db: Connection, me: Supporter) -> str:
            wording = self.petition.wording(CONSENT_EMAIL, "en") or await wordings.keep(
                db,
                campaign_id=self.petition.id,
                kind=CONSENT_EMAIL,
                language="en",
                text="May we?",
                now=self.now,
            )
            return await email_updates.agree(
                db, self.petition, me, shown=wording.id, asked=wording, now=self.now
            )

        done = self._as(who, act)
        if self.order[who]:
            assert done == self.order[who][-1]
            self._has_proved(who, done)
            self.agreed.add(who)
        else:
            assert isinstance(done, email_updates.NoProvenAddress)

    @rule(who=WHO)
    def stops(self, who: int) -> None:
        self._as(who, lambda db, me: subscriptions.stop_all(db, me, method="command", now=self.now))
        self.agreed.discard(who)

    @rule(who=WHO, which=WHICH)
    def takes_away(self, who: int, which: int) -> None:
        email = self.email(which)

        async def act(db: Connection, me: Supporter) -> None:
            found = await addresses.find(db, EMAIL, email)
            mine = await own_addresses.find(db, me, found[1].id) if found else None
            assert (mine is not None) is (self.owners.get(email) == who)
            if mine is not None:
                await own_addresses.take_away(db, me, mine, now=self.now)

        self._as(who, act)
        if self.owners.get(email) == who:
            if self.order[who][-1] == email:
                self.agreed.discard(who)
            self.order[who].remove(email)
            del self.owners[email]

    @invariant()
    def all_is_as_they_have_chosen(self) -> None:
        async def look() -> None:
            async with self.database.transaction() as db:
                hears = set()
                for who in range(3):
                    me = await self._person(db, who)
                    places = await addresses.of_supporter(db, me.id)
                    theirs = {one.value for one in places if one.channel == EMAIL}
                    assert theirs == set(self.order[who])
                    newest = self.order[who][-1] if self.order[who] else None
                    assert await email_updates.address_of(db, me) == newest
                    found = await pending_addresses.of(db, me.id)
                    assert (found.email if found else None) == self.pending.get(who)
                    if await email_updates.hears(db, self.petition, me):
                        hears.add(who)
                assert hears == {who for who in self.agreed if self.order[who]}
                kept = await email_subscriptions.all_of(db, self.petition.id)
                assert kept == await email_subscriptions.recount(db, self.petition.id)

        self.run(look())


@pytest.mark.parametrize("engine", engines.params())
def test_an_address_is_of_who_has_proved_it_and_no_yes_outlives_it(
    engine: str, tmp_path: Path
) -> None:
    run_histories(Addresses, engine, tmp_path, histories=80, steps=25)
