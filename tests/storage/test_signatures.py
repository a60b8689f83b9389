"""Promises of counting: one person, one signature, one number, and a total that is right."""

import asyncio
import random
from typing import Any

import pytest
from sqlalchemy import event

from storage import campaigns, lookalikes, paper_entries, signatures
from storage.campaigns import Totals
from storage.database import Database
from storage.encryption.keyring import Keyring
from tests import engines
from tests.storage.encrypted import OLD
from tests.storage.world import NOW, campaign, person, sign


async def _signs(database: Database, campaign_id: int, telegram_id: int) -> int | None:
    async with database.transaction() as db:
        signature = await sign(db, campaign_id, telegram_id)
    return signature.number if signature else None


async def _totals(database: Database, campaign_id: int) -> Totals:
    async with database.reading() as db:
        kept = await campaigns.totals(db, campaign_id)
        assert kept == await campaigns.recount(db, campaign_id)
    return kept


async def test_200_people_at_once_get_the_numbers_1_to_200(database: Database) -> None:
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
    numbers = await asyncio.gather(*(_signs(database, campaign_id, 100 + n) for n in range(200)))
    assert sorted(n for n in numbers if n) == list(range(1, 201))
    assert (await _totals(database, campaign_id)).total == 200


async def test_50_taps_at_once_of_one_person_sign_once(database: Database) -> None:
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
    numbers = await asyncio.gather(*(_signs(database, campaign_id, 7) for _ in range(50)))
    assert [n for n in numbers if n] == [1]
    assert (await _totals(database, campaign_id)).live == 1


async def test_signing_again_after_withdrawing_keeps_the_number(database: Database) -> None:
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
        await sign(db, campaign_id, 1)
        await sign(db, campaign_id, 7)
        supporter, _ = await person(db, 7)
        assert await signatures.withdraw(db, campaign_id, supporter.id, NOW)
        assert not await signatures.withdraw(db, campaign_id, supporter.id, NOW)
        again = await sign(db, campaign_id, 7)
    assert again is not None
    assert again.number == 2
    assert again.withdrawn_at is None
    assert (await _totals(database, campaign_id)).live == 2


async def test_any_mix_of_acts_at_once_leaves_the_total_equal_to_a_recount(
    database: Database,
) -> None:
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
    chance = random.Random(2009)

    async def act() -> None:
        telegram_id = chance.randrange(1, 12)
        async with database.transaction() as db:
            supporter, _ = await person(db, telegram_id)
            match chance.randrange(3):
                case 0:
                    await sign(db, campaign_id, telegram_id)
                case 1:
                    await signatures.withdraw(db, campaign_id, supporter.id, NOW)
                case _:
                    await paper_entries.add(
                        db,
                        campaign_id=campaign_id,
                        count=chance.randrange(1, 5),
                        note="",
                        recorded_by=None,
                        now=NOW,
                    )

    for _ in range(10):
        await asyncio.gather(*(act() for _ in range(20)))
        await _totals(database, campaign_id)


async def test_paper_cannot_fall_below_zero(database: Database) -> None:
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
        entry = {"campaign_id": campaign_id, "note": "", "recorded_by": None, "now": NOW}
        assert await paper_entries.add(db, count=24, **entry) == Totals(0, 24)
        with pytest.raises(ValueError, match="below zero"):
            await paper_entries.add(db, count=-25, **entry)
        assert await paper_entries.add(db, count=-4, **entry) == Totals(0, 20)
    assert (await _totals(database, campaign_id)).total == 20


async def test_doubles_are_found_by_email_or_by_name_and_postcode(database: Database) -> None:
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
        first = await sign(db, campaign_id, 1, name="Ada", postcode="SW1A 1AA", email="a@x.org")
        household = await sign(db, campaign_id, 2, name="Ben", postcode="SW1A 1AA")
        by_name = await sign(db, campaign_id, 3, name="ADA", postcode="SW1A 1AA")
        by_email = await sign(db, campaign_id, 4, name="Cy", email="A@X.org")
        assert first
        assert household
        assert by_name
        assert by_email
        assert await lookalikes.find(db, household) == []
        found = await lookalikes.find(db, by_name)
        assert [(f.signature_id, f.reason) for f in found] == [(first.id, "same_name_and_postcode")]
        found = await lookalikes.find(db, by_email)
        assert [(f.signature_id, f.reason) for f in found] == [(first.id, "same_email")]
        await lookalikes.flag(db, by_email.id, found, NOW)
        await lookalikes.flag(db, by_email.id, found, NOW)
        assert len(await lookalikes.open_ones(db, campaign_id, 10)) == 1


@pytest.mark.parametrize("keyring", [None, OLD], ids=["plain", "sealed"])
async def test_doubles_are_found_by_mailbox_and_the_stronger_reason_is_given(
    url: str, keyring: Keyring | None
) -> None:
    database = await Database.open(url, keyring=keyring, busy_timeout=engines.PATIENCE_SECONDS)
    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
        elsewhere = (await campaign(db, "another")).id
        assert await sign(db, elsewhere, 1, name="Eve", email="ada+9@x.org")
        tagged = await sign(db, campaign_id, 1, name="Eve", email="ada+1@x.org")
        dotted = await sign(db, campaign_id, 2, name="Ada", email="a.da@x.org", postcode="E1 6AN")
        newest = await sign(db, campaign_id, 3, name="Ada", email="Ada+2@x.org", postcode="E1 6AN")
        assert tagged
        assert dotted
        assert newest
        found = await lookalikes.find(db, newest)
        assert [(f.signature_id, f.reason) for f in found] == [
            (tagged.id, "same_mailbox"),
            (dotted.id, "same_name_and_postcode"),
        ]
        same = await sign(db, campaign_id, 4, name="Cy", email="ada+2@X.org")
        assert same
        found = await lookalikes.find(db, same)
        assert [(f.signature_id, f.reason) for f in found] == [
            (tagged.id, "same_mailbox"),
            (newest.id, "same_email"),
        ]
        await signatures.withdraw(db, campaign_id, tagged.supporter_id, NOW)
        assert [f.reason for f in await lookalikes.find(db, same)] == ["same_email"]
    await database.close()


@pytest.mark.parametrize("url", engines.params()[:1], indirect=True)
async def test_looking_for_doubles_costs_the_same_in_a_large_campaign(database: Database) -> None:
    """SQLite, without statistics, has to be led to the whole key of each index."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    async with database.transaction() as db:
        campaign_id = (await campaign(db)).id
        signature = await sign(db, campaign_id, 7, postcode="SW1A 1AA", email="a@x.org")
        assert signature
        event.listen(db.sync_connection, "before_cursor_execute", note)
        await lookalikes.find(db, signature)
        event.remove(db.sync_connection, "before_cursor_execute", note)
        ((statement, parameters),) = asked
        plan = await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row.detail for row in plan if row.detail.startswith("SEARCH")]
    index = "SEARCH signatures USING INDEX signatures_lookalike"
    assert steps == [
        f"{index}_email_idx (campaign_id=? AND email_key=?)",
        f"{index}_mailbox_idx (campaign_id=? AND mailbox_key=?)",
        f"{index}_name_idx (campaign_id=? AND name_key=? AND postcode=?)",
    ]
