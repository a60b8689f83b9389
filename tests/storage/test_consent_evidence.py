"""Promises of the ledger: all that can change of a row is whose it was, and only to nobody."""

import pytest
from sqlalchemy import text

from storage import consents, wordings
from storage.consents import NewConsent
from storage.database import Connection, Database
from storage.errors import StorageError
from tests.storage.world import NOW, campaign, person


async def a_consent(db: Connection) -> None:
    made = await campaign(db)
    wording = (await wordings.latest(db, made.id))["petition", "en"]
    for telegram_id in (7, 8, 9):
        supporter, _ = await person(db, telegram_id)
        choice = NewConsent(supporter.id, made.id, "sign", True, wording.id, "button", NOW)
        await consents.append(db, [choice])
    await db.execute(text("UPDATE supporters SET telegram_id = -telegram_id WHERE telegram_id = 9"))


async def test_the_person_can_be_taken_from_the_evidence(database: Database) -> None:
    async with database.transaction() as db:
        await a_consent(db)
        await db.execute(text("UPDATE consents SET supporter_id = 3 WHERE id = 1"))
        assert await db.scalar(text("SELECT supporter_id FROM consents WHERE id = 1")) == 3


@pytest.mark.parametrize(
    "change",
    [
        "supporter_id = 2",
        "supporter_id = 3, granted = NOT granted",
        "supporter_id = 3, purpose = 'updates'",
        "supporter_id = 3, wording_id = NULL",
        "supporter_id = 3, method = 'command'",
        "supporter_id = 3, campaign_id = NULL",
        "supporter_id = 3, at = '2001-01-01 00:00:00'",
        "granted = NOT granted",
    ],
)
async def test_nothing_else_of_it_can_be_changed(database: Database, change: str) -> None:
    async with database.transaction() as db:
        await a_consent(db)
    with pytest.raises(StorageError, match="append-only"):
        async with database.transaction() as db:
            await db.execute(text(f"UPDATE consents SET {change} WHERE id = 1"))  # noqa: S608
