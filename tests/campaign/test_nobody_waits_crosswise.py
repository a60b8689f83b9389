"""A promise for whatever two people do at once on PostgreSQL: they may wait for each other, and
never crosswise. Each act that locks more than one row is held after each statement that locks one,
while another goes as far as it can: see tests/crosswise.py, and the lock order in storage/locks.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest

from campaign import erasure, joining, recount
from campaign.invalidation import apply, blocks
from campaign.paper import entries
from campaign.petition import Petition
from campaign.referrals import arrivals, links, thanks
from campaign.signing import sign
from storage import addresses, dialogs, referral_links, referrals, signatures, supporters
from storage.database import Connection, Database
from storage.invalidation_search import Rule
from storage.supporters import Supporter
from tests import engines
from tests.amount import cases
from tests.campaign import petitions
from tests.crosswise import Crosswise, until_waiting
from tests.storage.world import NOW

LATER = NOW + timedelta(minutes=5)
ADA, BEA, FAY, GIL, KIM, LOU, NEW = range(7, 14)


class Town:
    """Ada has signed in Telegram and in a browser, and has two links. Bea had brought her. Gil has
    signed by the second link, in Telegram and in a browser, and Kim by his; Lou has opened the
    first, and Fay the second, and has not begun."""

    petition: Petition

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.signatures: dict[int, int] = {}
        self.tokens: dict[int, str] = {}
        self.act = 0

    async def build(self, database: Database) -> None:
        self.petition = await petitions.published(database, "friends", NOW)
        async with database.transaction() as db:
            await self._comes(db, "bea", BEA)
            await self._comes(db, "ada", ADA, "bea")
            await self._in_browser(db, "mia", ADA)
            await self._comes(db, "gil", GIL, "mia")
            await self._in_browser(db, "there", GIL)
            await self._comes(db, "kim", KIM, "gil")
            lou = await petitions.person(db, LOU, NOW)
            await petitions.opens(db, self.petition, self.codes["ada"], lou, NOW)
            fay = await petitions.person(db, FAY, NOW)
            await petitions.opens(db, self.petition, self.codes["mia"], fay, NOW)
            self.act = (await apply.draft(db, self.petition, Rule(number=1), None, now=NOW)).id

    async def _comes(self, db: Connection, name: str, number: int, by: str = "") -> None:
        who = await petitions.person(db, number, NOW)
        if by:
            await petitions.opens(db, self.petition, self.codes[by], who, NOW)
        await self._signs(db, name, who)
        mine = await signatures.of(db, self.petition.id, who.id)
        assert mine is not None
        self.signatures[number] = mine.id

    async def _in_browser(self, db: Connection, name: str, number: int) -> None:
        who = await addresses.add(db, "web", name * 16, now=NOW)
        await dialogs.lock_in_order(db, [who.id], NOW)
        await self._signs(db, name, who)
        self.tokens[number] = await joining.offer(db, who, "", NOW)

    async def _signs(self, db: Connection, name: str, who: Supporter) -> None:
        self.codes[name] = (await petitions.signs(db, self.petition, who, NOW)).code

    async def is_joined(self, number: int, db: Connection) -> None:
        who = await supporters.by_telegram_id(db, number)
        assert who is not None
        await joining.join(db, self.tokens[number], who, LATER)

    async def opens(self, number: int, name: str, db: Connection) -> None:
        who = await petitions.person(db, number, LATER)
        await petitions.opens(db, self.petition, self.codes[name], who, LATER)

    async def begins(self, db: Connection) -> None:
        fay = await petitions.person(db, FAY, LATER)
        await arrivals.began(db, self.petition, fay, now=LATER)

    async def signs(self, db: Connection) -> None:
        fay = await petitions.person(db, FAY, LATER)
        await petitions.signs(db, self.petition, fay, LATER)

    async def withdraws(self, number: int, db: Connection) -> None:
        who = await petitions.person(db, number, LATER)
        await sign.withdraw(db, self.petition, who, now=LATER)

    async def changes(self, db: Connection) -> None:
        gil = await petitions.person(db, GIL, LATER)
        answers = {"name": "Gil", "postcode": "E1 6AN"}
        await sign.change(db, self.petition, gil, answers, now=LATER)

    async def shares(self, number: int, db: Connection) -> None:
        who = await petitions.person(db, number, LATER)
        await links.shared(db, self.petition, who, now=LATER)

    async def lists_herself(self, db: Connection) -> None:
        ada = await petitions.person(db, ADA, LATER)
        await links.list_me(db, self.petition, ada, True, now=LATER)

    async def is_erased(self, number: int, db: Connection) -> None:
        who = await petitions.person(db, number, LATER)
        await erasure.erase(db, who, now=LATER)

    async def is_held_back(self, number: int, db: Connection) -> None:
        await apply.hold(db, self.petition, self.act, self.signatures[number], LATER)

    async def is_blocked(self, db: Connection) -> None:
        ada = await supporters.by_telegram_id(db, ADA)
        assert ada is not None
        mine = await signatures.of(db, self.petition.id, ada.id)
        assert mine is not None
        await blocks.block(db, mine, None, now=LATER)

    async def are_thanked(self, db: Connection) -> None:
        await thanks.claim_due(db, now=LATER)

    async def sends_paper(self, db: Connection) -> None:
        await entries.record(db, self.petition.id, 3, "", recorded_by=None, now=LATER)

    async def is_recounted(self, db: Connection) -> None:
        await recount.put_right(db, self.petition, None, now=LATER)


def acts(town: Town) -> dict[str, Callable[[Connection], Awaitable[object]]]:
    """The short ones first: of two, the one that comes first is held."""
    return {
        "thanks go out": town.are_thanked,
        "Fay begins": town.begins,
        "Fay opens the first link": partial(town.opens, FAY, "ada"),
        "Fay opens the second link": partial(town.opens, FAY, "mia"),
        "somebody new opens the first link": partial(town.opens, NEW, "ada"),
        "Kim opens the first link": partial(town.opens, KIM, "ada"),
        "Ada opens Gil's": partial(town.opens, ADA, "gil"),
        "Ada is listed": town.lists_herself,
        "Ada shares": partial(town.shares, ADA),
        "Gil shares": partial(town.shares, GIL),
        "paper comes": town.sends_paper,
        "Gil changes": town.changes,
        "Fay signs": town.signs,
        "Gil is held back": partial(town.is_held_back, GIL),
        "Kim is held back": partial(town.is_held_back, KIM),
        "Gil withdraws": partial(town.withdraws, GIL),
        "Ada withdraws": partial(town.withdraws, ADA),
        "Ada is blocked": town.is_blocked,
        "all is counted again": town.is_recounted,
        "Fay is erased": partial(town.is_erased, FAY),
        "Gil is erased": partial(town.is_erased, GIL),
        "Ada is erased": partial(town.is_erased, ADA),
        "Gil is joined": partial(town.is_joined, GIL),
        "Ada is joined": partial(town.is_joined, ADA),
    }


NAMES = tuple(acts(Town()))
HARDEST = ("Fay begins", "Fay opens the first link", "Fay signs", "Gil withdraws", "Gil is erased")
"""Beside the act that locks most."""


@pytest.mark.postgres
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database", engines.params()[1:], indirect=True)
@pytest.mark.parametrize("held", cases(short=[HARDEST], full=[(one,) for one in NAMES]))
async def test_two_acts_never_wait_for_each_other_crosswise(
    database: Database, held: Sequence[str]
) -> None:
    """SQLite has one writer at a time."""
    town = Town()
    await town.build(database)
    all_acts, crosswise, found = acts(town), Crosswise(database), {}
    for one in held:
        beside = NAMES[NAMES.index(one) :]
        for other in cases(short=NAMES[-1:], full=beside):
            if after := await crosswise.deadlocks(all_acts[one], all_acts[other]):
                found[one, other] = after
    assert not found


@pytest.mark.postgres
@pytest.mark.parametrize("database", engines.params()[1:], indirect=True)
async def test_who_comes_by_a_link_while_its_owner_is_joined_came_by_the_one_that_is_left(
    database: Database,
) -> None:
    """Each counts once, for the link that goes on, however late it is there."""
    town = Town()
    await town.build(database)
    async with database.reading() as db:
        fay = await supporters.by_telegram_id(db, FAY)
        left = await referral_links.by_code(db, town.codes["ada"])
    assert fay is not None
    assert left is not None

    async def comes() -> None:
        async with database.transaction() as db:
            await town.opens(NEW, "mia", db)

    async def begins() -> None:
        async with database.transaction() as db:
            await town.begins(db)

    async with asyncio.TaskGroup() as both, database.transaction() as db:
        await town.is_joined(ADA, db)
        for act in (comes, begins):
            both.create_task(act())
        await until_waiting(database, 2)
    async with database.reading() as db:
        new = await supporters.by_telegram_id(db, NEW)
        assert new is not None
        for one in (fay, new):
            came = await referrals.of(db, town.petition.id, one.id)
            assert came is not None
            assert came.link_id == left.id
        now = await referral_links.by_code(db, town.codes["mia"])
        assert now is not None
        assert now.id == left.id
        assert (now.starts, now.opens) == (1, 4)  # Lou, Gil, Fay and the new one
        assert await recount.differences(db, town.petition) == []
