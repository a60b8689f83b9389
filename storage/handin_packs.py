"""Hand-in packs: the signatures they are made of, how far each is, and what proves a signature."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, select, update

from storage.database import Connection
from storage.tables import consents, handin_blocks, handin_packs, signatures, wordings
from storage.wordings import Wording

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack that was asked for.

    Attributes:
        profile: "full" or "redacted".
        status: "queued", "making", "done" or "failed".
        salt_key: 32 random bytes, from which the salt of each signature is derived.
        requested_by: a supporter's id; None from the command line.
        requested_at, ended_at: UTC.
        progress: chat and message in which its progress is shown; None if nowhere.
        signatures: how many stand in it; None until it is done.
        total: with those on paper.
        root: of the Merkle tree, hexadecimal.
        attempts: how often making it has begun without coming to an end.
        seal: over all files, hexadecimal; None of packs made before it was kept.
    """

    id: int
    campaign_id: int
    profile: str
    status: str
    salt_key: bytes
    requested_by: int | None
    requested_at: datetime
    ended_at: datetime | None
    progress: dict[str, Any] | None
    signatures: int | None
    total: int | None
    root: str | None
    attempts: int
    seal: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A signature that goes into a pack; signed_at in UTC."""

    number: int
    full_name: str | None
    postcode: str | None
    country: str | None
    language: str
    signed_at: datetime
    petition_wording_id: int


@dataclass(frozen=True, slots=True)
class Counts:
    """All signatures ever given in the chat, and those of them that are not handed in."""

    given: int
    withdrawn: int
    without_consent: int


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a pack's Merkle tree.

    Attributes:
        place: which one, from 0.
        receipts: the signers' numbers in order, 8 bytes each, highest byte first.
        hashes: of the leaves, 32 bytes each.
        root: of this block alone.
    """

    place: int
    least: int
    most: int
    receipts: bytes
    hashes: bytes
    root: bytes


_COLUMNS = tuple(handin_packs.c[name] for name in Pack.__slots__)
_WAITS = and_(
    handin_packs.c.status.in_(("queued", "making")), handin_packs.c.requested_by.is_not(None)
)
_GRANTED = (
    select(consents.c.granted)
    .where(
        consents.c.supporter_id == signatures.c.supporter_id,
        consents.c.campaign_id == signatures.c.campaign_id,
        consents.c.purpose == "sign",
    )
    .order_by(consents.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LIVE = and_(signatures.c.campaign_id == bindparam("campaign"), signatures.c.status == "live")
_HANDED_OVER = and_(_LIVE, signatures.c.erased_at.is_(None), func.coalesce(_GRANTED, False))
"""Not of who is erased: their signature may be counted still, and nothing is known of it."""
_PAGE = (
    select(*(signatures.c[name] for name in Standing.__slots__))
    .where(_HANDED_OVER, signatures.c.number > bindparam("after"))
    .order_by(signatures.c.number)
    .limit(PAGE)
)


async def standing(db: Connection, campaign_id: int) -> AsyncIterator[list[Standing]]:
    """Every live signature whose signer agrees to its being handed over, page by page, in the order
    of their numbers."""
    after = 0
    while True:
        rows = await db.execute(_PAGE, {"campaign": campaign_id, "after": after})
        page = [Standing(*row) for row in rows]
        if not page:
            return
        yield page
        after = page[-1].number


async def counts(db: Connection, campaign_id: int) -> Counts:
    """Counted afresh: it takes as long as there are many."""
    of_campaign = signatures.c.campaign_id == campaign_id
    given = await db.scalar(select(func.count()).select_from(signatures).where(of_campaign))
    live = {"campaign": campaign_id}
    standing = await db.scalar(select(func.count()).select_from(signatures).where(_LIVE), live)
    agreed = await db.scalar(
        select(func.count()).select_from(signatures).where(_HANDED_OVER),
        live,
    )
    return Counts(given or 0, (given or 0) - (standing or 0), (standing or 0) - (agreed or 0))


async def wordings_of(db: Connection, campaign_id: int) -> dict[int, Wording]:
    """Every version of the petition's text, by id."""
    columns = [wordings.c[name] for name in Wording.__slots__]
    rows = await db.execute(
        select(*columns).where(wordings.c.campaign_id == campaign_id, wordings.c.kind == "petition")
    )
    return {row.id: Wording(*row) for row in rows}


async def add(
    db: Connection,
    *,
    campaign_id: int,
    profile: str,
    salt_key: bytes,
    requested_by: int | None,
    now: datetime,
    status: str = "queued",
) -> Pack:
    """Ask for a pack.

    Args:
        status: "making" where it is made at once, beside the queue.
        now: UTC.
    """
    made = await db.execute(
        insert(handin_packs)
        .values(
            campaign_id=campaign_id,
            profile=profile,
            status=status,
            salt_key=salt_key,
            requested_by=requested_by,
            requested_at=now,
        )
        .returning(*_COLUMNS)
    )
    return Pack(*made.one())


async def of(db: Connection, pack_id: int) -> Pack | None:
    """The pack of this number."""
    row = (await db.execute(select(*_COLUMNS).where(handin_packs.c.id == pack_id))).one_or_none()
    return Pack(*row) if row else None


async def waiting(db: Connection, campaign_id: int | None = None) -> Pack | None:
    """The oldest that was asked for in the chat and is not made, also one begun and left."""
    query = select(*_COLUMNS).where(_WAITS)
    if campaign_id is not None:
        query = query.where(handin_packs.c.campaign_id == campaign_id)
    row = (await db.execute(query.order_by(handin_packs.c.id).limit(1))).one_or_none()
    return Pack(*row) if row else None


async def newest_begun(db: Connection, campaign_id: int) -> Pack | None:
    """The newest that has read the signatures, or may have: what is changed now is not in it."""
    found = await db.execute(
        select(*_COLUMNS)
        .where(
            handin_packs.c.campaign_id == campaign_id,
            handin_packs.c.status.in_(("making", "done")),
        )
        .order_by(handin_packs.c.id.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return Pack(*row) if row else None


async def claim(db: Connection) -> Pack | None:
    """Take the next that waits, those tried before last, and count the attempt, which stays counted
    if the process does not live to give it back."""
    pack_id = await db.scalar(
        select(handin_packs.c.id)
        .where(_WAITS)
        .order_by(handin_packs.c.attempts, handin_packs.c.id)
        .limit(1)
    )
    if pack_id is None:
        return None
    claimed = await db.execute(
        update(handin_packs)
        .where(handin_packs.c.id == pack_id)
        .values(status="making", attempts=handin_packs.c.attempts + 1)
        .returning(*_COLUMNS)
    )
    return Pack(*claimed.one())


async def give_back(db: Connection, pack_id: int) -> None:
    """Uncount an attempt that was broken off for no fault of the pack's."""
    await db.execute(
        update(handin_packs)
        .where(handin_packs.c.id == pack_id, handin_packs.c.attempts > 0)
        .values(attempts=handin_packs.c.attempts - 1)
    )


async def newest(db: Connection, campaign_id: int) -> Pack | None:
    """The pack that was made last."""
    row = (
        await db.execute(
            select(*_COLUMNS)
            .where(handin_packs.c.campaign_id == campaign_id, handin_packs.c.status == "done")
            .order_by(handin_packs.c.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return Pack(*row) if row else None


async def with_seal(db: Connection, seal: str) -> Pack | None:
    """The pack that this seal was kept of."""
    return await _where(db, handin_packs.c.seal == seal)


async def with_root(db: Connection, root: str) -> Pack | None:
    """The newest pack with these signatures in this order."""
    return await _where(db, handin_packs.c.root == root)


async def _where(db: Connection, condition: ColumnElement[bool]) -> Pack | None:
    found = select(*_COLUMNS).where(condition, handin_packs.c.status == "done")
    row = (await db.execute(found.order_by(handin_packs.c.id.desc()).limit(1))).one_or_none()
    return Pack(*row) if row else None


async def change(db: Connection, pack_id: int, **values: Any) -> None:
    """Change what is kept of a pack."""
    await db.execute(update(handin_packs).where(handin_packs.c.id == pack_id).values(values))


async def keep_blocks(db: Connection, pack_id: int, blocks: Iterable[Block]) -> None:
    """Keep what proves each signature of a pack, in place of what was kept of it before."""
    await db.execute(delete(handin_blocks).where(handin_blocks.c.pack_id == pack_id))
    names = Block.__slots__
    for block in blocks:
        values = {name: getattr(block, name) for name in names}
        await db.execute(insert(handin_blocks).values(pack_id=pack_id, **values))


async def blocks_with(db: Connection, pack_id: int, receipt: int) -> list[Block]:
    """The few blocks in which a signer's number may be."""
    rows = await db.execute(
        select(*(handin_blocks.c[name] for name in Block.__slots__))
        .where(
            handin_blocks.c.pack_id == pack_id,
            handin_blocks.c.least <= receipt,
            handin_blocks.c.most >= receipt,
        )
        .order_by(handin_blocks.c.place)
    )
    return [Block(*row) for row in rows]


async def block_roots(db: Connection, pack_id: int) -> list[bytes]:
    """The root of each block, in order."""
    rows = await db.scalars(
        select(handin_blocks.c.root)
        .where(handin_blocks.c.pack_id == pack_id)
        .order_by(handin_blocks.c.place)
    )
    return list(rows)
