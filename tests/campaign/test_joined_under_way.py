"""Promises for whoever becomes one with another while an update is on its way, and for whoever has
several email addresses: they get it once, and an address that takes nothing ends alone."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from campaign import joining, returned_letters, subscriptions
from campaign.delivery import audience_walk, lane
from campaign.delivery.messenger import Unreachable
from campaign.delivery.sender import Sender
from campaign.petition import Petition
from storage import addresses
from storage.addresses import EMAIL
from storage.database import Connection, Database
from storage.delivery_claims import Recipient
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW, Post, sender, started, told
from tests.campaign.email_readers import address_of, agree_to_emails


class Mail(Post):
    """Letters by mailbox, which end the sender when so many have arrived."""

    rate = 1.0

    def __init__(self, *gone: str, stops_after: int = 0) -> None:
        super().__init__()
        self.letters: Counter[str] = Counter()
        self._gone, self._stops_after = gone, stops_after
        self.sender: Sender | None = None

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        assert recipient.email is not None
        assert recipient.address_id is not None
        if recipient.email in self._gone:
            raise Unreachable
        self.letters[recipient.email] += 1
        if self.sender is not None and self.letters.total() == self._stops_after:
            self.sender.end()
        return [recipient.address_id]


@pytest.fixture
async def petition(database: Database, monkeypatch: pytest.MonkeyPatch) -> Petition:
    monkeypatch.setattr(audience_walk, "PAGE", 1)
    monkeypatch.setattr(lane, "FEWEST_IN_HAND", 1)
    return await petitions.published(database, "joined", NOW)


async def hears(db: Connection, petition: Petition, who: Supporter) -> None:
    await subscriptions.choose(db, petition, who, hears=True, language="en", now=NOW)


async def browser(db: Connection, petition: Petition, name: str) -> Supporter:
    """Somebody in a browser who hears by email."""
    made = await addresses.add(db, "web", name * 16, now=NOW)
    await agree_to_emails(db, petition, [made.telegram_id])
    return made


async def become_one(database: Database, one: Supporter, other: Supporter) -> None:
    async with database.transaction() as db:
        token = await joining.offer(db, one, "", NOW)
        await joining.join(db, token, other, NOW)


async def sends(database: Database, broadcast_id: int, chats: Post, mail: Mail) -> None:
    mail.sender = sender(database, chats, mail=mail)
    await mail.sender.recover(broadcast_id)
    await mail.sender.send(broadcast_id)


async def reachable(database: Database, *mailboxes: str) -> list[bool]:
    async with database.reading() as db:
        found = [await addresses.find(db, EMAIL, one) for one in mailboxes]
    return [one is not None and one[1].reachable for one in found]


async def place_of(database: Database, mailbox: str) -> int:
    """The number of an address."""
    async with database.reading() as db:
        found = await addresses.find(db, EMAIL, mailbox)
    assert found is not None
    return found[1].id


async def test_who_got_it_by_email_gets_it_in_no_chat_of_theirs_afterwards(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        mia = await browser(db, petition, "mia ")
        ada = await petitions.person(db, 7, NOW)
        await hears(db, petition, ada)
    broadcast_id, chats, mail = await started(database, petition), Post(), Mail(stops_after=1)
    chats.rate = 0.0
    await sends(database, broadcast_id, chats, mail)
    assert mail.letters.total() == 1
    await become_one(database, mia, ada)
    await sends(database, broadcast_id, chats, mail)
    assert (chats.arrived.total(), mail.letters.total()) == (0, 1)


async def test_whom_the_walk_would_have_met_as_the_other_is_not_skipped(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        ada, ben = [await petitions.person(db, number, NOW) for number in (7, 8)]
        await hears(db, petition, ben)
        await browser(db, petition, "cat ")
        mia = await browser(db, petition, "mia ")
    broadcast_id, chats, mail = await started(database, petition), Post(), Mail(stops_after=1)
    await sends(database, broadcast_id, chats, mail)
    assert (chats.arrived, mail.letters.total()) == (Counter([8]), 1)
    await become_one(database, mia, ada)
    await sends(database, broadcast_id, chats, mail)
    assert mail.letters[address_of(mia.telegram_id)] == 1
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.sent, ended.total) == ("done", 3, 3)


async def two_mailboxes(database: Database, petition: Petition) -> tuple[str, str]:
    """One person who was two, each with a mailbox; the newer is the second."""
    async with database.transaction() as db:
        cat, mia = await browser(db, petition, "cat "), await browser(db, petition, "mia ")
    await become_one(database, mia, cat)
    return address_of(cat.telegram_id), address_of(mia.telegram_id)


async def test_a_mailbox_that_is_gone_ends_alone_and_the_other_gets_it(
    database: Database, petition: Petition
) -> None:
    older, newer = await two_mailboxes(database, petition)
    broadcast_id, mail = await started(database, petition), Mail(newer)
    await sends(database, broadcast_id, Post(), mail)
    assert mail.letters == Counter([older])
    assert await reachable(database, older, newer) == [True, False]
    ended = await told(database, broadcast_id)
    assert (ended.sent, ended.unreachable) == (1, 0)


async def test_a_letter_that_comes_back_ends_the_address_that_it_went_to(
    database: Database, petition: Petition
) -> None:
    older, newer = await two_mailboxes(database, petition)
    broadcast_id, mail = await started(database, petition), Mail()
    await sends(database, broadcast_id, Post(), mail)
    assert mail.letters == Counter([newer])
    async with database.transaction() as db:
        found = await addresses.find(db, EMAIL, newer)
        assert found is not None
        assert await returned_letters.note(db, broadcast_id, found[0].id)
        assert not await returned_letters.note(db, broadcast_id, found[0].id)
    assert await reachable(database, older, newer) == [True, False]
    assert (await told(database, broadcast_id)).unreachable == 1


async def test_a_letter_that_comes_back_after_its_reader_has_become_one_with_another_is_known(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        mia = await browser(db, petition, "mia ")
        ada = await petitions.person(db, 7, NOW)
    broadcast_id = await started(database, petition)
    await sends(database, broadcast_id, Post(), Mail())
    await become_one(database, mia, ada)
    async with database.transaction() as db:
        assert await returned_letters.note(db, broadcast_id, mia.id)
        assert not await returned_letters.note(db, broadcast_id, mia.id)
    assert await reachable(database, address_of(mia.telegram_id)) == [False]


@pytest.mark.parametrize("back", [(0,), (1,), (0, 1), (1, 0)])
async def test_of_two_letters_of_one_person_who_was_two_each_ends_its_own_address(
    database: Database, petition: Petition, back: tuple[int, ...]
) -> None:
    async with database.transaction() as db:
        cat, mia = await browser(db, petition, "cat "), await browser(db, petition, "mia ")
    broadcast_id, mail = await started(database, petition), Mail()
    await sends(database, broadcast_id, Post(), mail)
    assert mail.letters.total() == 2
    places = [await place_of(database, address_of(one.telegram_id)) for one in (cat, mia)]
    await become_one(database, mia, cat)
    people = (cat, mia)
    async with database.transaction() as db:
        for _ in range(2):
            for one in back:
                await returned_letters.note(db, broadcast_id, people[one].id, places[one])
    mailboxes = [address_of(one.telegram_id) for one in people]
    assert await reachable(database, *mailboxes) == [number not in back for number in (0, 1)]
