"""Promises of what staff are told of an update's emails: before it goes, on its way, and after."""

import pytest

from campaign import returned_letters
from campaign.broadcasts import corrections
from campaign.broadcasts.reach import reach_of
from campaign.delivery.messenger import FateUnknown, Refused, Unreachable
from campaign.petition import Petition
from storage import broadcasts, delivery_stats
from storage.database import Database
from storage.delivery_stats import Emails
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW, Post, listeners, sender, started, told
from tests.campaign.email_readers import come_by_email
from tests.campaign.test_email_delivery import known

IN_CHATS, BY_EMAIL = 20, 10


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "figures", NOW)


async def emails(database: Database, broadcast_id: int) -> Emails:
    async with database.reading() as db:
        return await delivery_stats.emails_of(db, broadcast_id)


async def test_emails_are_told_apart_by_what_became_of_them(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, IN_CHATS)
    async with database.transaction() as db:
        mails = await come_by_email(db, petition, BY_EMAIL)
    post, mail = Post(), Post()
    gone, no_spam, unclear, returns = mails[:4]
    mail.faults = {gone: [Unreachable()], no_spam: [Refused("554")], unclear: [FateUnknown()]}
    broadcast_id = await started(database, petition)
    assert await emails(database, broadcast_id) == Emails()
    await sender(database, post, mail=mail).send(broadcast_id)
    async with database.transaction() as db:
        who = await known(db, returns)
        assert await returned_letters.note(db, broadcast_id, who.id)
    found = await emails(database, broadcast_id)
    assert found == Emails(total=BY_EMAIL, sent=6, refused=2, returned=1, unknown=1)
    assert (await told(database, broadcast_id)).sent == IN_CHATS + 6


async def test_a_correction_says_how_many_emails_it_sends(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, IN_CHATS)
    async with database.transaction() as db:
        await come_by_email(db, petition, BY_EMAIL)
    broadcast_id = await started(database, petition)
    await sender(database, Post(), mail=Post()).send(broadcast_id)
    async with database.transaction() as db:
        author = await petitions.person(db, 9001, NOW)
        draft = await corrections.correct(db, broadcast_id, author.id, now=NOW)
        assert (await reach_of(db, draft)).by_email == BY_EMAIL
        sent = await broadcasts.of(db, broadcast_id)
        assert sent is not None
        assert (await reach_of(db, sent)).by_email == 0
