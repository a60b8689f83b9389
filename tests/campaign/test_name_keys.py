"""Promises of names that an older version folded: each is compared by the new rule."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from campaign import fields
from campaign.signing import sign
from campaign.signing.choices import Choices
from campaign.signing.name_keys import refold_names
from storage import lookalikes, name_keys
from storage.database import Database
from storage.tables import signatures
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
NAMES = ["Ada Lovelace", "Аdа Lovelace", "Mary Somerville", *(f"Nia {n}" for n in range(7))]


async def test_names_folded_by_an_older_version_are_folded_afresh_and_told_of(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_keys, "PAGE", 3)
    monkeypatch.setattr(name_keys, "_PAGE", name_keys._PAGE.limit(3))
    petition = await petitions.published(database, "unit", NOW)
    async with database.transaction() as db:
        for number, name in enumerate(NAMES):
            supporter = await petitions.person(db, 100 + number, NOW)
            await sign.sign(
                db,
                petition,
                supporter,
                {"name": name, "postcode": "SW1A 1AA"},
                choices=Choices(),
                shown=petition.shown("en"),
                language="en",
                now=NOW,
            )
        await db.execute(text("DELETE FROM signature_flags"))
        await db.execute(text("UPDATE signatures SET name_key = full_name"))
    rounds = 1
    while await refold(database):
        rounds += 1
    async with database.reading() as db:
        rows = await db.execute(select(signatures.c.full_name, signatures.c.name_key))
        kept = {row.full_name: row.name_key for row in rows}
        (pair,) = await lookalikes.open_ones(db, petition.id, 10)
    assert kept == {name: fields.name_key(name) for name in NAMES}
    assert {pair.full_name, pair.other_name} == set(NAMES[:2])
    assert rounds == 4
    assert not await refold(database), "once is enough"


async def refold(database: Database) -> bool:
    async with database.transaction() as db:
        return await refold_names(db, now=NOW)
