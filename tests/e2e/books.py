"""Whether the database says of a crowd that everybody signed, once."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from storage import campaigns
from storage.database import Connection, Database
from storage.dialogs import SERIALS_SINCE
from storage.tables import consents, dialogs, signatures, supporters
from tests.e2e.signers import Signer


async def say_once(url: str, signers: Sequence[Signer]) -> None:
    """Each has one signature, one entry for each consent, and took every step once; the numbers
    have no gap and the total shown is a fresh count."""
    database = await Database.open(url)
    try:
        async with database.reading() as db:
            campaign = await campaigns.by_slug(db, "keep-the-unit")
            assert campaign is not None
            kept = await campaigns.totals(db, campaign.id)
            assert kept == await campaigns.recount(db, campaign.id)
            assert kept.live == len(signers)
            await _signatures_are_single(db, signers)
            await _consents_are_single(db, signers)
            await _steps_are_single(db, signers)
    finally:
        await database.close()


async def _signatures_are_single(db: Connection, signers: Sequence[Signer]) -> None:
    rows = await db.execute(
        select(supporters.c.telegram_id, signatures.c.number, signatures.c.status).join_from(
            signatures, supporters
        )
    )
    found = rows.all()
    assert sorted(row.telegram_id for row in found) == sorted(signer.id for signer in signers)
    assert sorted(row.number for row in found) == list(range(1, len(signers) + 1))
    assert {row.status for row in found} == {"live"}


async def _consents_are_single(db: Connection, signers: Sequence[Signer]) -> None:
    rows = await db.execute(
        select(supporters.c.telegram_id, consents.c.purpose, consents.c.granted).join_from(
            consents, supporters
        )
    )
    written = Counter((row.telegram_id, row.purpose, row.granted) for row in rows)
    chosen = Counter(
        entry
        for signer in signers
        for entry in (
            (signer.id, "sign", True),
            (signer.id, "updates", signer.wants_updates),
        )
    )
    assert written == chosen


async def _steps_are_single(db: Connection, signers: Sequence[Signer]) -> None:
    rows = await db.execute(
        select(supporters.c.telegram_id, supporters.c.created_at, dialogs.c.serial).join_from(
            dialogs, supporters
        )
    )
    taken = {
        row.telegram_id: row.serial - int((row.created_at - SERIALS_SINCE).total_seconds())
        for row in rows
    }
    assert taken == {signer.id: signer.answers for signer in signers}
