"""What encryption costs: people sign in a plain and in an encrypted database, in turns, and a name
is looked for by a part of it in both. Time is the processor's: others disturb it less."""

import asyncio
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from storage import campaigns, dialogs, invalidation_search, wordings
from storage import signatures as kept
from storage.campaigns import Campaign
from storage.database import Connection, Database
from storage.encryption.keyring import Keyring, new_key
from storage.encryption.rewrite import reseal
from storage.invalidation_search import Rule
from storage.migrate import upgrade
from storage.signatures import NewSignature
from storage.tables import signatures, supporters

PLAIN = "Clamour, not encrypted"
TURNS, PEOPLE, STEPS, SIGNATURES = 4, 50, 6, 10_000
NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (below 1: what it costs)."""
    keyring = Keyring.read(new_key())
    return [await _signing(keyring), await _names(keyring)]


async def _signing(keyring: Keyring) -> dict[str, Any]:
    """What the database costs in a whole conversation: six steps of the form, each kept, and the
    signature with a look for doubles."""
    spent = {None: 0.0, keyring: 0.0}
    for turn in range(TURNS):
        for one in (None, keyring) if turn % 2 == 0 else (keyring, None):
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite+aiosqlite:///{Path(folder) / 'clamour.db'}"
                await upgrade(url)
                database = await Database.open(url, keyring=one)
                async with database.transaction() as db:
                    made = await _campaign(db)
                begun = time.process_time()
                for person in range(1, PEOPLE + 1):
                    await _signs(database, *made, person)
                spent[one] += time.process_time() - begun
                await database.close()
    plain, sealed = (1000 * spent[one] / TURNS / PEOPLE for one in (None, keyring))
    return _row(
        "encrypted: the database's part of a signature", sealed, plain, "ms", plain / sealed
    )


async def _signs(database: Database, made: Campaign, wording_id: int, person: int) -> None:
    answers: dict[str, str] = {}
    for step in range(STEPS):
        async with database.transaction() as db:
            supporter, dialog = await dialogs.open(
                db, telegram_id=person, first_name="Nia", telegram_language="en", now=NOW
            )
            answers |= {f"answer {step}": f"Nia Johnson {person}, of Cardiff"}
            form = {str(made.id): {"step": "name", "answers": answers}}
            await dialogs.save(db, replace(dialog, flow="sign", answers=form))
    async with database.transaction() as db:
        new = NewSignature(
            campaign_id=made.id,
            supporter_id=supporter.id,
            full_name=f"Nia Johnson {person}",
            postcode="CF10 1AA",
            email=f"nia{person}@example.org",
            phone=None,
            country=None,
            comment="My grandmother learned to read there.",
            name_key=f"nia johnson {person}",
            petition_wording_id=wording_id,
            language="en",
            signed_at=NOW,
        )
        recorded = await kept.record(db, new)
        assert recorded is not None
        await kept.lookalikes(db, recorded.signature)
        await dialogs.save(db, replace(dialog, flow="", answers={}))


async def _campaign(db: Connection) -> tuple[Campaign, int]:
    made = await campaigns.upsert(db, slug="a", status="open", goal=1, definition={}, now=NOW)
    text = await wordings.keep(
        db, campaign_id=made.id, kind="petition", language="en", text="Keep it.", now=NOW
    )
    return made, text.id


async def _names(keyring: Keyring) -> dict[str, Any]:
    """How long a rule with a wildcard takes, and how fast a database is encrypted."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'clamour.db'}"
        await upgrade(url)
        plain = await _looking(url, None)
        begun = time.process_time()
        await reseal(url, keyring, tell=lambda *_: None)
        each = 1000 * (time.process_time() - begun) / SIGNATURES
        sealed = await _looking(url, keyring)
    print(f"Encrypting a database that is there: {each:.2f} ms of CPU a signature and person.")
    name = f"encrypted: a rule with * among {SIGNATURES:,} names, CPU"
    return _row(name, 1000 * sealed, 1000 * plain, "ms", plain / sealed)


async def _looking(url: str, keyring: Keyring | None) -> float:
    """Seconds; the plain one is filled first."""
    database = await Database.open(url, keyring=keyring)
    try:
        if keyring is None:
            await _fill(database)
        async with database.reading() as db:
            begun = time.process_time()
            found = await invalidation_search.count(db, 1, Rule(name="*son 77*"))
            assert found > 0
            return time.process_time() - begun
    finally:
        await database.close()


async def _fill(database: Database) -> None:
    async with database.transaction() as db:
        made, wording_id = await _campaign(db)
        numbers = range(1, SIGNATURES + 1)
        person = {"reachable": True, "created_at": NOW}
        await db.execute(
            insert(supporters),
            [{"telegram_id": n, "first_name": f"Nia {n}", **person} for n in numbers],
        )
        common = {
            "campaign_id": made.id,
            "status": "live",
            "postcode": "CF10 1AA",
            "petition_wording_id": wording_id,
            "language": "en",
            "signed_at": NOW,
        }
        await db.execute(
            insert(signatures),
            [
                {
                    "supporter_id": n,
                    "number": n,
                    "full_name": f"Nia Johnson {n}",
                    "name_key": f"nia johnson {n}",
                    "email": f"nia{n}@example.org",
                    "email_key": f"nia{n}@example.org",
                    **common,
                }
                for n in numbers
            ],
        )


def _row(name: str, value: float, plain: float, unit: str, ratio: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "peer": PLAIN,
        "peer_value": round(plain, 1),
        "ratio": round(ratio, 2),
    }


if __name__ == "__main__":
    for one in asyncio.run(measure()):
        print(one)
