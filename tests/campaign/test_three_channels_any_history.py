"""A promise for every history of people in chats, in browsers and by email, while updates are sent:
each person hears of an update once, by a way they have agreed to and nowhere else, and of whoever
is erased no byte is left. What tests.campaign.two_campaigns promises holds all the while."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from campaign.delivery import audience_walk, lane, sender
from storage import addresses, audiences, supporters
from storage.addresses import EMAIL
from storage.audiences import Audience
from storage.database import Connection
from storage.delivery_claims import Recipient
from tests import engines
from tests.campaign.delivery_world import told
from tests.campaign.joined_somebody import Somebody
from tests.campaign.one_letter_each import Run, Self_, Sent, Update, begun
from tests.campaign.people_by_email import NEVER, PeopleByEmail
from tests.histories import run_histories

CHAT = addresses.TELEGRAM
MOODS = st.lists(st.sampled_from(("", "", "later", "unknown", "dies")), max_size=3)
WHO = st.sampled_from(("everyone", "everyone", "signers", "not_signed"))
STOPS = st.sampled_from((0, 1, 1, 1))
PLACES, PAIRS = st.integers(1, 5), st.integers(0, 100)
WHICH = st.sampled_from((0, 0, 0, 1))
KIND = st.sampled_from(("news", "milestone"))
WAYS = st.sampled_from(("mail", "chat", "both", "both", "ended", ""))
DEEDS = st.sampled_from(
    (
        *("hears_by_email", "ends_emails", "chooses_updates", "mutes", "stops_everything"),
        *(
            "signs",
            "withdraws",
            "ends_by_one_click",
            "a_letter_comes_back",
            "closes_the_mailbox",
            "blocks_the_bot",
        ),
        *("joins_by_email", "is_blocked", "is_erased"),
    )
)
Way = tuple[str, bool] | None


class ThreeChannels(PeopleByEmail):
    """Two campaigns, their people, and what is sent to them."""

    time_passes = rule(minutes=st.integers(0, 20_000))(PeopleByEmail.time_passes)
    become_one = rule(pair=PAIRS)(PeopleByEmail.become_one)

    @initialize(ways=st.lists(WAYS, min_size=5, max_size=5), order=st.permutations(range(5)))
    def most_hear_something(self, ways: list[str], order: list[int]) -> None:
        audience_walk.PAGE = 1 + self.history % 2 * 3
        asked_by = None
        for place in (one + 1 for one in order):
            way = ways[place - 1]
            if asked_by is not None:
                self.comes_by_a_link(place, asked_by, 0, begins=False)
            self.time_passes(10)
            if way in ("mail", "both", "ended"):
                self.hears_by_email(place, 0)
            if way in ("chat", "both", "ended"):
                self.chooses_updates(place, 0, hears=True)
            asked_by = place
        for place, way in enumerate(ways, 1):
            if way == "ended":
                self.chooses_updates(place, 0, hears=False)
                self.ends_emails(place, 0)

    @rule(deed=DEEDS, place=PLACES, which=WHICH, kind=KIND, yes=st.booleans())
    def does(self, deed: str, place: int, which: int, kind: str, yes: bool) -> None:
        match deed:
            case "hears_by_email" | "ends_emails" | "withdraws" | "is_blocked" | "joins_by_email":
                getattr(self, deed)(place, which)
            case "chooses_updates":
                self.chooses_updates(place, which, hears=yes)
            case "mutes":
                self.mutes(place, which, kind, hears=yes)
            case "signs":
                self.signs(place, which, waits=yes, updates=not yes)
            case "ends_by_one_click":
                self.ends_by_one_click(place, everything=yes)
            case "blocks_the_bot":
                self.blocks_the_bot(1 + place % 2, noticed=yes)
            case _:
                getattr(self, deed)(place)

    @rule(which=WHICH, kind=KIND, who=WHO, moods=MOODS, stops=STOPS)
    def is_told(self, which: int, kind: str, who: Any, moods: Any, stops: int) -> None:
        if len(self.under_way) > 1:
            self.goes_on(moods)
        petition = self.petitions[which]
        audience = Audience(who=who)
        ways = self.run(self._ways(which, kind, who))
        number = self.run(begun(self.database, petition.id, kind, audience, self.now))
        foretold = self._do(lambda db: audiences.count_by_channel(db, petition.id, kind, audience))
        planned = [way[0] for way in ways.values() if way]
        assert foretold == {channel: planned.count(channel) for channel in (CHAT, EMAIL)}
        expected = {one: bool(way and way[1]) for one, way in ways.items()}
        update = Update(number, which, kind, who, expected)
        self.under_way.append(update)
        self._send(update, moods, stops)

    @rule(kind=KIND, moods=MOODS, pair=PAIRS, more=MOODS)
    def become_one_meanwhile(self, kind: str, moods: Any, pair: int, more: Any) -> None:
        self.is_told(0, kind, "everyone", moods, 1)
        self.become_one(pair)
        self.goes_on(more)

    @rule(kind=KIND, moods=MOODS, place=PLACES, deed=DEEDS, yes=st.booleans(), more=MOODS)
    def does_meanwhile(
        self, kind: str, moods: Any, place: int, deed: str, yes: bool, more: Any
    ) -> None:
        """Rather those who are still to get it."""
        self.is_told(0, kind, "everyone", moods, 1)
        waiting = [
            at
            for update in self.under_way
            for who in update.expected
            if who not in update.arrived
            for at, _ in sorted(who)
        ]
        place = waiting[place % len(waiting)] if waiting else place
        self.does(deed, place, 0, kind, yes)
        self.goes_on(more)

    async def _ways(self, which: int, kind: str, who: str) -> dict[frozenset[Self_], Way]:
        """How an update would reach each person: in which channel it would be tried first, and
        whether it would arrive in any."""
        found: dict[frozenset[Self_], Way] = {}
        async with self.database.reading() as db:
            for me in self._everybody():
                ids = [one for at in me.places if (one := await self._known(db, at)) is not None]
                if ids:
                    found[self.selves(me)] = await self._way(db, ids[0], me, which, kind, who)
        return found

    async def _way(
        self, db: Connection, who: int, me: Somebody, which: int, kind: str, audience: str
    ) -> Way:
        signed = me.signed.get(which)
        asked = {
            "everyone": True,
            "signers": signed is not None and signed.status == "live",
            "not_signed": signed is None or signed.status == "withdrawn",
        }
        if (which, kind) in me.muted or not asked[audience]:
            return None
        person = await supporters.by_id(db, who)
        assert person is not None
        mailboxes = [
            one.value
            for one in await addresses.of_supporter(db, who)
            if one.channel == EMAIL and one.reachable
        ]
        by_email = bool(mailboxes) and me.mails.get(which, NEVER)[1]
        arrives = by_email and any(one not in self.dead for one in mailboxes)
        if person.reachable and me.words.get(which, NEVER)[1]:
            return CHAT, arrives or not me.places & self.deaf
        return (EMAIL, arrives) if by_email else None

    def _everybody(self) -> list[Somebody]:
        return list({id(one): one for one in self.people.values()}.values())

    @rule(moods=MOODS)
    def goes_on(self, moods: Any) -> None:
        if self.under_way:
            self._send(self.under_way[0], moods, 0)

    def _send(self, update: Update, moods: Any, stops: int) -> None:
        sending = Run(self.database, self, moods, stops)
        done = self.run(sending.go(update))
        update.killed |= sending.died.is_set()
        assert self.wrong == []
        if done:
            self.under_way.remove(update)
            self._is_over(update)

    def takes(self, update: Update, channel: str, recipient: Recipient) -> bool:
        """Whether there is somebody to take a message. What must not be is kept for later: a sender
        takes every exception for a server's fault."""
        place = self.ids.get(recipient.supporter_id)
        if place is None:
            self.wrong.append("to somebody who has been erased")
            return False
        me = self.people[place]
        said = me.words if channel == CHAT else me.mails
        if not said.get(update.which, NEVER)[1] or (update.which, update.kind) in me.muted:
            self.wrong.append(f"{me} do not want it by {channel}")
        if any(one & self.selves(me) for one in update.arrived):
            self.wrong.append(f"{me} have got it")
        if channel == CHAT:
            return not me.places & self.deaf
        if recipient.email not in me.mailboxes - self.lost:
            self.wrong.append(f"{recipient.email} is none of {me}'s")
        return recipient.email not in self.dead

    def arrives(self, update: Update, channel: str, recipient: Recipient) -> None:
        """Keep what has arrived."""
        update.arrived.append(self.selves(self.people[self.ids[recipient.supporter_id]]))
        if channel == EMAIL:
            assert recipient.email is not None
            self.letters.append(Sent(update, recipient, recipient.email))

    def _is_over(self, update: Update) -> None:
        self.run(told(self.database, update.id))
        ways = self.run(self._ways(update.which, update.kind, update.who))
        for who, expected in update.expected.items():
            got = sum(bool(one & who) for one in update.arrived)
            if who in update.as_one:
                assert got or update.killed or not ways.get(who), "skipped"
            else:
                assert got == expected or (update.killed and not got)

    def teardown(self) -> None:
        while self.under_way:
            self._send(self.under_way[0], (), 0)
        super().teardown()


@pytest.mark.parametrize("engine", engines.params())
def test_one_person_hears_of_an_update_once_wherever_they_are(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience_walk, "PAGE", 1)  # and more in every second history
    monkeypatch.setattr(lane, "FEWEST_IN_HAND", 1)
    monkeypatch.setattr(sender, "TOGETHER_SECONDS", 0)
    run_histories(
        partial(ThreeChannels, tmp_path),
        engine,
        tmp_path,
        histories=48,
        steps=20,
        phases=(Phase.generate,),
    )
