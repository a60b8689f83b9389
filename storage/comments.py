"""Why people have signed, in their words, and what may be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    bindparam,
    delete,
    false,
    func,
    not_,
    null,
    select,
    update,
)

from storage.database import Connection
from storage.tables import comments as table
from storage.tables import signatures
from storage.upsert import insert_if_absent

Permission = Literal["none", "named", "unnamed"]


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment under a live signature.

    Attributes:
        permission: "none", "named" (with first name and postcode district) or "unnamed"; None if
            it was given with the signature and its writer has not been asked.
        chosen: whether staff have chosen it for the hand-in.
        shown: whether staff have let visitors read it, as it stands: one that has been written or
            permitted again since has to be looked at again.
        full_name, postcode: as they stand under the signature.
    """

    signature_id: int
    words: str
    permission: str | None
    chosen: bool
    full_name: str | None
    postcode: str | None
    shown: bool


_LIVE = signatures.c.status == "live"
_MAY_BE_READ = (table.c.permission != "none") & (table.c.shown_at >= table.c.written_at)
_OF_SIGNATURE = (
    select(
        table.c.signature_id,
        table.c.words,
        table.c.permission,
        table.c.chosen,
        signatures.c.full_name,
        signatures.c.postcode,
        func.coalesce(_MAY_BE_READ, false()).label("shown"),
    )
    .join(signatures, signatures.c.id == table.c.signature_id)
    .where(_LIVE)
)
_SHOWN = _OF_SIGNATURE.where(
    table.c.campaign_id == bindparam("campaign"), table.c.shown_at.is_not(None), _MAY_BE_READ
).order_by(table.c.signature_id.desc())
# Two lookups, each by its own index and bounded, for comments are few among many signatures.
_OF_STEP = (
    _OF_SIGNATURE.where(
        table.c.campaign_id == bindparam("campaign"), table.c.signature_id < bindparam("before")
    )
    .order_by(table.c.signature_id.desc())
    .limit(bindparam("limit"))
)
_OF_FORM = (
    select(
        signatures.c.id.label("signature_id"),
        signatures.c.comment,
        null(),
        false(),
        signatures.c.full_name,
        signatures.c.postcode,
        false().label("shown"),
    )
    .outerjoin(table, table.c.signature_id == signatures.c.id)
    .where(
        signatures.c.campaign_id == bindparam("campaign"),
        signatures.c.id < bindparam("before"),
        signatures.c.comment.is_not(None),
        table.c.signature_id.is_(None),
        _LIVE,
    )
    .order_by(signatures.c.id.desc())
    .limit(bindparam("limit"))
)


async def of(db: Connection, signature_id: int) -> Comment | None:
    """What has been said under this signature beyond the form's own question."""
    row = (
        await db.execute(_OF_SIGNATURE.where(table.c.signature_id == signature_id))
    ).one_or_none()
    return Comment(*row) if row else None


async def locked(db: Connection, signature_id: int) -> Comment | None:
    """The same, which nobody changes until the transaction ends."""
    await db.execute(
        select(table.c.signature_id).where(table.c.signature_id == signature_id).with_for_update()
    )
    return await of(db, signature_id)


async def upsert(
    db: Connection,
    *,
    signature_id: int,
    campaign_id: int,
    words: str,
    permission: Permission,
    now: datetime,
) -> None:
    """Keep a comment; one that is there gets these words, is shown to visitors no longer, and is
    chosen no longer if they are others, or may be quoted no longer. `now` is UTC."""
    values = {
        "signature_id": signature_id,
        "campaign_id": campaign_id,
        "words": words,
        "permission": permission,
        "chosen": False,
        "written_at": now,
    }
    made = await db.execute(insert_if_absent(db, table, table.c.signature_id), values)
    if made.scalar_one_or_none() is not None:
        return
    ours = table.c.signature_id == signature_id
    before = await db.scalar(select(table.c.words).where(ours).with_for_update())
    unchosen = {"chosen": False} if before != words or permission == "none" else {}
    await db.execute(
        update(table)
        .where(ours)
        .values(words=words, permission=permission, written_at=now, shown_at=None, **unchosen)
    )


async def remove(db: Connection, signature_id: int) -> str | None:
    """Take a comment away; gives the permission it had, None if there was none."""
    gone = await db.execute(
        delete(table).where(table.c.signature_id == signature_id).returning(table.c.permission)
    )
    found: str | None = gone.scalar_one_or_none()
    return found


async def choose(db: Connection, campaign_id: int, signature_id: int, *, chosen: bool) -> bool:
    """Mark a comment for the hand-in, or unmark it; False if it may not be quoted."""
    done = await db.execute(
        update(table)
        .where(
            table.c.signature_id == signature_id,
            table.c.campaign_id == campaign_id,
            table.c.permission != "none",
        )
        .values(chosen=chosen)
    )
    return bool(done.rowcount)


async def show(
    db: Connection, campaign_id: int, signature_id: int, *, shown_at: datetime | None
) -> bool:
    """Let visitors read a comment from now on (UTC), or no more (None); False if it may not be
    quoted."""
    done = await db.execute(
        update(table)
        .where(
            table.c.signature_id == signature_id,
            table.c.campaign_id == campaign_id,
            table.c.permission != "none",
        )
        .values(shown_at=shown_at)
    )
    return bool(done.rowcount)


async def shown(
    db: Connection, campaign_id: int, *, limit: int, past: int = 0
) -> Sequence[Comment]:
    """Those that visitors may read at this moment, newest signature first.

    Args:
        past: leave out so many.
    """
    query = _SHOWN.limit(limit).offset(past)
    return [Comment(*row) for row in await db.execute(query, {"campaign": campaign_id})]


async def count_shown(db: Connection, campaign_id: int) -> int:
    """How many visitors may read."""
    counted = select(func.count()).select_from(_SHOWN.order_by(None).subquery())
    return await db.scalar(counted, {"campaign": campaign_id}) or 0


async def page(db: Connection, campaign_id: int, *, before: int, limit: int) -> Sequence[Comment]:
    """Comments under live signatures with smaller ids, newest signature first: those of the step,
    and those given with the signature whose writer has not been asked."""
    given = {"campaign": campaign_id, "before": before, "limit": limit}
    found = [
        Comment(*row) for query in (_OF_STEP, _OF_FORM) for row in await db.execute(query, given)
    ]
    return sorted(found, key=lambda one: one.signature_id, reverse=True)[:limit]


async def chosen(db: Connection, campaign_id: int) -> Sequence[Comment]:
    """Those chosen for the hand-in, oldest signature first. Each may be quoted at this moment."""
    rows = await db.execute(
        _OF_SIGNATURE.where(
            table.c.campaign_id == campaign_id, table.c.chosen, table.c.permission != "none"
        ).order_by(table.c.signature_id)
    )
    return [Comment(*row) for row in rows]


async def written_since(
    db: Connection, campaign_id: int, since: datetime, *, undecided: bool = False
) -> int:
    """How many have been written or changed since then (UTC).

    Args:
        undecided: only those that staff have neither shown to visitors nor chosen for the hand-in.
    """
    query = select(func.count()).where(
        table.c.campaign_id == campaign_id, table.c.written_at >= since
    )
    if undecided:
        query = query.where(table.c.shown_at.is_(None), not_(table.c.chosen))
    return await db.scalar(query) or 0
