"""Signatures of two people who are one: whose each is, before one of two is withdrawn.

Everything here happens under the lock of the campaign's totals.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, union, update

from storage import accounts
from storage.database import Connection
from storage.locks import Countable
from storage.tables import (
    pending_signatures,
    referral_links,
    referrals,
    signature_flags,
    signatures,
    supporters,
)

_ORDER = ("live", "invalidated", "held", "pending", "withdrawn")


@dataclass(frozen=True, slots=True)
class Sides:
    """The numbers of two people who are one from now on."""

    loser: int
    survivor: int


async def campaigns_of(db: Connection, both: Sides) -> list[int]:
    """The campaigns in which either has signed, has a link, or came by one; in order."""
    theirs = (both.loser, both.survivor)
    found = await db.scalars(
        union(
            *(
                select(table.c.campaign_id).where(table.c.supporter_id.in_(theirs))
                for table in (signatures, referral_links, referrals)
            )
        )
    )
    return sorted(found)


def older(one: Countable, other: Countable) -> Countable:
    """Which of two signatures of one person stands: one that counts before one that staff hold
    back, that before one that waits for a code; of two alike the older.

    What staff have held back stays known as that, also if it was withdrawn afterwards.
    """
    return min(one, other, key=_place)


def _place(one: Countable) -> tuple[int, datetime, int]:
    was_held = one.status == "withdrawn" and one.invalidation_id is not None
    return _ORDER.index("held" if was_held else one.status), one.signed_at, one.id


async def give(db: Connection, signature: Countable, supporter_id: int) -> None:
    """Let a signature be somebody else's, who has none under this petition."""
    await _own(db, signature.id, supporter_id)
    await db.execute(
        update(pending_signatures)
        .where(pending_signatures.c.signature_id == signature.id)
        .values(supporter_id=supporter_id)
    )


async def swap(db: Connection, one: Countable, other: Countable, now: datetime) -> None:
    """Let two signatures under one petition change their owners."""
    made = await db.execute(
        insert(supporters)
        .values(telegram_id=-accounts.new_account(), first_name="", reachable=False, created_at=now)
        .returning(supporters.c.id)
    )
    for_now = made.scalar_one()
    await _own(db, one.id, for_now)
    await give(db, other, one.supporter_id)
    await give(db, one, other.supporter_id)
    await db.execute(delete(supporters).where(supporters.c.id == for_now))


async def forget_flags(db: Connection, one: Countable, other: Countable) -> None:
    """Two signatures of one person are alike; staff have nothing to decide about that any more."""
    pair = (one.id, other.id)
    await db.execute(
        delete(signature_flags).where(
            signature_flags.c.signature_id.in_(pair), signature_flags.c.other_signature_id.in_(pair)
        )
    )


async def _own(db: Connection, signature_id: int, supporter_id: int) -> None:
    await db.execute(
        update(signatures).where(signatures.c.id == signature_id).values(supporter_id=supporter_id)
    )
