"""Promises about what single people get by email, on both engines: who, and who never."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaign import email_updates, erasure, personal_letters, reminders, subscriptions
from campaign.broadcasts import drafts, states
from campaign.broadcasts.content import Content, Version
from campaign.personal_letters import Recipient
from campaign.petition import Petition
from campaign.referrals import links, thanks
from campaign.signing import sign
from storage import addresses, referral_links, staff, supporters
from storage import personal_letters as kept
from storage import subscriptions as stored_subscriptions
from storage.addresses import EMAIL
from storage.database import Connection, Database
from storage.personal_letters import PersonalLetter
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.campaign.email_readers import address_of, agree_to_emails, come_by_browser
from tests.campaign.test_reminders import begins, signs

NOON = datetime(2009, 11, 3, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=3, hours=1)


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "letters", NOON)


async def comes(db: Connection, number: int) -> int:
    """Somebody new without a chat; gives their account number."""
    (account,) = await come_by_browser(db, 1, first=number)
    return account


async def leaves_chats(db: Connection, *people: Supporter) -> None:
    """Nobody of these can be written to in a chat, as in a browser."""
    for one in people:
        await supporters.set_reachable(db, one.telegram_id, False)


async def signs_in_browser(
    db: Connection, petition: Petition, number: int, *, emails: bool = True
) -> Supporter:
    person = await signs(db, petition, await comes(db, number), NOON, updates=False)
    await leaves_chats(db, person)
    if emails:
        await agree_to_emails(db, petition, [person.telegram_id])
        await reminders.arm(db, petition, person.id, "share", now=NOON)
    return person


async def remind(
    database: Database, petition: Petition, now: datetime, *, emails: bool = True
) -> Sequence[PersonalLetter]:
    """Claim every reminder that is due, and then what there is for emails; nobody gets one in a
    chat."""
    async with database.transaction() as db:
        one, more = await reminders.claim_next(db, {petition.id: petition}, now=now, emails=emails)
        assert (one, more) == (None, False)
        return await kept.claim(db, now=now, limit=100)


async def found(
    database: Database, petition: Petition, one: PersonalLetter, now: datetime
) -> Recipient | personal_letters.Decision:
    async with database.reading() as db:
        return await personal_letters.look(db, {petition.id: petition}, one, now=now)


async def test_who_hears_by_email_is_reminded_there_once(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        dora = await signs_in_browser(db, petition, 1)
    (one,) = await remind(database, petition, LATER)
    assert (one.supporter_id, one.kind) == (dora.id, "share")
    who = await found(database, petition, one, LATER)
    assert isinstance(who, Recipient)
    assert (who.supporter.id, who.address.value) == (dora.id, address_of(dora.telegram_id))
    assert who.subscribed
    assert await remind(database, petition, LATER + timedelta(days=9)) == []


async def test_where_there_are_no_emails_nothing_waits_for_them(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        await signs_in_browser(db, petition, 1)
    assert await remind(database, petition, LATER, emails=False) == []
    assert await remind(database, petition, LATER) == []


async def test_agreeing_to_emails_is_what_a_reminder_to_share_waits_for(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        person = await signs_in_browser(db, petition, 1, emails=False)
        email = "dora@example.org"
        await addresses.keep(db, person.id, EMAIL, email, reachable=True, now=NOON)
        asked = await email_updates.wording(db, petition, "en", usual="By email?", now=NOON)
        await email_updates.agree(db, petition, person, shown=asked.id, asked=asked, now=NOON)
    assert [one.kind for one in await remind(database, petition, LATER)] == ["share"]


async def test_nobody_is_asked_for_support_by_email_who_has_not_agreed_to_that(
    database: Database, petition: Petition
) -> None:
    """Nor who has shared, left reminders out, said stop, gone, or whose address is not proved."""
    async with database.transaction() as db:
        people = [await signs_in_browser(db, petition, number) for number in range(1, 8)]
        never, ended, muted, stopped, withdrew, lost, shared = people
        await email_updates.stop(db, petition.id, ended.id, method="email", now=NOON)
        await email_updates.stop(db, petition.id, never.id, method="email", now=NOON)
        await subscriptions.choose_kind(db, petition, muted, "reminder", hears=False, now=NOON)
        await subscriptions.stop_all(db, stopped, method="email", now=NOON)
        await sign.withdraw(db, petition, withdrew, now=NOON)
        await addresses.lose(db, [lost.id], EMAIL)
        link = await links.personal(db, petition, shared, now=NOON)
        await referral_links.share(db, link.id, NOON)
    assert await remind(database, petition, LATER) == []


async def test_an_unfinished_signature_is_asked_about_only_where_the_address_is_proved(
    database: Database, petition: Petition
) -> None:
    other = await petitions.published(database, "other", NOON)
    async with database.transaction() as db:
        reader = await begins(db, petition, await comes(db, 1))
        stranger = await begins(db, petition, await comes(db, 2))
        has_ended = await begins(db, petition, await comes(db, 3))
        await leaves_chats(db, reader, stranger, has_ended)
        await agree_to_emails(db, other, [reader.telegram_id, has_ended.telegram_id])
        await email_updates.stop(db, other.id, has_ended.id, method="email", now=NOON)
    (one,) = await remind(database, petition, LATER)
    assert (one.supporter_id, one.kind) == (reader.id, "unfinished")
    who = await found(database, petition, one, LATER)
    assert isinstance(who, Recipient)
    assert not who.subscribed
    assert who.code == "letters", "they have no link of their own"


async def test_what_has_changed_since_is_seen_at_the_moment_of_sending(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        for number in range(1, 7):
            await signs_in_browser(db, petition, number)
    letters = await remind(database, petition, LATER)
    assert len(letters) == 6
    async with database.transaction() as db:
        people = [await supporters.by_id(db, one.supporter_id) for one in letters]
        ended, stopped, lost, back, erased, _ = [one for one in people if one]
        await email_updates.stop(db, petition.id, ended.id, method="email", now=LATER)
        await subscriptions.stop_all(db, stopped, method="email", now=LATER)
        await addresses.lose(db, [lost.id], EMAIL)
        await supporters.set_reachable(db, back.telegram_id, True)
        await subscriptions.choose(db, petition, back, hears=True, language="en", now=LATER)
        await erasure.erase(db, erased, now=LATER)
        assert len(await kept.claim(db, now=LATER, limit=100)) == 0
    kinds = [await found(database, petition, one, LATER) for one in letters]
    assert kinds[:5] == ["drop"] * 5
    assert isinstance(kinds[5], Recipient)
    assert await found(database, petition, letters[5], LATER + timedelta(days=3)) == "drop"
    closed = replace(petition, campaign=replace(petition.campaign, status="closed"))
    assert await found(database, closed, letters[5], LATER) == "drop"


async def test_quiet_hours_hold_for_reminders_and_thanks(
    database: Database, petition: Petition
) -> None:
    hours = {"quiet_hours": "21:00-08:00"}
    petition = replace(petition, definition=petition.definition.model_copy(update=hours))
    async with database.transaction() as db:
        dora, emmy = [await signs_in_browser(db, petition, number) for number in (1, 2)]
        await brings(db, petition, dora, 1)
        for one in (dora, emmy):
            await stored_subscriptions.choose_quiet_hours(db, one.id, "20:00-09:00")
        await thanks.queue_letters(db, now=LATER)
    at_night = LATER.replace(hour=22)
    letters = await remind(database, petition, LATER)
    assert [one.kind for one in letters] == ["thanks", "share"]
    nine = datetime(2009, 11, 7, 9, tzinfo=UTC)
    for letter in letters:
        assert await found(database, petition, letter, at_night) == nine


async def brings(db: Connection, petition: Petition, referrer: Supporter, friends: int) -> None:
    """Let so many friends have signed because of somebody."""
    link = await links.personal(db, petition, referrer, now=NOON)
    for friend in range(friends):
        new = 1_000_000 * referrer.id + link.signatures + friend
        person = await petitions.person(db, new, NOON)
        await petitions.opens(db, petition, link.code, person, NOON)
        await petitions.signs(db, petition, person, NOON)


async def queued(database: Database, now: datetime) -> list[PersonalLetter]:
    async with database.transaction() as db:
        await thanks.queue_letters(db, now=now)
        return list(await kept.claim(db, now=now, limit=100))


async def test_who_brings_friends_is_thanked_by_email_once_a_day(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        dora = await signs_in_browser(db, petition, 1)
        silent = await signs_in_browser(db, petition, 2)
        nobody = await signs_in_browser(db, petition, 3, emails=False)
        for one in (dora, silent, nobody):
            await brings(db, petition, one, 3)
        await referral_links.thank_nobody(db, silent.id)
        assert await thanks.claim_due(db, now=NOON) == [], "nobody has a chat"
    (first,) = await queued(database, NOON)
    assert (first.supporter_id, first.kind) == (dora.id, "thanks")
    assert first.figures == {"new": 3, "total": 3, "step": 3}
    assert isinstance(await found(database, petition, first, NOON), Recipient)
    async with database.transaction() as db:
        await brings(db, petition, dora, 1)
    assert await queued(database, NOON + timedelta(hours=23)) == []
    (second,) = await queued(database, NOON + timedelta(hours=24))
    assert second.figures == {"new": 1, "total": 4, "step": None}


async def test_who_is_reached_in_a_chat_is_thanked_there_alone(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        ada = await signs(db, petition, 1)
        await agree_to_emails(db, petition, [ada.telegram_id])
        await brings(db, petition, ada, 1)
    assert await queued(database, NOON) == []
    async with database.transaction() as db:
        assert len(await thanks.claim_due(db, now=NOON)) == 1


async def test_what_waited_by_a_clock_that_was_set_back_goes_now(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        dora = await signs_in_browser(db, petition, 1)
        await kept.add(db, dora.id, petition.id, "share", now=NOON + timedelta(days=400))
        assert await kept.are_due(db, NOON)
        (one,) = await kept.claim(db, now=NOON, limit=5)
        await kept.put_off(db, one.id, NOON + timedelta(hours=20), tried=True)
        assert not await kept.are_due(db, NOON)
        assert await kept.claim(db, now=NOON, limit=5) == []
        (again,) = await kept.claim(db, now=NOON + timedelta(hours=20), limit=5)
        assert again.tries == 1
        assert await kept.drop_claimed(db) == 1


async def test_letters_go_where_updates_go(database: Database, petition: Petition) -> None:
    """Of several addresses, to the one that was proved last."""
    async with database.transaction() as db:
        dora = await signs_in_browser(db, petition, 1)
        await brings(db, petition, dora, 1)
        for day, email in enumerate(("old@example.org", "new@example.org", "old@example.org"), 50):
            now = NOON + timedelta(days=day)
            await email_updates.take_address(db, dora, email, now=now)
        where = await email_updates.address_of(db, dora)
        assert where == "old@example.org"
    (letter,) = await queued(database, LATER)
    who = await found(database, petition, letter, LATER)
    assert isinstance(who, Recipient)
    assert who.address.value == where


async def test_one_test_of_each_update_waits_however_often_it_is_asked_for(
    database: Database, petition: Petition
) -> None:
    """All would go in the lane of the updates, before what others wait for."""
    async with database.transaction() as db:
        editors = [await petitions.person(db, number, NOON) for number in (1, 2)]
        await agree_to_emails(db, petition, [one.telegram_id for one in editors])
        content = Content({"en": Version("We meet on Friday.")})
        made = [
            await drafts.make(db, petition, "news", content, author_id=None, now=NOON)
            for _ in range(2)
        ]
        asked = [(draft, editor) for draft in made for editor in editors]
        for draft, editor in asked * 30:
            assert await personal_letters.try_out(db, draft, editor, now=NOON)
        claimed = await kept.claim(db, now=NOON, limit=100)
        assert len(claimed) == len(asked)
        for draft, editor in asked:  # those are on their way
            assert await personal_letters.try_out(db, draft, editor, now=NOON)
        assert len(await kept.claim(db, now=NOON, limit=100)) == len(asked)


async def test_staff_try_out_a_draft_as_long_as_it_is_one_and_theirs(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        editor, nobody = [await petitions.person(db, number, NOON) for number in (1, 2)]
        await agree_to_emails(db, petition, [editor.telegram_id])
        await staff.upsert(db, editor.telegram_id, "editor", NOON)
        content = Content({"en": Version("We meet on Friday.")})
        draft = await drafts.make(db, petition, "news", content, author_id=None, now=NOON)
        assert await personal_letters.try_out(db, draft, nobody, now=NOON) is None
        email = await personal_letters.try_out(db, draft, editor, now=NOON)
        assert email == address_of(editor.telegram_id)
        (one,) = await kept.claim(db, now=NOON, limit=5)
    who = await found(database, petition, one, NOON)
    assert isinstance(who, Recipient)
    assert who.draft is not None
    assert (who.draft.id, who.subscribed) == (draft.id, False)
    async with database.transaction() as db:
        (member,) = await staff.all(db)
        await staff.remove(db, member.id)
    assert await found(database, petition, one, NOON) == "drop"
    async with database.transaction() as db:
        await staff.upsert(db, editor.telegram_id, "editor", NOON)
        await states.cancel(db, draft.id, now=NOON)
    assert await found(database, petition, one, NOON) == "drop"
