"""Keys, a person whose data is to be sealed, and a look at what lies in the tables."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select, text

from storage import comments, dialogs
from storage.database import Database
from storage.encryption import state
from storage.encryption.keyring import Keyring
from storage.tables import metadata
from tests.storage.world import NOW, campaign, person, sign

OLD, NEW = Keyring([b"o" * 32]), Keyring([b"n" * 32])
BOTH = Keyring([b"n" * 32, b"o" * 32])
NAMES = ("Augusta Ada Kíng-Noel", "augusta ada", "countess@lovelace", "Countess@Lovelace")


def silent(*_: object) -> None:
    pass


async def look_into(database: Database) -> str:
    """All that lies in the tables, as it lies there."""
    raw = await Database.open_raw(url_of(database))
    try:
        async with raw.reading() as db:
            rows = [
                tuple(row)
                for name in metadata.tables
                for row in await db.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - ours
            ]
    finally:
        await raw.close()
    return repr(rows)


def url_of(database: Database) -> str:
    return database._writers.url.render_as_string(hide_password=False)


async def ada_signs(database: Database) -> int:
    """Ada is in the middle of one form and has signed another, with a comment."""
    async with database.transaction() as db:
        made = await campaign(db)
        signed = await sign(db, made.id, name=NAMES[0], email=NAMES[3], postcode="SW1Y 4JU")
        assert signed is not None
        await comments.upsert(
            db,
            signature_id=signed.id,
            campaign_id=made.id,
            words="My mother walked there",
            permission="named",
            now=NOW,
        )
        _, dialog = await person(db)
        answers = {str(made.id): {"step": "name", "answers": {"name": NAMES[0]}}}
        await dialogs.save(db, replace(dialog, flow="sign", answers=answers))
    return made.id


async def everything(database: Database) -> list[list[Any]]:
    async with database.reading() as db:
        return [
            [tuple(row) for row in await db.execute(select(one).order_by(*one.primary_key))]
            for one in state.SEALED_TABLES
        ]
