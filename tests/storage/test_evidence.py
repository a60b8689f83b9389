"""Promises of the evidence: no statement rewrites it, and what is done to it past us is found."""

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import audit, consents, evidence, wordings
from storage.consents import NewConsent
from storage.database import Database
from storage.errors import DatabaseUnavailable, StorageError
from storage.evidence import BrokenSeal
from storage.migrate import upgrade
from tests import engines, migrated
from tests.folded import for_each
from tests.storage.earlier import upgrade_to
from tests.storage.world import NOW, campaign, person

# ruff: noqa: S608 - of our own words
PLAIN = "2009-11-26 09:30:00.000000"


async def with_evidence(database: Database, people: int = 3) -> None:
    """A campaign, consents of some people, a hand-in that was held, and a pack."""
    async with database.transaction() as db:
        made = await campaign(db)
        wording = (await wordings.latest(db, made.id))["petition", "en"]
        for telegram_id in range(1, people + 1):
            supporter, _ = await person(db, telegram_id)
            choice = NewConsent(supporter.id, made.id, "sign", True, wording.id, "button", NOW)
            await consents.append(db, [choice])
        await audit.append(db, at=NOW, actor=None, action="a", subject="s", details={})
        for statement in OTHERS:
            await db.execute(text(statement))


OTHERS = (
    "INSERT INTO events (id, campaign_id, kind, texts, created_at, updated_at, version) "
    f"VALUES (1, 1, 'handin', '{{}}', '{PLAIN}', '{PLAIN}', 1), "
    f"(2, 1, 'handin', '{{}}', '{PLAIN}', '{PLAIN}', 1)",
    "INSERT INTO handins (id, campaign_id, event_id, state, at, closes_signing, total, live, "
    f"offline, frozen_at) VALUES (1, 1, 1, 'held', '{PLAIN}', true, 3, 3, 0, '{PLAIN}'), "
    f"(2, 1, 2, 'planned', '{PLAIN}', true, NULL, NULL, NULL, NULL)",
    f"INSERT INTO handin_dates (id, handin_id, at, set_at) VALUES (1, 1, '{PLAIN}', '{PLAIN}')",
    "INSERT INTO handin_packs (id, campaign_id, profile, status, salt_key, requested_at, root) "
    f"VALUES (1, 1, 'full', 'making', '', '{PLAIN}', 'root')",
    "INSERT INTO handin_blocks (pack_id, place, least, most, receipts, hashes, root) "
    "VALUES (1, 0, 1, 3, '', '', '')",
    "UPDATE handin_packs SET status = 'done'",
    "INSERT INTO offline_signatures (id, campaign_id, count, note, recorded_at) "
    f"VALUES (1, 1, 5, '', '{PLAIN}')",
)

REWRITES = (
    "UPDATE consents SET granted = NOT granted",
    "DELETE FROM consents",
    "UPDATE wordings SET text = 'forged'",
    "DELETE FROM wordings",
    "UPDATE audit_log SET subject = 'forged'",
    "DELETE FROM audit_log",
    "UPDATE handins SET total = 99 WHERE id = 1",
    "UPDATE handins SET state = 'planned', frozen_at = NULL WHERE id = 1",
    "DELETE FROM handins WHERE id = 1",
    f"UPDATE handin_dates SET at = '{PLAIN}'",
    "DELETE FROM handin_dates",
    "UPDATE handin_packs SET root = 'forged'",
    "UPDATE handin_packs SET status = 'queued'",
    "DELETE FROM handin_packs",
    "UPDATE handin_blocks SET least = 2",
    "DELETE FROM handin_blocks",
    "UPDATE offline_signatures SET count = 500",
    "DELETE FROM offline_signatures",
)
INTO = {
    "consents": "(id, supporter_id, campaign_id, purpose, granted, method, at) "
    f"VALUES (1, 1, 1, 'sign', false, 'forged', '{PLAIN}')",
    "wordings": "(id, campaign_id, kind, language, version, sha256, text, created_at) "
    f"VALUES (1, 1, 'petition', 'en', 1, '', 'forged', '{PLAIN}')",
    "wordings ": "(campaign_id, kind, language, version, sha256, text, created_at) "
    f"VALUES (1, 'petition', 'en', 1, '', 'forged', '{PLAIN}')",
    "audit_log": "(id, at, action, subject, details, previous_hash, hash) "
    f"VALUES (1, '{PLAIN}', 'a', 'forged', '{{}}', '', '')",
    "audit_log ": "(at, action, subject, details, previous_hash, hash) "
    f"SELECT '{PLAIN}', 'a', 'forged', '{{}}', '', hash FROM audit_log",
    "handins": "(id, campaign_id, event_id, state, at, closes_signing) "
    f"VALUES (1, 1, 1, 'planned', '{PLAIN}', false)",
    "handins ": "(campaign_id, event_id, state, at, closes_signing) "
    f"VALUES (1, 1, 'planned', '{PLAIN}', false)",
    "handin_dates": f"(id, handin_id, at, set_at) VALUES (1, 1, '{PLAIN}', '{PLAIN}')",
    "handin_packs": "(id, campaign_id, profile, status, salt_key, requested_at) "
    f"VALUES (1, 1, 'full', 'done', '', '{PLAIN}')",
    "handin_blocks": "VALUES (1, 0, 1, 2, '', '', '')",
    "handin_blocks ": "(rowid, pack_id, place, least, most, receipts, hashes, root) "
    "VALUES (1, 2, 0, 1, 2, '', '', '')",
    "offline_signatures": "(id, campaign_id, count, note, recorded_at) "
    f"VALUES (1, 1, 500, '', '{PLAIN}')",
}
UPDATES_OVER = (
    "UPDATE consents SET supporter_id = 999",
    "UPDATE consents SET supporter_id = -1",
    "UPDATE OR REPLACE consents SET id = 1 WHERE id = 2",
    "UPDATE OR REPLACE handins SET id = 1 WHERE id = 2",
    "UPDATE OR REPLACE handins SET event_id = 1 WHERE id = 2",
    "INSERT INTO consents SELECT * FROM consents WHERE id = 1 "
    "ON CONFLICT (id) DO UPDATE SET granted = false",
    "INSERT INTO wordings SELECT * FROM wordings WHERE id = 1 "
    "ON CONFLICT (id) DO UPDATE SET text = 'forged'",
)


@pytest.fixture
async def filled(database: Database) -> Database:
    await with_evidence(database)
    return database


@for_each("statement", REWRITES)
async def test_evidence_is_neither_changed_nor_deleted(filled: Database, statement: str) -> None:
    with pytest.raises(StorageError, match="append-only"):
        async with filled.transaction() as db:
            await db.execute(text(statement))


@pytest.mark.parametrize("url", engines.params()[1:], indirect=True)
@for_each("table", (*sorted({name.strip() for name in INTO}), "campaigns"))
async def test_evidence_is_not_truncated(filled: Database, table: str) -> None:
    with pytest.raises(StorageError, match="append-only"):
        async with filled.transaction() as db:
            await db.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A SQLite file with evidence, which no program of ours has open."""
    database = await Database.open(await migrated.copied_to(tmp_path / "clamour.db"))
    await with_evidence(database)
    await database.close()
    return tmp_path / "clamour.db"


@for_each(
    "statement",
    [
        *(
            f"{verb} INTO {table} {row}"
            for table, row in INTO.items()
            for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR FAIL")
        ),
        *UPDATES_OVER,
    ],
)
async def test_no_statement_of_another_program_takes_the_place_of_evidence(
    file: Path, tmp_path: Path, statement: str
) -> None:
    """As from the sqlite3 shell, where REPLACE deletes without asking the triggers."""
    with closing(sqlite3.connect(shutil.copy(file, tmp_path / "other.db"))) as shell:
        before = list(shell.iterdump())
        with suppress(sqlite3.IntegrityError):
            shell.execute(statement)
        shell.commit()
        assert list(shell.iterdump()) == before


async def test_an_older_database_is_guarded_and_sealed_from_then_on(url: str) -> None:
    await upgrade_to(url, "0023")
    await upgrade(url)
    database = await Database.open(url)
    await with_evidence(database)
    async with database.reading() as db:
        assert (await evidence.cover(db, "consents")).since is None
    assert not await evidence.seal(database, "consents", now=NOW)
    async with database.reading() as db:
        assert await evidence.cover(db, "consents") == evidence.Cover("consents", NOW, 3, 0)
        assert await evidence.broken(db, "consents") is None
    await database.close()


async def test_what_is_sealed_in_parts_is_read_again_in_parts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_ROWS", 3)
    monkeypatch.setattr(audit, "PAGE", 3)
    await with_evidence(database, 8)
    while await evidence.seal(database, "consents", now=NOW):
        pass
    await evidence.seal(database, "consents", now=NOW)
    async with database.reading() as db:
        assert await evidence.broken(db, "consents") is None
        assert await evidence.cover(db, "consents") == evidence.Cover("consents", NOW, 8, 0)
        assert await audit.broken(db) is None
        sealed = [one.details["up_to"] for one in await audit.page(db, 9, but=["a"])]
    assert sealed == [8, 6, 3]


FORGERIES = (
    ("consents", "UPDATE consents SET granted = NOT granted WHERE id = 2"),
    ("consents", "DELETE FROM consents WHERE id = 3"),
    ("consents", "UPDATE consents SET at = '2001-01-01 00:00:00' WHERE id = 1"),
    ("wordings", "UPDATE wordings SET text = 'We agree to everything.'"),
    ("wordings", "UPDATE wordings SET created_at = '2001-01-01 00:00:00'"),
)


@pytest.mark.parametrize(("table", "statement"), FORGERIES)
async def test_whoever_lifts_the_guard_is_found_out(
    database: Database, table: str, statement: str
) -> None:
    await with_evidence(database)
    for one in evidence.SEALED:
        await evidence.seal(database, one, now=NOW)
    async with database.transaction() as db:
        for lifted in await _unguarded(database, table):
            await db.execute(text(lifted))
        await db.execute(text(statement))
    async with database.reading() as db:
        found = {one: await evidence.broken(db, one) for one in evidence.SEALED}
        assert await audit.broken(db) is None
    last = {"consents": 3, "wordings": 1}[table]
    assert isinstance(found[table], BrokenSeal)
    assert (found[table].first, found[table].last) == (1, last)  # type: ignore[union-attr]
    assert sum(one is not None for one in found.values()) == 1


async def test_a_row_numbered_below_all_seals_is_found(database: Database) -> None:
    await with_evidence(database)
    await evidence.seal(database, "consents", now=NOW)
    async with database.transaction() as db:
        forged = INTO["consents"].replace("VALUES (1,", "VALUES (-5,")
        await db.execute(text(f"INSERT INTO consents {forged}"))
    async with database.reading() as db:
        assert await evidence.broken(db, "consents") == BrokenSeal("consents", 0, -5, 0)


async def test_a_consent_that_loses_its_person_is_as_it_was_sealed(database: Database) -> None:
    await with_evidence(database)
    await evidence.seal(database, "consents", now=NOW)
    async with database.transaction() as db:
        await db.execute(text("UPDATE supporters SET telegram_id = -3 WHERE id = 3"))
        await db.execute(text("UPDATE consents SET supporter_id = 3 WHERE id = 1"))
    async with database.reading() as db:
        assert await evidence.broken(db, "consents") is None


async def test_a_seal_never_passes_over_a_row_that_is_being_written(database: Database) -> None:
    """Numbers are given before they are committed, so a later one may be there first."""
    await with_evidence(database)

    async def one_more(telegram_id: int) -> None:
        async with database.transaction() as db:
            supporter, _ = await person(db, telegram_id)
            choice = NewConsent(supporter.id, 1, "sign", True, None, "button", NOW)
            await consents.append(db, [choice])
            await asyncio.sleep(0.002 * (telegram_id % 5))

    async def seals() -> None:
        for _ in range(10):
            with suppress(DatabaseUnavailable):
                await evidence.seal(database, "consents", now=NOW)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(one_more(who) for who in range(10, 60)), seals(), seals())
    while await evidence.seal(database, "consents", now=NOW):
        pass
    async with database.reading() as db:
        assert await evidence.broken(db, "consents") is None
        assert await evidence.cover(db, "consents") == evidence.Cover("consents", NOW, 53, 0)


async def _unguarded(database: Database, table: str) -> list[str]:
    if database.kind == "postgresql":
        return [f"ALTER TABLE {table} DISABLE TRIGGER USER"]
    async with database.reading() as db:
        names = await db.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"),
            {"t": table},
        )
        return [f"DROP TRIGGER {name}" for name in names]
