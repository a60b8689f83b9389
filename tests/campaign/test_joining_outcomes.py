"""Promises of what holds when one person has done something in two places, on both engines."""

from datetime import datetime, timedelta

import pytest

from campaign import comments, email_codes, erasure, joining, recount, subscriptions
from campaign.catalogue import publish
from campaign.errors import Blocked
from campaign.invalidation import apply
from campaign.petition import Petition
from campaign.referrals import arrivals, links
from campaign.signing import email_code, sign
from campaign.signing.choices import Choices
from storage import (
    addresses,
    blocks,
    campaigns,
    consents,
    email_subscriptions,
    invalidations,
    joining_rows,
    next_steps,
    personal_data,
    referral_links,
    reminders,
    signature_channels,
    signatures,
    tombstones,
)
from storage import (
    comments as kept_comments,
)
from storage import inbox as kept_inbox
from storage import subscriptions as kept
from storage.consents import NewConsent
from storage.database import Connection, Database
from storage.invalidation_search import Rule
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.storage.world import NOW

SESSION = "5f2e" * 16
LATER, LAST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


async def browser(db: Connection, session: str = SESSION) -> Supporter:
    return await addresses.add(db, "web", session, now=NOW)


async def telegram(db: Connection, number: int = 7) -> Supporter:
    return await petitions.person(db, number, NOW)


async def joined(
    db: Connection, one: Supporter, other: Supporter, now: datetime = LAST
) -> Supporter:
    token = await joining.offer(db, one, "", now)
    return (await joining.join(db, token, other, now)).person


async def signs_there(
    db: Connection, petition: Petition, who: Supporter, at: datetime, *, waits: bool = False
) -> int:
    done = await sign.sign(
        db,
        petition,
        who,
        {"name": "Ada Lovelace", "postcode": "EH1 1BB", "email": "ada@example.org"},
        choices=Choices(),
        shown=petition.shown("en"),
        language="en",
        now=at,
        channel="web",
        unproven=waits,
    )
    return done.signature.number


async def counts(db: Connection, petition: Petition) -> int:
    assert await recount.differences(db, petition) == []
    return (await campaigns.totals(db, petition.id)).live


@pytest.mark.parametrize("web_first", [True, False])
async def test_of_two_signatures_the_older_stands(database: Database, web_first: bool) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        if web_first:
            first = await signs_there(db, petition, mia, NOW)
            await petitions.signs(db, petition, ada, LATER)
        else:
            await petitions.signs(db, petition, ada, NOW)
            await signs_there(db, petition, mia, LATER)
            first = 1
        token = await joining.offer(db, mia, "", LAST)
        done = await joining.join(db, token, ada, LAST)
        assert done.twice
        stands = await signatures.of(db, petition.id, ada.id)
        gone = await signatures.of(db, petition.id, mia.id)
        assert stands is not None
        assert gone is not None
        assert (stands.number, stands.status) == (first, "live")
        assert (gone.number, gone.status, gone.full_name) == (3 - first, "withdrawn", None)
        assert await counts(db, petition) == 1
        by_channel = await signature_channels.recount(db, petition.id)
        assert by_channel == ({"web": 1} if web_first else {}), "all others come from Telegram"
        ledger = await consents.current(db, ada.id, petition.id)
        assert ledger["sign"].granted
        assert ledger["sign"].at == NOW


async def test_one_that_counts_stands_before_an_older_one_that_waits(database: Database) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        await signs_there(db, petition, mia, NOW, waits=True)
        await petitions.signs(db, petition, ada, LATER)
        await joined(db, mia, ada)
        stands = await signatures.of(db, petition.id, ada.id)
        assert stands is not None
        assert (stands.number, stands.status) == (2, "live")
        with pytest.raises(email_codes.NothingPending):
            await email_code.of(db, ada)
        assert await counts(db, petition) == 1


async def test_one_that_waits_goes_on_waiting_and_counts_with_its_code(database: Database) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        await signs_there(db, petition, mia, NOW, waits=True)
        one = await joined(db, mia, ada)
        waiting = await email_code.of(db, one)
        assert await counts(db, petition) == 0
        await email_code.let_count(db, petition, one, waiting, key=b"", now=LAST)
        assert await counts(db, petition) == 1


async def test_a_signature_held_back_and_one_that_waits_leave_the_held_one(
    database: Database,
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        await petitions.signs(db, petition, ada, LATER)
        made = await apply.draft(db, petition, Rule(number=1), None, now=LATER)
        await apply.apply(db, made, "other", None, now=LATER)
    async with database.reading() as db:
        act = await invalidations.of(db, made.id)
    assert act is not None
    await apply.work_off(database, petition, act, now=LATER)
    async with database.transaction() as db:
        await signs_there(db, petition, mia, NOW, waits=True)
        one = await joined(db, mia, ada)
        stands = await signatures.of(db, petition.id, one.id)
        assert stands is not None
        assert (stands.number, stands.status) == (1, "invalidated")
        assert await counts(db, petition) == 0


async def test_who_was_brought_by_either_was_brought_by_the_one_and_old_links_work(
    database: Database,
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        asker = await petitions.signs(db, petition, await telegram(db, 1), NOW)
        await petitions.opens(db, petition, asker.code, mia, NOW)
        await petitions.opens(db, petition, asker.code, ada, NOW)
        hers = await petitions.signs(db, petition, mia, NOW)
        his = await petitions.signs(db, petition, ada, LATER)
        for number, code in ((11, hers.code), (12, his.code), (13, his.code)):
            friend = await telegram(db, number)
            await petitions.opens(db, petition, code, friend, LATER)
            await petitions.signs(db, petition, friend, LATER)
        one = await joined(db, mia, ada)
        link = await referral_links.of(db, petition.id, one.id)
        assert link is not None
        assert (link.code, link.signatures, link.thanked) == (his.code, 3, 0)
        assert await counts(db, petition) == 5
        above = await referral_links.by_code(db, asker.code)
        assert above is not None
        assert (above.signatures, above.friends) == (1, 3)
        late = await telegram(db, 14)
        assert (await petitions.opens(db, petition, hers.code, late, LAST)).claimed
        await petitions.signs(db, petition, late, LAST)
        for code in (hers.code, his.code):
            now = await links.find(db, code)
            assert now is not None
            assert (now.id, now.signatures) == (link.id, 4)
        assert await counts(db, petition) == 6


async def test_a_link_that_was_read_before_its_owner_was_joined_is_shared_by_the_one(
    database: Database,
) -> None:
    petition = await petitions.published(database, "one", NOW)
    async with database.transaction() as db:
        web, ada = await browser(db), await telegram(db)
        await signs_there(db, petition, web, NOW)
        read = await links.personal(db, petition, web, now=NOW)
        one = await joined(db, web, ada)
        friend = await telegram(db, 8)
        await arrivals.arrive(db, petition, read, friend, now=LAST)
        own = await referral_links.of(db, petition.id, one.id)
        assert own is not None
        assert own.shared_at == LAST
        assert await recount.differences(db, petition) == []


async def test_nobody_is_brought_in_a_circle(database: Database) -> None:
    """Ada brings Xan, who brings Mia; then Ada signs anew, and is Mia."""
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada, xan = await browser(db), await telegram(db), await telegram(db, 8)
        adas = await petitions.signs(db, petition, ada, NOW)
        await petitions.opens(db, petition, adas.code, xan, NOW)
        xans = await petitions.signs(db, petition, xan, NOW)
        await petitions.opens(db, petition, xans.code, mia, NOW)
        await petitions.signs(db, petition, mia, NOW)
        await sign.withdraw(db, petition, ada, now=LATER)
        await petitions.signs(db, petition, ada, LATER)
        one = await joined(db, mia, ada)
        link = await referral_links.of(db, petition.id, one.id)
        theirs = await referral_links.of(db, petition.id, xan.id)
        assert link is not None
        assert theirs is not None
        assert (link.signatures, theirs.signatures) == (1, 0)
        assert await counts(db, petition) == 2


@pytest.mark.parametrize("no_in_telegram", [True, False])
@pytest.mark.parametrize("no_is_newer", [True, False])
async def test_a_no_wins_over_an_older_yes(
    database: Database, no_in_telegram: bool, no_is_newer: bool
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        nay, yea = (ada, mia) if no_in_telegram else (mia, ada)
        no_at, yes_at = (LATER, NOW) if no_is_newer else (NOW, LATER)

        async def says(who: Supporter, hears: bool, at: datetime) -> None:
            await subscriptions.choose(db, petition, who, hears=hears, language="en", now=at)

        await says(nay, True, NOW - timedelta(days=1))
        await says(nay, False, no_at)
        await says(yea, True, yes_at)
        before = [(one.id, one.granted) for one in await consents.every_current(db, mia.id)]
        one = await joined(db, mia, ada)
        assert await subscriptions.hears_updates(db, petition, one) is not no_is_newer
        assert await kept.recount(db, petition.id) == await kept.all_of(db, petition.id)
        held = await personal_data.export(db, one.id, one.telegram_id)
        kept_rows = {(row["id"], row["granted"]) for row in held["consents"]}
        assert set(before) <= kept_rows, "the ledger keeps every row, and they are still theirs"


async def test_who_said_stop_to_everything_hears_nothing_that_they_had_agreed_to_elsewhere(
    database: Database,
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        await subscriptions.choose(db, petition, ada, hears=True, language="en", now=NOW)
        await subscriptions.stop_all(db, mia, method="command", now=LATER)
        one = await joined(db, mia, ada)
        assert not await subscriptions.hears_updates(db, petition, one)
        assert await kept.of_supporter(db, one.id) == set()
        assert await reminders.never_since(db, one.id) == LATER


async def test_who_says_stop_again_has_said_it_last(database: Database) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        await subscriptions.stop_all(db, mia, method="command", now=NOW)
        await subscriptions.choose(db, petition, ada, hears=True, language="en", now=LATER)
        await subscriptions.stop_all(db, mia, method="command", now=LAST)
        one = await joined(db, mia, ada)
        assert not await subscriptions.hears_updates(db, petition, one)


@pytest.mark.parametrize("no_later", [True, False])
async def test_updates_by_email_go_along_with_their_address_unless_a_later_no_is_there(
    database: Database, no_later: bool
) -> None:
    petition = await petitions.published(database, "friends", NOW)
    purpose = email_subscriptions.PURPOSE

    def word(who: Supporter, granted: bool, at: datetime) -> NewConsent:
        return NewConsent(who.id, petition.id, purpose, granted, None, "button", at)

    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        await addresses.keep(db, mia.id, "email", "ada@example.org", reachable=True, now=NOW)
        await consents.append(db, [word(mia, True, NOW)])
        if no_later:
            await consents.append(db, [word(ada, False, LATER)])
        one = await joined(db, mia, ada)
        hears = await email_subscriptions.of_supporter(db, one.id)
        assert hears == (set() if no_later else {petition.id})
        places = await addresses.of_supporter(db, one.id)
        assert {place.channel for place in places} == {"telegram", "web", "email"}
        kept_now = await email_subscriptions.all_of(db, petition.id)
        assert kept_now == await email_subscriptions.recount(db, petition.id)
        assert kept_now == (set() if no_later else {one.id})


async def test_what_is_muted_or_blocked_for_either_is_so_for_the_one(database: Database) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        for who, kind in ((mia, "news"), (ada, "media")):
            await subscriptions.choose_kind(db, petition, who, kind, hears=False, now=NOW)
        for hears in (False, True):  # a newer yes, which does not count here
            await subscriptions.choose_kind(db, petition, ada, "news", hears=hears, now=LATER)
        await blocks.add(db, mia.id, petition.id, None, NOW)
        one = await joined(db, mia, ada)
        assert await kept.muted(db, petition.id, one.id) == {"news", "media"}
        with pytest.raises(Blocked):
            await petitions.signs(db, petition, one, LAST)


async def test_comments_steps_reminders_and_messages_go_along(database: Database) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        mia, ada = await browser(db), await telegram(db)
        await signs_there(db, petition, mia, NOW)
        signed = await signatures.of(db, petition.id, mia.id)
        assert signed is not None
        await comments.give(db, petition, signed, "For my mother", "unnamed", None, now=NOW)
        for who in (mia, ada):
            await next_steps.record(db, petition.id, who.id, "letter", "done", now=NOW)
            await reminders.arm(db, petition.id, who.id, "share", LAST, now=NOW)
            conversation = await kept_inbox.begin(db, petition.id, who.id, NOW)
            await kept_inbox.add_message(db, conversation, f"From {who.id}", now=NOW)
        await kept_inbox.move(db, conversation, "answered", NOW)
        await reminders.settle(db, petition.id, mia.id, "share", "declined", now=NOW)
        one = await joined(db, mia, ada)
        stands = await signatures.of(db, petition.id, one.id)
        assert stands is not None
        comment = await kept_comments.of(db, stands.id)
        assert comment is not None
        assert comment.permission == "unnamed"
        ledger = await consents.current(db, one.id, petition.id)
        assert ledger[comments.PURPOSE].granted
        assert await next_steps.figures(db, petition.id) == {"comment": 1, "letter": 1}
        assert set(await next_steps.taken(db, petition.id, one.id)) == {"comment", "letter"}
        assert not await reminders.due(db, LAST + timedelta(days=9), 10)
        mine = await kept_inbox.begin(db, petition.id, one.id, LAST)
        words = {m.words for m in await kept_inbox.page(db, mine.id, before=99, limit=9)}
        assert words == {f"From {mia.id}", f"From {ada.id}"}
        assert await kept_inbox.count_waiting(db, petition.id) == 0


async def test_a_signature_that_came_along_replaces_the_one_that_was_left_by_an_erasure(
    database: Database,
) -> None:
    """Of a campaign that keeps the count: else its signer would count twice by being joined."""
    definition = petitions.example().model_copy(update={"keep_count_after_erasure": True})
    petition = await publish(database, definition, now=NOW)
    async with database.transaction() as db:
        ada = await telegram(db)
        await petitions.signs(db, petition, ada, NOW)
        await erasure.erase(db, ada, now=NOW)
        mia, again = await browser(db), await telegram(db)
        await signs_there(db, petition, mia, LATER)
        assert await counts(db, petition) == 2
        one = await joined(db, mia, again)
        assert await counts(db, petition) == 1
        stands = await signatures.of(db, petition.id, one.id)
        assert stands is not None
        assert (stands.number, stands.status) == (2, "live")


async def test_one_that_was_left_by_an_erasure_and_held_back_is_taken_out_of_no_figure_twice(
    database: Database,
) -> None:
    definition = petitions.example().model_copy(update={"keep_count_after_erasure": True})
    petition = await publish(database, definition, now=NOW)
    async with database.transaction() as db:
        bea = await telegram(db, 8)
        theirs = await petitions.signs(db, petition, bea, NOW)
        ada = await telegram(db)
        await petitions.opens(db, petition, theirs.code, ada, NOW)
        await petitions.signs(db, petition, ada, NOW)
        await erasure.erase(db, ada, now=NOW)
        act = await apply.draft(db, petition, Rule(number=2), None, now=NOW)
        await apply.apply(db, act, "doubtful", None, now=NOW)
    async with database.reading() as db:
        act = await invalidations.of(db, act.id) or act
    await apply.work_off(database, petition, act, now=NOW)
    async with database.transaction() as db:
        mia, again = await browser(db), await telegram(db)
        await signs_there(db, petition, mia, LATER)
        await joined(db, mia, again)
        assert await counts(db, petition) == 2


async def test_an_account_that_was_given_up_has_its_tombstone_when_its_person_is_erased(
    database: Database,
) -> None:
    """A backup from before the joining knows them by it."""
    async with database.transaction() as db:
        key = await tombstones.keep_key(db, "5f" * 32)
        mia, ada = await browser(db), await telegram(db)
        one = await joined(db, mia, ada)
        assert await tombstones.all(db) == []
        await erasure.erase(db, one, now=LAST)
        hashes = {stone.hash for stone in await tombstones.all(db)}
        assert hashes == {tombstones.hash_of(key, who.telegram_id) for who in (mia, ada)}


ELSEWHERE = frozenset(
    {
        *("supporters", "dialogs", "web_chats", "addresses", "join_tokens", "joined_people"),
        *("data_requests", "notifications"),  # storage/joining.py
        *("signatures", "pending_signatures", "signature_flags"),
        *("referral_links", "referrals"),  # storage/joining_links.py
        *("consents", "subscriptions", "email_subscriptions", "other_campaigns", "muted_kinds"),
        "inbox_messages",
    }
)
"""Tables that joining deals with beside storage/joining_rows.py."""

OF_STAFF = frozenset(
    {
        *("staff", "staff_invitations", "staff_notices", "morning_summaries", "audit_log"),
        *("invalidations", "inbox_groups", "offline_signatures", "offline_imports"),
        *("handin_packs", "broadcasts", "broadcast_editors", "unagreed_readers"),
        *("agreement_requests", "events", "decision_dates", "handin_dates"),
    }
)
"""Of Telegram accounts alone, which go on."""

NO_LONGER_USED = frozenset({"signing_allowances"})


def test_every_table_that_refers_to_people_goes_along() -> None:
    moved = {table.name for table, _ in joining_rows.MOVED} | {"deliveries"}
    assert moved | ELSEWHERE | OF_STAFF | NO_LONGER_USED == set(personal_data.HELD), (
        "say in storage/joining_rows.py what becomes of it when two are made one"
    )
