"""Signers who have been erased, by keyed hashes: so that nobody counts twice by being erased, and
what staff have decided about a signature holds."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, update

from storage.database import Connection
from storage.signatures import Signature
from storage.tables import erased_signers as table
from storage.tables import signatures
from storage.upsert import insert_if_absent

CAMPAIGN, EVERYWHERE = "campaign", "everywhere"


@dataclass(frozen=True, slots=True)
class ErasedSigner:
    """What is left of a signer in one campaign.

    Attributes:
        blocked: CAMPAIGN or EVERYWHERE, if the account was blocked there; else None.
        signature: their signature in the campaign, which is nobody's now.
    """

    blocked: str | None
    signature: Signature | None


async def keep_signature(db: Connection, campaign_id: int, hash_: str, signature_id: int) -> None:
    """Keep which signature was theirs; the newest counts."""
    if not await _add(db, campaign_id, hash_, signature_id, None):
        await db.execute(
            update(table)
            .where(table.c.campaign_id == campaign_id, table.c.hash == hash_)
            .values(signature_id=signature_id)
        )


async def keep_block(
    db: Connection, campaign_id: int, hash_: str, blocked: str, found_by: int | None
) -> None:
    """Keep that they are blocked: CAMPAIGN or EVERYWHERE.

    Args:
        found_by: a signature of theirs, of any campaign, by which staff find the block again;
            one that is kept already stays.
    """
    if not await _add(db, campaign_id, hash_, found_by, blocked):
        there = [table.c.campaign_id == campaign_id, table.c.hash == hash_]
        if blocked != EVERYWHERE:
            there.append(table.c.blocked.is_(None))
        await db.execute(update(table).where(*there).values(blocked=blocked))


async def _add(
    db: Connection, campaign_id: int, hash_: str, signature_id: int | None, blocked: str | None
) -> bool:
    made = await db.execute(
        insert_if_absent(db, table, table.c.hash),
        {
            "campaign_id": campaign_id,
            "hash": hash_,
            "signature_id": signature_id,
            "blocked": blocked,
        },
    )
    return made.scalar_one_or_none() is not None


async def find(db: Connection, campaign_id: int, hashes: Collection[str]) -> list[ErasedSigner]:
    """What is kept under any of these hashes."""
    rows = await db.execute(_FIND, {"campaign": campaign_id, "hashes": hashes})
    return [
        ErasedSigner(blocked, Signature(*signature) if signature[0] is not None else None)
        for blocked, *signature in rows
    ]


async def block_of(db: Connection, campaign_id: int, signature_id: int) -> str | None:
    """How the erased account behind a signature is blocked in a campaign, if it is."""
    found: str | None = await db.scalar(
        select(table.c.blocked)
        .where(
            table.c.campaign_id == campaign_id,
            table.c.signature_id == signature_id,
            table.c.blocked.is_not(None),
        )
        .limit(1)
    )
    return found


async def block(
    db: Connection, signature_id: int, blocked: str, *, campaign_id: int | None
) -> bool:
    """Block the erased account behind a signature: CAMPAIGN or EVERYWHERE.

    Args:
        campaign_id: in this campaign alone; None: in all that something is kept of it in.

    Returns:
        False if nothing is kept of it, or it is blocked already.
    """
    weaker = (CAMPAIGN,) if blocked == EVERYWHERE else ()
    done = await db.execute(
        update(table)
        .where(
            _of(signature_id, campaign_id), table.c.blocked.is_(None) | table.c.blocked.in_(weaker)
        )
        .values(blocked=blocked)
    )
    return bool(done.rowcount)


async def unblock(
    db: Connection, signature_id: int, blocked: str, *, campaign_id: int | None
) -> bool:
    """Let the erased account behind a signature sign again where it is blocked in this way.

    Returns:
        False if it is not.
    """
    done = await db.execute(
        update(table)
        .where(_of(signature_id, campaign_id), table.c.blocked == blocked)
        .values(blocked=None)
    )
    return bool(done.rowcount)


async def drop(db: Connection, campaign_id: int) -> None:
    """Forget all of a campaign's."""
    await db.execute(delete(table).where(table.c.campaign_id == campaign_id))


async def drop_needless(db: Connection, campaign_id: int) -> None:
    """Forget those that stand for nothing any more: not blocked, and their signature neither
    counts nor is held back."""
    needed = (
        select(signatures.c.id)
        .where(
            _OWN_SIGNATURE,
            or_(signatures.c.status == "live", signatures.c.invalidation_id.is_not(None)),
        )
        .exists()
    )
    await db.execute(
        delete(table).where(table.c.campaign_id == campaign_id, table.c.blocked.is_(None), ~needed)
    )


_OWN_SIGNATURE = and_(
    signatures.c.id == table.c.signature_id, signatures.c.campaign_id == table.c.campaign_id
)
_FIND = (
    select(table.c.blocked, *(signatures.c[name] for name in Signature.__slots__))
    .outerjoin(signatures, _OWN_SIGNATURE)
    .where(
        table.c.campaign_id == bindparam("campaign"),
        table.c.hash.in_(bindparam("hashes", expanding=True)),
    )
    .order_by(table.c.hash)
)


def _of(signature_id: int, campaign_id: int | None) -> ColumnElement[bool]:
    theirs = table.c.signature_id == signature_id
    return theirs if campaign_id is None else theirs & (table.c.campaign_id == campaign_id)
