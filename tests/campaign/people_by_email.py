"""Two campaigns whose people hear by email, too, without the rules of a state machine."""

import asyncio
import hashlib
import subprocess
from collections.abc import Awaitable, Callable
from itertools import permutations
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from campaign import email_updates, joining_by_email, returned_letters
from campaign.referrals import links
from storage import (
    addresses,
    email_subscriptions,
    signatures,
    supporters,
    tables,
)
from storage.addresses import EMAIL
from storage.database import Connection, Database
from storage.supporters import Supporter
from tests import engines
from tests.campaign.joined_somebody import Somebody
from tests.campaign.one_letter_each import Self_, Sent, Update
from tests.campaign.two_campaigns import TELEGRAM, TwoCampaigns

MAILBOXES = {1: "a", 2: "b", 3: "a", 4: "b", 5: "b"}
"""Whose code is typed where: some are one person's in two places, or those of two of one house."""

NEVER = (None, False)


class PeopleByEmail(TwoCampaigns):
    """What people of two campaigns do about emails, and what becomes of their addresses.

    Attributes:
        ids: where each is who is kept, by their number.
        typed: who has given each mailbox.
        deaf: chats in which the bot is blocked; dead: mailboxes that take nothing.
        lost: mailboxes from which a letter has come back.
        letters: all that have arrived; under_way: updates that are not done.
        wrong: what should not have been sent.
    """

    def __init__(self, folder: Path, runner: asyncio.Runner, database: Database) -> None:
        super().__init__(runner, database)
        self.folder = folder
        self.ids: dict[int, int] = {}
        self.typed: dict[str, set[Self_]] = {}
        self.deaf: set[int] = set()
        self.dead: set[str] = set()
        self.lost: set[str] = set()
        self.letters: list[Sent] = []
        self.under_way: list[Update] = []
        self.wrong: list[str] = []

    def email(self, place: int) -> str:
        of_life = self.lives[place]
        return f"zoe{self.history:06d}{MAILBOXES[place]}{of_life:04d}xyz@example.org"

    def selves(self, me: Somebody) -> frozenset[Self_]:
        return frozenset((place, self.lives[place]) for place in me.places)

    async def _found(self, db: Connection, place: int) -> Supporter:
        """Whoever writes in Telegram has let the bot write again."""
        found = await super()._found(db, place)
        self.deaf.discard(place)
        self.ids[found.id] = place
        return found

    def _as(self, place: int, act: Callable[[Connection, Supporter], Awaitable[Any]]) -> Any:
        self._does_something(self.people[place])
        return super()._as(place, act)

    def _does_something(self, me: Somebody) -> None:
        """What they were to get of updates under way depends on what they do now."""
        for update in self.under_way:
            for who in [one for one in update.expected if one & self.selves(me)]:
                del update.expected[who]

    def hears_by_email(self, place: int, which: int) -> None:
        """Sign, type the code, and agree, as far as it is to be done."""
        if which not in self.people[place].signed:
            self.signs(place, which, waits=True, updates=False)
        signed = self.people[place].signed.get(which)
        if signed is not None and signed.status == "pending":
            self.confirms(place, which)
        self.agrees_to_emails(place, which)

    def signs(self, place: int, which: int, waits: bool, updates: bool) -> None:
        self.typed.setdefault(self.email(place), set()).add((place, self.lives[place]))
        super().signs(place, which, waits, updates)

    def confirms(self, place: int, which: int) -> None:
        me = self.people[place]
        waits = which in me.signed and me.signed[which].status == "pending"
        super().confirms(place, which)
        if not waits:
            return

        async def read(db: Connection, mine: Supporter) -> str | None:
            found = await signatures.of(db, self.petitions[which].id, mine.id)
            if which not in me.blocked:
                own = await links.personal(db, self.petitions[which], mine, now=self.now)
                me.codes.setdefault(which, set()).add(own.code)
            return found.email if found else None

        me.mailboxes.add(self._as(place, read))

    def agrees_to_emails(self, place: int, which: int) -> None:
        petition, me = self.petitions[which], self.people[place]

        async def act(db: Connection, mine: Supporter) -> str | None:
            asked = await email_updates.wording(db, petition, "en", usual="Yes", now=self.now)
            try:
                return await email_updates.agree(
                    db, petition, mine, shown=asked.id, asked=asked, now=self.now
                )
            except email_updates.EmailUpdatesError:
                return None

        agreed = self._as(place, act)
        if agreed is None:
            return
        assert agreed in me.mailboxes, "nobody else's mailbox"
        self.lost.discard(agreed)
        if not me.mails.get(which, NEVER)[1]:
            me.mails[which] = (self.now, True)

    def ends_emails(self, place: int, which: int) -> None:
        """By the button in the chat."""
        campaign_id, me = self.petitions[which].id, self.people[place]
        ended = self._as(
            place,
            lambda db, mine: email_updates.stop(
                db, campaign_id, mine.id, method="button", now=self.now
            ),
        )
        assert ended == me.mails.get(which, NEVER)[1]
        if ended:
            me.mails[which] = (self.now, False)

    def ends_by_one_click(self, number: int, everything: bool) -> None:
        if not self.letters:
            return
        letter = self.letters[number % len(self.letters)]
        petition = self.petitions[letter.update.which]
        owner = self.run(self._owner_of(letter))

        async def act(db: Connection) -> bool:
            assert letter.recipient.address_id is not None
            return await email_updates.stop_at(
                db, letter.recipient.address_id, petition.id, everything=everything, now=self.now
            )

        assert self._do(act) == (owner is not None)
        if owner is None:
            return
        self._does_something(owner)
        if everything:
            owner.stop(self.now)
        elif owner.mails.get(letter.update.which, NEVER)[1]:
            owner.mails[letter.update.which] = (self.now, False)

    async def _owner_of(self, letter: Sent) -> Somebody | None:
        async with self.database.reading() as db:
            found = await addresses.find(db, EMAIL, letter.mailbox)
        return self.people[self.ids[found[0].id]] if found else None

    def blocks_the_bot(self, place: int, noticed: bool) -> None:
        self.deaf.add(place)
        self._does_something(self.people[place])
        if noticed:
            self._do(lambda db: supporters.set_reachable(db, self.account(place), False))

    def closes_the_mailbox(self, place: int) -> None:
        """Nothing is taken there any more; a letter on its way comes back later."""
        self.dead.add(self.email(place))
        for me in self.people.values():
            if self.email(place) in me.mailboxes:
                self._does_something(me)

    def a_letter_comes_back(self, number: int) -> None:
        if not self.letters:
            return
        letter = self.letters[number % len(self.letters)]
        owner = self.run(self._owner_of(letter))
        before = self.run(self._reachable(owner)) if owner else set()
        noted = self._do(
            lambda db: returned_letters.note(
                db, letter.update.id, letter.recipient.supporter_id, letter.recipient.address_id
            )
        )
        if not noted:
            return
        self.lost.add(letter.mailbox)
        if owner is None:
            return
        self._does_something(owner)
        assert self.run(self._reachable(owner)) == before - {letter.mailbox}, "it and no other"

    async def _reachable(self, me: Somebody) -> set[str]:
        """The mailboxes that a person is written to at."""
        async with self.database.reading() as db:
            found = [
                one
                for who, place in self.ids.items()
                if place in me.places
                for one in await addresses.of_supporter(db, who)
            ]
        return {one.value for one in found if one.channel == EMAIL and one.reachable}

    def joins(self, place: int, other: int) -> None:
        """Of an update that either was to get the one has to hear, if they still want to."""
        me, them = self.people[place], self.people[other]
        hopeful = [
            update
            for update in self.under_way
            if all(self.selves(one) in update.expected for one in (me, them))
            and any(update.expected[self.selves(one)] for one in (me, them))
        ]
        self._does_something(me)
        self._does_something(them)
        super().joins(place, other)
        if me is not them and self.people[place] is self.people[other]:
            for update in hopeful:
                one = self.selves(self.people[place])
                update.expected[one] = True
                update.as_one.add(one)

    def become_one(self, pair: int) -> None:
        """Two who are not one yet, and have not both a chat in Telegram; rather two of whom one has
        got an update that the other was still to get."""
        pairs = [
            (one, other)
            for one, other in permutations(self.people, 2)
            if self.people[one] is not self.people[other]
            and not all(self.people[at].places & set(TELEGRAM) for at in (one, other))
        ]
        got = {place for update in self.under_way for who in update.arrived for place, _ in who}
        pairs = [(one, other) for one, other in pairs if (one in got) != (other in got)] or pairs
        if pairs:
            self.joins(*pairs[pair % len(pairs)])

    def joins_by_email(self, place: int, which: int) -> None:
        """Whoever has typed the codes of one mailbox in two places is offered to be one."""
        petition = self.petitions[which]

        async def act(db: Connection, mine: Supporter) -> tuple[int, str] | None:
            signed = await signatures.of(db, petition.id, mine.id)
            if signed is None or signed.status != "live" or signed.proof != "email":
                return None
            token = await joining_by_email.offer(
                db, mine, signed.email, wish=petition.campaign.slug, now=self.now
            )
            if token is None:
                return None
            of = tables.join_tokens.c.hash == hashlib.sha256(token.encode()).hexdigest()
            other = await db.scalar(select(tables.join_tokens.c.supporter_id).where(of))
            assert signed.email is not None
            return other, signed.email

        offered = self._as(place, act)
        if offered is not None:
            other, mailbox = self.ids[offered[0]], offered[1]
            assert mailbox in self.people[place].mailboxes & self.people[other].mailboxes
            self.joins(place, other)

    def is_erased(self, place: int) -> None:
        me = self.people[place]
        words = [one for at in me.places for one in (self.session(at), f"Zoe {self.session(at)}")]
        mine = self.selves(me)
        words += [one for one, by in self.typed.items() if by <= mine]
        self.typed = {one: by - mine for one, by in self.typed.items() if by - mine}
        self._does_something(me)
        super().is_erased(place)
        self.ids = {one: at for one, at in self.ids.items() if at not in me.places}
        self.deaf -= me.places
        assert [one for one in words if one.encode() in self.run(self._bytes())] == []

    async def _bytes(self) -> bytes:
        """All that the database holds, as it lies on the disk or in a dump."""
        if self.database.kind == "sqlite":
            await self.database.rewrite_file()
            assert await self.database.scrub()
            return b"".join(one.read_bytes() for one in self.folder.iterdir())
        async with self.database.reading() as db:
            name = await db.scalar(text("SELECT current_database()"))
        return await asyncio.to_thread(dumped, name)

    def every_figure_is_a_fresh_count(self) -> None:
        super().every_figure_is_a_fresh_count()

        async def look() -> None:
            async with self.database.reading() as db:
                for petition in self.petitions:
                    assert await email_subscriptions.all_of(
                        db, petition.id
                    ) == await email_subscriptions.recount(db, petition.id)

        self.run(look())

    async def _is_as_chosen(self, db: Connection, one: Somebody) -> None:
        await super()._is_as_chosen(db, one)
        for place in one.places:
            who = await self._known(db, place)
            for which, petition in enumerate(self.petitions):
                if who is not None:
                    hears = petition.id in await email_subscriptions.of_supporter(db, who)
                    assert hears == one.mails.get(which, NEVER)[1]


def dumped(name: str) -> bytes:
    """What a backup of a database of PostgreSQL's holds."""
    url = engines.plain_url_of(name)
    return subprocess.run(["pg_dump", url], check=True, capture_output=True).stdout
