"""Promises about those who are erased and come back, on both engines: nobody counts twice by it,
and what staff have decided holds, for as long as the campaign and its data are there."""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.jobs.tombstones import sync
from campaign import erased_signers, erasure, pseudonyms, recount, retention
from campaign.catalogue import publish
from campaign.errors import AlreadySigned, Blocked, UnderReview
from campaign.invalidation import apply, blocks
from campaign.petition import Petition
from campaign.signing import email_code, limit, sign, standing
from campaign.signing.choices import Choices
from storage import (
    campaigns,
    copy_database,
    invalidations,
    pending_signatures,
    referral_links,
    supporters,
    tables,
)
from storage.database import Connection, Database
from storage.errors import Conflict
from storage.invalidation_search import Rule
from storage.signatures import Recorded
from tests import migrated
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = b"a key of the tests"
ADA, BOB = 7_123_456_789, 8
ANSWERS = {"name": "Ada Lovelace", "postcode": "SW1A 1AA"}


async def keeping(
    database: Database, slug: str = "unit", *, keeps: bool = True, identity: str = "account"
) -> Petition:
    """A campaign that lets erased signatures count on."""
    definition = petitions.example()
    proof = {"contact": "phone", "email": "email"}.get(identity)
    fields = tuple(one for one in definition.fields if one.kind != proof)
    if proof:
        fields += (definition.fields[0].model_copy(update={"kind": proof, "required": True}),)
    changed = definition.model_copy(
        update={
            "slug": slug,
            "keep_count_after_erasure": keeps,
            "identity": identity,
            "fields": fields,
        }
    )
    return await publish(database, changed, now=NOW)


async def signs(
    db: Connection,
    petition: Petition,
    who: int = ADA,
    answers: Mapping[str, str | None] = ANSWERS,
    now: datetime = NOW,
) -> Recorded:
    """Come, and sign."""
    return await sign.sign(
        db,
        petition,
        await petitions.person(db, who, now),
        answers,
        choices=Choices(),
        shown=petition.shown("en"),
        language="en",
        now=now,
        key=KEY,
    )


async def forgets(db: Connection, who: int = ADA, now: datetime = NOW) -> None:
    await erasure.erase(db, await petitions.person(db, who, now), now=now, identity_key=KEY)


async def total(database: Database, petition: Petition) -> int:
    """The total, which is what a fresh count says, in every figure."""
    async with database.reading() as db:
        kept = await campaigns.totals(db, petition.id)
        assert kept == await campaigns.recount(db, petition.id)
        assert await recount.differences(db, petition) == []
    return kept.live


async def kept_rows(database: Database) -> int:
    async with database.reading() as db:
        found = await db.scalar(select(func.count()).select_from(tables.erased_signers))
    return found or 0


@pytest.mark.parametrize(("keeps", "afterwards"), [(True, 1), (False, 0)])
async def test_one_account_counts_once_however_often_it_is_erased(
    database: Database, keeps: bool, afterwards: int
) -> None:
    petition = await keeping(database, keeps=keeps)
    for place in range(5):
        at = NOW + place * MINUTE
        async with database.transaction() as db:
            recorded = await signs(db, petition, now=at)
        assert (recorded.totals.live, await total(database, petition)) == (1, 1)
        async with database.transaction() as db:
            await forgets(db, now=at)
        assert await total(database, petition) == afterwards


async def test_who_comes_back_can_take_the_signature_off(database: Database) -> None:
    """It is theirs again: nothing that counts is left behind."""
    petition = await keeping(database)
    async with database.transaction() as db:
        await signs(db, petition)
        await forgets(db)
        await signs(db, petition)
        await sign.withdraw(db, petition, await petitions.person(db, ADA, NOW), now=NOW)
    assert await total(database, petition) == 0


async def test_no_credit_comes_twice_or_from_oneself_by_being_erased(database: Database) -> None:
    petition = await keeping(database)
    async with database.transaction() as db:
        ada = await petitions.person(db, ADA, NOW)
        link = await petitions.signs(db, petition, ada, NOW)
    for _ in range(3):
        async with database.transaction() as db:
            bob = await petitions.person(db, BOB, NOW)
            await petitions.opens(db, petition, link.code, bob, NOW)
            await signs(db, petition, BOB)
            await forgets(db, BOB)
    async with database.transaction() as db:
        own = await referral_links.by_code(db, link.code)
        assert own is not None
        assert own.signatures == 1, "one friend"
        await erasure.erase(db, ada, now=NOW, identity_key=KEY)
        again = await petitions.person(db, ADA, NOW)
        await petitions.opens(db, petition, link.code, again, NOW)
        await signs(db, petition, ADA)
        own = await referral_links.by_code(db, link.code)
        assert own is not None
        assert own.signatures == 1, "nobody is their own friend"
    assert await total(database, petition) == 2


async def test_a_blocked_account_stays_blocked(database: Database) -> None:
    petition = await keeping(database, keeps=False)
    async with database.transaction() as db:
        first = (await signs(db, petition)).signature
        await blocks.block(db, first, None, now=NOW)
    for _ in range(2):
        async with database.transaction() as db:
            await forgets(db)
            with pytest.raises(Blocked):
                await signs(db, petition)
            again = await petitions.person(db, ADA, NOW)
            with pytest.raises(Blocked):
                await standing.may_sign(db, petition, again, key=KEY)
    async with database.transaction() as db:
        assert (await blocks.state_of(db, first)).here, "found by the number it had"
        assert await blocks.unblock(db, first, None, now=NOW)
        await signs(db, petition)
    assert await total(database, petition) == 1


async def test_a_block_of_one_campaign_stays_one_of_that_campaign(database: Database) -> None:
    petition, other = await keeping(database), await keeping(database, "other")
    async with database.transaction() as db:
        await blocks.block(db, (await signs(db, petition)).signature, None, now=NOW)
        await forgets(db)
        with pytest.raises(Blocked):
            await signs(db, petition)
        await signs(db, other)


async def test_a_block_of_all_campaigns_stays_one_and_can_be_taken_back(
    database: Database,
) -> None:
    petition, other = await keeping(database), await keeping(database, "other")
    async with database.transaction() as db:
        first = (await signs(db, petition)).signature
        await blocks.block(db, first, None, everywhere=True, now=NOW)
        await forgets(db)
        for one in (petition, other):
            with pytest.raises(Blocked):
                await signs(db, one)
        assert not await blocks.unblock(db, first, None, now=NOW), "it is no block of this one"
        assert await blocks.unblock(db, first, None, everywhere=True, now=NOW)
        for one in (petition, other):
            await signs(db, one)


async def test_an_erased_account_whose_signature_counts_can_still_be_blocked(
    database: Database,
) -> None:
    petition = await keeping(database)
    async with database.transaction() as db:
        first = (await signs(db, petition)).signature
        await forgets(db)
        assert await blocks.block(db, first, None, now=NOW)
        with pytest.raises(Blocked):
            await signs(db, petition)


async def held(database: Database, petition: Petition, number: int) -> int:
    """Hold a signature back; gives the act."""
    async with database.transaction() as db:
        made = await apply.draft(db, petition, Rule(number=number), None, now=NOW)
        await apply.apply(db, made, "other", None, now=NOW)
    async with database.reading() as db:
        begun = await invalidations.of(db, made.id)
    assert begun is not None
    await apply.work_off(database, petition, begun, now=NOW)
    return made.id


async def released(database: Database, petition: Petition, act: int) -> None:
    async with database.transaction() as db:
        made = await invalidations.of(db, act)
        assert made is not None
        await apply.undo(db, made, None, now=NOW)
        begun = await invalidations.of(db, act)
    assert begun is not None
    await apply.work_off(database, petition, begun, now=NOW)


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("erased_first", [True, False])
async def test_a_signature_that_is_held_back_stays_held_back(
    database: Database, keeps: bool, erased_first: bool
) -> None:
    if erased_first and not keeps:
        return  # it is withdrawn with the erasure: there is nothing to hold back
    petition = await keeping(database, keeps=keeps)
    async with database.transaction() as db:
        number = (await signs(db, petition)).signature.number
        if erased_first:
            await forgets(db)
    act = await held(database, petition, number)
    async with database.transaction() as db:
        await forgets(db)
        with pytest.raises(UnderReview):
            await signs(db, petition)
        again = await petitions.person(db, ADA, NOW)
        with pytest.raises(UnderReview):
            await standing.may_sign(db, petition, again, key=KEY)
    assert await total(database, petition) == 0
    await released(database, petition, act)
    assert await total(database, petition) == (1 if erased_first else 0)
    async with database.transaction() as db:
        await signs(db, petition)
    assert await total(database, petition) == 1


async def test_one_phone_number_counts_once_by_whatever_accounts(database: Database) -> None:
    petition = await keeping(database, identity="contact")
    for place in range(3):  # an account is deleted at Telegram, and made again
        async with database.transaction() as db:
            await signs(db, petition, ADA + place, {**ANSWERS, "phone": "+447700900123"})
        assert await total(database, petition) == 1
        async with database.transaction() as db:
            await forgets(db, ADA + place)
    async with database.transaction() as db:
        await signs(db, petition, BOB, {**ANSWERS, "phone": "+447700900124"})
    assert await total(database, petition) == 2, "another number is another person"


async def test_one_mailbox_counts_once_by_whatever_accounts(database: Database) -> None:
    petition = await keeping(database, identity="email")
    for place, address in enumerate(("Ada.King@example.org", "adaking+2@example.org")):
        async with database.transaction() as db:
            ada = await petitions.person(db, ADA + place, NOW)
            answers = {**ANSWERS, "email": address}
            signature = (await signs(db, petition, ADA + place, answers)).signature
            assert signature.status == "pending"
            before = await campaigns.totals(db, petition.id)
            assert before.live == place, "until the code is typed, the one that was left counts"
            waiting = await pending_signatures.of(db, signature.id)
            assert waiting is not None
            await email_code.let_count(db, petition, ada, waiting, key=KEY, now=NOW)
        assert await total(database, petition) == 1
        async with database.transaction() as db:
            await forgets(db, ADA + place)
    assert await total(database, petition) == 1


async def test_the_allowance_to_sign_goes_on(database: Database) -> None:
    petition = await keeping(database, keeps=False)
    waits = []
    for _ in range(4):
        async with database.transaction() as db:
            waits.append(await limit.minutes_to_wait(db, ADA, 3, key=KEY, now=NOW))
            await signs(db, petition)
            await forgets(db)
    assert waits == [0, 0, 0, 20]
    async with database.transaction() as db:
        assert not await limit.minutes_to_wait(db, BOB, 3, key=KEY, now=NOW)
        await limit.drop_full(db, now=NOW + timedelta(hours=2))
        left = await db.scalar(select(func.count()).select_from(tables.signing_buckets))
    assert left == 0, "nothing is kept once the allowance is whole again"


async def test_what_is_kept_says_nothing_and_is_only_of_those_it_is_needed_for(
    database: Database,
) -> None:
    petition, other = await keeping(database), await keeping(database, "other", keeps=False)
    async with database.transaction() as db:
        await signs(db, petition)
        await signs(db, other)
        await forgets(db)
        rows = (await db.execute(select(tables.erased_signers))).all()
    assert [row.campaign_id for row in rows] == [petition.id], "the other needs nothing"
    (row,) = rows
    assert len(row) == 4
    assert row.hash == pseudonyms.of_account(KEY, f"campaign:{petition.id}", ADA)
    assert row.hash != pseudonyms.of_account(KEY, f"campaign:{other.id}", ADA)
    assert row.hash != pseudonyms.of_account(b"another key", f"campaign:{petition.id}", ADA)


async def test_it_goes_when_it_is_needed_no_longer(database: Database) -> None:
    petition = await keeping(database, keeps=False)
    async with database.transaction() as db:
        signature = (await signs(db, petition)).signature
        await blocks.block(db, signature, None, now=NOW)
        await forgets(db)
    assert await kept_rows(database) == 1
    async with database.transaction() as db:
        await erased_signers.tidy(db, petition)
    assert await kept_rows(database) == 1
    async with database.transaction() as db:
        await blocks.unblock(db, signature, None, now=NOW)
        await erased_signers.tidy(db, petition)
    assert await kept_rows(database) == 0


async def test_all_of_it_goes_with_the_campaigns_data(database: Database) -> None:
    petition, other = await keeping(database), await keeping(database, "other")
    async with database.transaction() as db:
        for one in (petition, other):
            await signs(db, one)
        await forgets(db)
    closed = petition.definition.model_copy(update={"status": "closed"})
    petition = await publish(database, closed, now=NOW)
    later = NOW + timedelta(days=800)
    async with database.transaction() as db:
        assert await retention.announce(db, petition, now=later)
    assert await kept_rows(database) == 2, "while its data are kept, it holds"
    later += timedelta(days=20)
    while True:
        async with database.transaction() as db:
            if not await retention.erase_some(db, petition, now=later, identity_key=KEY):
                break
    async with database.reading() as db:
        rows = (await db.execute(select(tables.erased_signers.c.campaign_id))).all()
    assert [row.campaign_id for row in rows] == [other.id]
    async with database.transaction() as db:
        await signs(db, other, BOB, now=later)
        await forgets(db, BOB, now=later)
    async with database.reading() as db:
        rows = (await db.execute(select(tables.erased_signers.c.campaign_id))).all()
    assert {row.campaign_id for row in rows} == {other.id}, "a campaign that is over gets none"


async def test_retention_of_one_campaign_unblocks_nobody_in_the_others(database: Database) -> None:
    petition, other = await keeping(database), await keeping(database, "other")
    async with database.transaction() as db:
        signature = (await signs(db, petition)).signature
        await blocks.block(db, signature, None, everywhere=True, now=NOW)
    closed = petition.definition.model_copy(update={"status": "closed"})
    petition = await publish(database, closed, now=NOW)
    later = NOW + timedelta(days=800)
    async with database.transaction() as db:
        await retention.announce(db, petition, now=later)
    later += timedelta(days=20)
    for _ in range(3):
        async with database.transaction() as db:
            await retention.erase_some(db, petition, now=later, identity_key=KEY)
    async with database.transaction() as db:
        assert await supporters.by_telegram_id(db, ADA) is None
        with pytest.raises(Blocked):
            await signs(db, other, now=later)


async def test_a_restored_backup_makes_it_again(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "clamour.tombstones"
    petition = await keeping(database)
    await sync(database, file, now=NOW, identity_key=KEY)
    async with database.transaction() as db:
        ada = await petitions.person(db, ADA, NOW)
        await signs(db, petition)
        await forgets(db, now=NOW + MINUTE)
    await sync(database, file, now=NOW + MINUTE, identity_key=KEY)
    async with database.transaction() as db:  # as a backup from before would have it
        await db.exec_driver_sql("DELETE FROM tombstones")
        await db.exec_driver_sql("DELETE FROM erased_signers")
        await db.exec_driver_sql(
            f"UPDATE supporters SET telegram_id = {ADA} WHERE id = {ada.id}"  # noqa: S608
        )
    assert await sync(database, file, now=NOW + 2 * MINUTE, identity_key=KEY) == 1
    async with database.transaction() as db:
        await signs(db, petition, now=NOW + 3 * MINUTE)
    assert await total(database, petition) == 1


async def test_a_copy_of_the_database_keeps_it(database: Database, tmp_path: Path) -> None:
    petition = await keeping(database)
    async with database.transaction() as db:
        await signs(db, petition)
        await forgets(db)
    copy = await Database.open(await migrated.copied_to(tmp_path / "copy.db"))
    try:
        await copy_database.copy(database, copy, tell=lambda *_: None)
        async with copy.transaction() as db:
            await signs(db, petition)
        assert await total(copy, petition) == 1
    finally:
        await copy.close()


@pytest.mark.parametrize("seed", range(2))
async def test_signing_and_being_erased_at_once_count_once(database: Database, seed: int) -> None:
    petition = await keeping(database)
    chance = random.Random(seed)

    async def act(what: str, place: int) -> None:
        async with database.transaction() as db:
            if what == "forgets":
                await forgets(db, now=NOW + place * MINUTE)
                return
            with suppress(AlreadySigned):
                await signs(db, petition, now=NOW + place * MINUTE)

    async def in_the_end(what: str, place: int) -> None:
        """Whoever had others in the way too often is delivered again, as by Telegram."""
        try:
            await act(what, place)
        except Conflict:
            await in_the_end(what, place)

    acts = [chance.choice(("signs", "forgets")) for _ in range(24)]
    await asyncio.gather(*(in_the_end(what, place) for place, what in enumerate(acts)))
    async with database.transaction() as db:
        with suppress(AlreadySigned):
            await signs(db, petition)
    assert await total(database, petition) == 1
