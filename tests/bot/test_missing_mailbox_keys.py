"""Promises of mailbox keys that the version before did not keep, on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text

from bot.jobs import mailbox_keys as job
from campaign.catalogue import Catalogue
from handlers.services import Services
from messages import bot_texts
from storage import lookalikes, missing_mailbox_keys, personal_data
from storage.database import Database
from storage.email_keys import mailbox_key
from storage.encryption.keyring import Keyring
from storage.tables import signature_flags, signatures
from tests import engines, migrated
from tests.storage.encrypted import OLD
from tests.storage.world import NOW, campaign, person, sign

EMAILS = [
    *("ada+1@x.org", "ada+2@x.org", None, "ben@x.org", "b.en@gmail.com"),
    *("ben+b@googlemail.com", "cy@x.org", "Cy@X.org"),
]


@pytest.fixture(params=engines.params())
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        yield url


@pytest.fixture(params=[None, OLD], ids=["plain", "sealed"])
async def services(url: str, request: pytest.FixtureRequest) -> AsyncIterator[Services]:
    keyring: Keyring | None = request.param
    database = await Database.open(url, keyring=keyring, busy_timeout=engines.PATIENCE_SECONDS)
    yield Services(database, bot_texts(), Catalogue(database), clock=lambda: NOW)
    await database.close()


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_mailbox_keys, "PAGE", 2)


async def signed(services: Services) -> int:
    """Everybody signs with the version before, and is flagged as it knew it."""
    async with services.database.transaction() as db:
        made = await campaign(db)
        for number, email in enumerate(EMAILS, 1):
            one = await sign(db, made.id, number, name=f"N{number}", email=email)
            assert one is not None
            found = await lookalikes.find(db, one)
            known = [f for f in found if f.reason != "same_mailbox"]
            await lookalikes.flag(db, one.id, known, NOW)
        await db.execute(text("UPDATE signatures SET mailbox_key = NULL"))
    return made.id


async def keys(services: Services) -> list[tuple[str | None, str | None]]:
    async with services.database.reading() as db:
        columns = (signatures.c.email, signatures.c.mailbox_key)
        rows = await db.execute(select(*columns).order_by(signatures.c.id))
        return [(email, key) for email, key in rows]


async def test_who_signed_with_the_version_before_is_compared_too(services: Services) -> None:
    campaign_id = await signed(services)
    await job.fill(services)
    assert await keys(services) == [(email, mailbox_key(email)) for email in EMAILS]
    async with services.database.reading() as db:
        pairs = await lookalikes.open_ones(db, campaign_id, 10)
    assert sorted((p.reason, p.other_name, p.full_name) for p in pairs) == [
        ("same_email", "N7", "N8"),
        ("same_mailbox", "N1", "N2"),
        ("same_mailbox", "N5", "N6"),
    ]


async def test_once_all_is_filled_nothing_is_written(services: Services) -> None:
    await signed(services)
    await job.fill(services)
    async with services.database.transaction() as db:
        await db.execute(signature_flags.delete())
    asked: list[str] = []
    engine = services.database._writers.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    await job.fill(services)
    assert [one for one in asked if not one.startswith(("SELECT", "BEGIN", "PRAGMA"))] == []
    assert len([one for one in asked if "FROM signatures" in one]) == 1


async def test_what_the_version_before_left_of_an_erased_person_goes(services: Services) -> None:
    campaign_id = await signed(services)
    await job.fill(services)
    async with services.database.transaction() as db:
        kept = await db.scalar(text("SELECT mailbox_key FROM signatures WHERE number = 4"))
        for number in (1, 4):
            supporter, _ = await person(db, number)
            await personal_data.erase(db, supporter.id, number, now=NOW)
        assert await db.scalar(text("SELECT mailbox_key FROM signatures WHERE number = 1")) is None
        await db.execute(
            text("UPDATE signatures SET mailbox_key = :kept WHERE number = 4"), {"kept": kept}
        )
    await job.fill(services)
    assert (await keys(services))[3] == (None, None)
    async with services.database.reading() as db:
        pairs = await lookalikes.open_ones(db, campaign_id, 10)
    assert [pair.reason for pair in pairs if pair.reason == "same_mailbox"] == ["same_mailbox"]


@pytest.mark.parametrize("services", [OLD], indirect=True, ids=["sealed"])
async def test_a_row_that_nobody_can_read_holds_up_no_other(services: Services) -> None:
    await signed(services)
    async with services.database.transaction() as db:
        await db.execute(text("UPDATE signatures SET email = 'broken' WHERE number IN (1, 2, 4)"))
    await job.fill(services)
    async with services.database.reading() as db:
        rows = await db.execute(
            select(signatures.c.number, signatures.c.mailbox_key).order_by(signatures.c.id)
        )
        kept = {number: key for number, key in rows if key}
    assert kept == {n: mailbox_key(EMAILS[n - 1]) for n in (5, 6, 7, 8)}


async def test_rows_to_fill_are_found_by_their_own_index(services: Services) -> None:
    asked: list[Any] = []
    engine = services.database._writers.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    await job.fill(services)
    ((statement, given),) = [one for one in asked if "FROM signatures" in one[0]]
    async with services.database.transaction() as db:
        explain = "EXPLAIN QUERY PLAN" if services.database.kind == "sqlite" else "EXPLAIN"
        if explain == "EXPLAIN":  # of an empty table it is all the same to it
            await db.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await db.exec_driver_sql(f"{explain} {statement}", given)
        assert "signatures_mailbox_key_amiss_idx" in str([row[-1] for row in plan])
