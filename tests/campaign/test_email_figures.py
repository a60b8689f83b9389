"""Promises of what staff are told of an update's emails: before it goes, on its way, and after."""

from collections import Counter

import pytest

from campaign import returned_letters
from campaign.broadcasts import corrections, states
from campaign.broadcasts.reach import reach_of
from campaign.delivery.audience_walk import AudienceWalk
from campaign.delivery.messenger import FateUnknown, Refused, Unreachable
from campaign.petition import Petition
from storage import broadcasts, delivery_claims, delivery_stats
from storage.addresses import EMAIL, TELEGRAM
from storage.audiences import Audience
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


async def test_a_correction_whose_fate_is_unknown_is_not_emailed_twice(
    database: Database, petition: Petition
) -> None:
    """In a chat it changes what is there, and may be done again."""
    chats = await listeners(database, petition, 1)
    async with database.transaction() as db:
        mails = await come_by_email(db, petition, 1)
    broadcast_id = await started(database, petition)
    await sender(database, Post(), mail=Post()).send(broadcast_id)
    async with database.transaction() as db:
        author = await petitions.person(db, 9001, NOW)
        draft = await corrections.correct(db, broadcast_id, author.id, now=NOW)
        await states.change(db, draft, now=NOW, content={"words": "better"})
        await states.start(db, draft.id, now=NOW)
    post, mail = Post(), Post()
    post.faults, mail.faults = {chats[0]: [FateUnknown()]}, {mails[0]: [FateUnknown()]}
    await sender(database, post, mail=mail).send(draft.id)
    assert (post.arrived, mail.arrived) == (Counter({chats[0]: 2}), Counter(mails))
    ended = await told(database, draft.id)
    assert (ended.status, ended.sent, ended.unknown) == ("done", 1, 1)


async def test_a_killed_sender_of_a_correction_leaves_its_emails_unknown(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 1)
    async with database.transaction() as db:
        await come_by_email(db, petition, 1)
    broadcast_id = await started(database, petition)
    await sender(database, Post(), mail=Post()).send(broadcast_id)
    async with database.transaction() as db:
        author = await petitions.person(db, 9001, NOW)
        draft = await corrections.correct(db, broadcast_id, author.id, now=NOW)
        await states.change(db, draft, now=NOW, content={"words": "better"})
        await states.start(db, draft.id, now=NOW)
        going = await broadcasts.of(db, draft.id)
        assert going is not None
        await AudienceWalk([TELEGRAM, EMAIL], lambda _: Audience()).go_on(db, going)
        for channel in (TELEGRAM, EMAIL):
            await delivery_claims.claim(db, going, NOW, 5, after=0, today=NOW, channel=channel)
    post, mail = Post(), Post()
    again = sender(database, post, mail=mail)
    await again.recover(draft.id)
    await again.send(draft.id)
    assert (post.arrived.total(), mail.arrived.total()) == (1, 0)
    assert (await told(database, draft.id)).unknown == 1
