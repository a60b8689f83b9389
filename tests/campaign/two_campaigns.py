"""Two campaigns, and people in two places who sign, choose, bring friends and are made one: a state
machine of hypothesis whose rules its subclasses name."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from campaign import email_codes, erasure, joining, recount, subscriptions
from campaign.errors import CampaignError
from campaign.invalidation import apply
from campaign.petition import CONSENT_OTHER, Petition
from campaign.referrals import links
from campaign.signing import email_code, sign
from campaign.signing.choices import Choices
from storage import (
    addresses,
    blocks,
    campaigns,
    invalidations,
    locks,
    other_campaigns,
    signatures,
    tables,
)
from storage import subscriptions as kept
from storage.database import Connection, Database
from storage.invalidation_search import Rule
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.campaign.joined_somebody import Signed, Somebody, made_one

TELEGRAM, WEB = (1, 2), (3, 4, 5)
BEGINNING = datetime(2009, 11, 2, 12, tzinfo=UTC)


class TwoCampaigns(RuleBasedStateMachine):
    """Two campaigns of one office, and people who have a chat in Telegram or in a browser."""

    histories = 0

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.run, self.database, self.now = runner.run, database, BEGINNING
        TwoCampaigns.histories += 1
        self.history = TwoCampaigns.histories
        self.petitions: list[Petition] = [
            self.run(petitions.published(database, f"{name}-{self.history}", self.now))
            for name in ("one", "two")
        ]
        self.people = {place: Somebody({place}) for place in (*TELEGRAM, *WEB)}
        self.lives = dict.fromkeys(self.people, 0)
        self.acts: list[Any] = []

    def session(self, place: int) -> str:
        return f"{self.history:06d}{place:02d}{self.lives[place]:04d}" * 4

    def email(self, place: int) -> str:
        return f"{self.session(place)}@example.org"

    def account(self, place: int) -> int:
        """Who comes back after an erasure comes with another account: what is kept of the old one
        is tests/campaign/test_return_after_erasure.py's."""
        return (self.history * 10 + place) * 100 + self.lives[place]

    async def _found(self, db: Connection, place: int) -> Supporter:
        if place in TELEGRAM:
            return await petitions.person(db, self.account(place), self.now)
        return await addresses.add(db, "web", self.session(place), now=self.now)

    def _do(self, act: Callable[[Connection], Awaitable[Any]]) -> Any:
        async def done() -> Any:
            async with self.database.transaction() as db:
                return await act(db)

        return self.run(done())

    def _as(self, place: int, act: Callable[[Connection, Supporter], Awaitable[Any]]) -> Any:
        async def mine(db: Connection) -> Any:
            me = await self._found(db, place)
            (me,) = await locks.people(db, [me.id])
            return await act(db, me)

        return self._do(mine)

    def each_asks_the_next(self, chain: list[int], which: int, comes_back: bool) -> None:
        for number, place in enumerate(chain):
            self.time_passes(7_000)
            if number:
                self.comes_by_a_link(place, chain[number - 1], which, begins=True)
            else:
                self.signs(place, which, waits=False, updates=True)
        if comes_back:
            self.time_passes(7_000)
            self.withdraws(chain[0], which)
            self.signs(chain[0], which, waits=False, updates=False)

    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def signs(self, place: int, which: int, waits: bool, updates: bool) -> None:
        petition, me = self.petitions[which], self.people[place]
        before = me.signed.get(which)
        can = before is None or (before.status == "withdrawn" and not before.held)
        can = can and which not in me.blocked

        async def act(db: Connection, mine: Supporter) -> Any:
            done = await sign.sign(
                db,
                petition,
                mine,
                {"name": f"Zoe {self.session(place)}", "email": self.email(place)},
                choices=Choices(updates=updates),
                shown=petition.shown("en"),
                language="en",
                now=self.now,
                channel="web" if place in WEB else "telegram",
                unproven=waits,
            )
            if not waits:
                own = await links.personal(db, petition, mine, now=self.now)
                me.codes.setdefault(which, set()).add(own.code)
            return done

        if not can:
            with pytest.raises(CampaignError):
                self._as(place, act)
            return
        done = self._as(place, act)
        status = "pending" if waits else "live"
        me.signed[which] = Signed(status, self.now, done.signature.number)
        if not waits:
            me.words[which] = (self.now, updates)

    def confirms(self, place: int, which: int) -> None:
        petition, me = self.petitions[which], self.people[place]

        async def act(db: Connection, mine: Supporter) -> Any:
            waiting = await email_code.of(db, mine, petition.id)
            return await email_code.let_count(
                db, petition, mine, waiting, key=b"", now=self.now
            ), email_code.from_choices(waiting.choices)[0].updates

        if which in me.signed and me.signed[which].status == "pending":
            _, updates = self._as(place, act)
            me.signed[which].status = "live"
            me.words[which] = (self.now, updates)
        else:
            with pytest.raises(email_codes.NothingPending):
                self._as(place, act)

    def withdraws(self, place: int, which: int) -> None:
        petition, me = self.petitions[which], self.people[place]

        async def act(db: Connection, mine: Supporter) -> None:
            await sign.withdraw(db, petition, mine, now=self.now)

        if which in me.signed and me.signed[which].status != "withdrawn":
            self._as(place, act)
            me.signed[which].status = "withdrawn"
        else:
            with pytest.raises(CampaignError):
                self._as(place, act)

    def comes_by_a_link(self, place: int, whose: int, which: int, begins: bool) -> None:
        petition = self.petitions[which]
        codes = sorted(self.people[whose].codes.get(which, ()))
        if codes:
            self._as(
                place, lambda db, mine: petitions.opens(db, petition, codes[0], mine, self.now)
            )
            if begins:
                self.signs(place, which, waits=False, updates=False)

    def chooses_updates(self, place: int, which: int, hears: bool) -> None:
        async def act(db: Connection, mine: Supporter) -> bool:
            return await subscriptions.choose(
                db, self.petitions[which], mine, hears=hears, language="en", now=self.now
            )

        if self._as(place, act):
            self.people[place].words[which] = (self.now, hears)

    def chooses_others(self, place: int, which: int, hears: bool) -> None:
        petition = self.petitions[which]
        wording = petition.wording(CONSENT_OTHER, "en")
        if wording is None:
            return

        async def act(db: Connection, mine: Supporter) -> None:
            choose = subscriptions.hear_of_others if hears else subscriptions.refuse_others
            await choose(db, petition, mine, shown=wording.id, language="en", now=self.now)

        self._as(place, act)

    def mutes(self, place: int, which: int, kind: str, hears: bool) -> None:
        self._as(
            place,
            lambda db, mine: subscriptions.choose_kind(
                db, self.petitions[which], mine, kind, hears=hears, now=self.now
            ),
        )
        muted = self.people[place].muted
        (muted.discard if hears else muted.add)((which, kind))

    def stops_everything(self, place: int) -> None:
        me = self.people[place]
        self._as(
            place,
            lambda db, mine: subscriptions.stop_all(db, mine, method="command", now=self.now),
        )
        me.stop(self.now)

    def is_blocked(self, place: int, which: int) -> None:
        self._as(
            place,
            lambda db, mine: blocks.add(db, mine.id, self.petitions[which].id, None, self.now),
        )
        self.people[place].blocked.add(which)

    def shares(self, place: int, which: int) -> None:
        self._as(
            place,
            lambda db, mine: links.shared(db, self.petitions[which], mine, now=self.now),
        )

    def is_held_back(self, place: int, which: int) -> None:
        petition, me = self.petitions[which], self.people[place]
        if which not in me.signed or me.signed[which].status != "live":
            return
        made = self._do(
            lambda db: apply.draft(
                db, petition, Rule(number=me.signed[which].number), None, now=self.now
            )
        )
        self._do(lambda db: apply.apply(db, made, "other", None, now=self.now))
        self._work_off(petition, made.id)
        me.signed[which].status, me.signed[which].held = "invalidated", True
        self.acts.append((which, made, me.signed[which]))

    def counts_again(self) -> None:
        if not self.acts:
            return
        which, made, signed = self.acts.pop()
        self._do(lambda db: apply.undo(db, made, None, now=self.now))
        self._work_off(self.petitions[which], made.id)
        signed.held = False
        if signed.status == "invalidated":
            signed.status = "live"

    def _work_off(self, petition: Petition, act_id: int) -> None:
        async def work() -> None:
            async with self.database.reading() as db:
                made = await invalidations.of(db, act_id)
            assert made is not None
            await apply.work_off(self.database, petition, made, now=self.now)

        self.run(work())

    def is_erased(self, place: int) -> None:
        me = self.people[place]

        async def act(db: Connection, mine: Supporter) -> int:
            await erasure.erase(db, mine, now=self.now)
            return mine.telegram_id

        names = [f"Zoe {self.session(one)}" for one in me.places]
        sessions = [self.session(one) for one in me.places]
        account = self._as(place, act)

        async def left() -> list[Any]:
            theirs = {
                tables.supporters.c.telegram_id: [account],
                tables.signatures.c.full_name: names,
                tables.addresses.c.value: [*sessions, str(account)],
            }
            async with self.database.reading() as db:
                return [
                    value
                    for column, values in theirs.items()
                    for value in await db.scalars(select(column))
                    if value in values
                ]

        assert self.run(left()) == []
        for one in me.places:
            self.lives[one] += 1
            self.people[one] = Somebody({one})
        self.all_is_right()

    def joins(self, place: int, other: int) -> None:
        me, them = self.people[place], self.people[other]

        async def act(db: Connection) -> int:
            theirs = await self._found(db, other)
            mine = await self._found(db, place)
            token = await joining.offer(db, theirs, "", self.now)
            brought = await self._brought(db, [theirs.id, mine.id])
            one = (await joining.join(db, token, mine, self.now)).person
            assert await self._brought(db, [one.id]) == brought, "who was brought stays brought"
            return one.id

        two_accounts = all(one.places & set(TELEGRAM) for one in (me, them))
        if me is them or two_accounts:
            with pytest.raises(joining.JoiningError):
                self._do(act)
            return
        number = self._do(act)
        one = made_one(me, them)
        for where in one.places:
            self.people[where] = one
        assert self._as(place, self._id_of) == self._as(other, self._id_of) == number
        self.all_is_right()

    @staticmethod
    async def _id_of(db: Connection, me: Supporter) -> int:
        return me.id

    async def _brought(self, db: Connection, owners: list[int]) -> set[int]:
        rows = await db.scalars(
            select(tables.referrals.c.supporter_id)
            .join(
                tables.referral_links,
                tables.referral_links.c.id == tables.referrals.c.link_id,
            )
            .where(
                tables.referral_links.c.supporter_id.in_(owners),
                tables.referrals.c.supporter_id.not_in(owners),
                tables.referrals.c.credited_at.is_not(None),
            )
        )
        return set(rows)

    def teardown(self) -> None:
        self.all_is_right()

    def all_is_right(self) -> None:
        self.every_figure_is_a_fresh_count()
        self.everybody_is_as_they_have_chosen()

    def every_figure_is_a_fresh_count(self) -> None:
        async def look() -> None:
            async with self.database.reading() as db:
                for petition in self.petitions:
                    assert await recount.differences(db, petition) == []
                    assert await kept.all_of(db, petition.id) == await kept.recount(db, petition.id)
                    assert await other_campaigns.all_of(
                        db, petition.id
                    ) == await other_campaigns.recount(db, petition.id)
                    await self._nobody_is_brought_in_a_circle(db, petition)

        self.run(look())

    @staticmethod
    async def _nobody_is_brought_in_a_circle(db: Connection, petition: Petition) -> None:
        rows = await db.execute(
            select(tables.referrals.c.supporter_id, tables.referral_links.c.supporter_id)
            .join(
                tables.referral_links,
                tables.referral_links.c.id == tables.referrals.c.link_id,
            )
            .where(tables.referrals.c.campaign_id == petition.id)
        )
        above: dict[int, Any] = {row[0]: row[1] for row in rows}
        for who in above:
            seen, at = set(), who
            while at in above:
                assert at not in seen, "a circle"
                seen.add(at)
                at = above[at]

    def everybody_is_as_they_have_chosen(self) -> None:
        async def look() -> None:
            async with self.database.reading() as db:
                for which, petition in enumerate(self.petitions):
                    theirs = {id(one): one for one in self.people.values()}.values()
                    live = sum(
                        which in one.signed and one.signed[which].status == "live" for one in theirs
                    )
                    assert (await campaigns.totals(db, petition.id)).live == live
                for one in {id(one): one for one in self.people.values()}.values():
                    await self._is_as_chosen(db, one)

        self.run(look())

    async def _is_as_chosen(self, db: Connection, one: Somebody) -> None:
        found = {await self._known(db, place) for place in one.places} - {None}
        if not found:
            return
        (who,) = found
        for which, petition in enumerate(self.petitions):
            signature = await signatures.of(db, petition.id, who)
            expected = one.signed.get(which)
            assert (signature and (signature.status, signature.number)) == (
                expected and (expected.status, expected.number)
            )
            hears = which in one.words and one.words[which][1]
            assert (petition.id in await kept.of_supporter(db, who)) == hears
            assert await kept.muted(db, petition.id, who) == {
                kind for at, kind in one.muted if at == which
            }
            assert await blocks.is_blocked(db, who, petition.id) == (which in one.blocked)
            for code in one.codes.get(which, ()):
                link = await links.find(db, code)
                assert link is not None
                assert link.supporter_id == who, "an old link leads to who they are now"

    async def _known(self, db: Connection, place: int) -> int | None:
        if place in TELEGRAM:
            found = await addresses.find(db, "telegram", str(self.account(place)))
        else:
            found = await addresses.find(db, "web", self.session(place))
        return found[0].id if found else None
