"""Keys of names that an older version computed, computed afresh bit by bit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select, update

from storage import settings
from storage.database import Connection
from storage.errors import DecryptionFailed
from storage.signatures import Signature
from storage.tables import signatures

PAGE = 200
_PROGRESS = "name_keys"
_COLUMNS = tuple(signatures.c[name] for name in Signature.__slots__)
_PAGE = (
    select(signatures.c.id)
    .where(signatures.c.id > bindparam("after"), signatures.c.full_name.is_not(None))
    .order_by(signatures.c.id)
    .limit(PAGE)
    .with_for_update(of=signatures)
)


@dataclass(frozen=True, slots=True)
class Refolded:
    """What a page has brought.

    Attributes:
        changed: live signatures whose key is another now.
        done: whether there is nothing left.
    """

    changed: list[Signature]
    done: bool


async def refold(db: Connection, fold: Callable[[str], str], version: int) -> Refolded:
    """Bring the next PAGE signatures' keys to what `fold` gives.

    Args:
        version: of `fold`; how far it has come is kept with it, in the same transaction.
    """
    kept = await settings.of(db, _PROGRESS) or "0:0"
    its_version, _, at = kept.partition(":")
    after = int(at or 0) if int(its_version) == version else 0
    if at == "" and int(its_version) >= version:
        return Refolded([], done=True)
    page = (await db.scalars(_PAGE, {"after": after})).all()
    changed = []
    for one in await readable(db, page):
        key = fold(one.full_name or "")
        if key != one.name_key:
            same = signatures.c.id == one.id
            await db.execute(update(signatures).where(same).values(name_key=key))
            changed.append(replace(one, name_key=key))
    done = len(page) < PAGE
    await settings.upsert(db, _PROGRESS, f"{version}" if done else f"{version}:{page[-1]}")
    return Refolded([one for one in changed if one.status == "live"], done)


async def readable(db: Connection, ids: Sequence[int]) -> list[Signature]:
    """These signatures, but for those that nobody can read."""
    try:
        rows = await db.execute(select(*_COLUMNS).where(signatures.c.id.in_(ids)))
        return [Signature(*row) for row in rows]
    except DecryptionFailed:
        if len(ids) == 1:
            return []
    return [one for number in ids for one in await readable(db, [number])]
