"""The locks under which anything that counts is changed.

Take the lock first and read afterwards: what was read before may have changed while the transaction
waited. So the functions that change figures ask for a `Lock`, and `signature` reads under one.

Lock order, for PostgreSQL (SQLite has one writer):

1. people (their dialogs and rows in `supporters`), by number: `people`, `dialogs.open`,
   `dialogs.lock_in_order`
2. the campaign's row in `campaign_totals`, by campaign: `totals`, `totals_of_signer`, `count`
3. the campaign's own row, if it is closed; the invalidation's row; the inbox's conversation
4. signatures, then what waits in `pending_signatures`
5. `signature_areas`, `signature_channels`, `signature_times`
6. referral links, from a signer's own up the chain of those who asked; then what is written of
   those who come by a personal one (`referral_opens`, `referrals`), which joining its owner with
   somebody moves to another link
7. `referral_generations`, `campaign_referrals`, `referral_weeks`
8. the head of the audit log, last
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, exists, func, select, update

from storage import accounts
from storage.campaigns import Totals
from storage.database import Connection
from storage.supporters import WITH_ANY_NAME, Supporter
from storage.tables import campaign_totals, dialogs, signatures, supporters
from storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Lock:
    """Nobody else changes what counts in this campaign until the transaction ends.

    Attributes:
        last_number: the newest receipt number.
        totals: as they were when the lock was taken, or changed with it.
    """

    campaign_id: int
    last_number: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class Countable:
    """A signature as far as counting needs it. Nothing in it is encrypted, so a value that cannot
    be decrypted keeps nobody from withdrawing it, holding it back, or erasing it.

    Attributes:
        status: see storage.signatures.Signature.
        signed_at, erased_at: UTC.
    """

    id: int
    campaign_id: int
    supporter_id: int
    number: int
    status: str
    postcode: str | None
    language: str
    signed_at: datetime
    erased_at: datetime | None
    invalidation_id: int | None
    channel: str = "telegram"


COUNTABLE = tuple(signatures.c[name] for name in Countable.__slots__)
_TOTALS = tuple(
    campaign_totals.c[name] for name in ("campaign_id", "last_number", "live", "offline")
)
_ONE = (
    select(*_TOTALS)
    .where(campaign_totals.c.campaign_id == bindparam("campaign"))
    .with_for_update(key_share=True)
)
_SIGNED_BY = (
    select(*_TOTALS)
    .where(
        campaign_totals.c.campaign_id.in_(
            select(signatures.c.campaign_id).where(
                signatures.c.supporter_id == bindparam("supporter")
            )
        )
    )
    .order_by(campaign_totals.c.campaign_id)
    .with_for_update(key_share=True)
)
_LIVE = campaign_totals.c.live + bindparam("more")
_COUNT = (
    update(campaign_totals)
    .where(campaign_totals.c.campaign_id == bindparam("campaign"))
    .values(
        live=case((_LIVE < 0, 0), else_=_LIVE),
        last_number=campaign_totals.c.last_number + bindparam("given"),
        changed_at=func.coalesce(
            bindparam("now", type_=UtcDateTime()), campaign_totals.c.changed_at
        ),
    )
    .returning(*_TOTALS)
)
_SIGNATURE = select(*COUNTABLE).where(signatures.c.campaign_id == bindparam("campaign"))
_BY_ID = _SIGNATURE.where(signatures.c.id == bindparam("wanted"))
_BY_SIGNER = _SIGNATURE.where(signatures.c.supporter_id == bindparam("wanted"))


async def people(db: Connection, supporter_ids: Collection[int]) -> list[Supporter]:
    """Lock people as `dialogs.open` does, and give them as they are now, by number.

    Those who have been erased are left out.
    """
    theirs = (
        select(*WITH_ANY_NAME)
        .where(supporters.c.id.in_(supporter_ids), accounts.somebodys(supporters.c.telegram_id))
        .order_by(supporters.c.id)
    )
    in_dialog = theirs.join(dialogs, dialogs.c.supporter_id == supporters.c.id).with_for_update(
        of=[dialogs, supporters], key_share=True
    )
    found = [Supporter(*row) for row in await db.execute(in_dialog)]
    silent = set(supporter_ids) - {one.id for one in found}
    if silent:  # nobody whom an update of their own could be about
        without = theirs.where(
            supporters.c.id.in_(silent),
            ~exists().where(dialogs.c.supporter_id == supporters.c.id),
        ).with_for_update(key_share=True)
        found += [Supporter(*row) for row in await db.execute(without)]
    return found


async def totals(db: Connection, campaign_id: int) -> Lock:
    """Lock what counts in a campaign."""
    row = (await db.execute(_ONE, {"campaign": campaign_id})).one()
    return Lock(row.campaign_id, row.last_number, Totals(row.live, row.offline))


async def totals_of_signer(db: Connection, supporter_id: int) -> Mapping[int, Lock]:
    """Lock what counts in each campaign that a person has ever signed, by campaign."""
    rows = await db.execute(_SIGNED_BY, {"supporter": supporter_id})
    return {
        row.campaign_id: Lock(row.campaign_id, row.last_number, Totals(row.live, row.offline))
        for row in rows
    }


async def count(
    db: Connection, campaign_id: int, *, live: int, numbers: int = 0, now: datetime | None = None
) -> Lock:
    """Change the totals, and so lock them; `now` (UTC) is when the count is said to have changed.

    A total that is wrong already stays at none rather than refuse what a person has a right to;
    see storage.drift.
    """
    changed = await db.execute(
        _COUNT, {"campaign": campaign_id, "more": live, "given": numbers, "now": now}
    )
    row = changed.one()
    return Lock(row.campaign_id, row.last_number, Totals(row.live, row.offline))


async def signature(
    db: Connection, lock: Lock, *, signature_id: int | None = None, supporter_id: int | None = None
) -> Countable | None:
    """A signature of the campaign as it stands under the lock, by its id or its signer."""
    by_id = signature_id is not None
    wanted, statement = (signature_id, _BY_ID) if by_id else (supporter_id, _BY_SIGNER)
    found = await db.execute(statement, {"campaign": lock.campaign_id, "wanted": wanted})
    row = found.one_or_none()
    return Countable(*row) if row else None
