"""How many have signed in each postcode area: kept with every signature, not counted.

Changed under the lock of the campaign's totals only; see storage.locks.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import bindparam, func, select, update

from storage import drift
from storage.counters import Tally
from storage.database import Connection
from storage.locks import Lock
from storage.tables import signature_areas as table
from storage.tables import signatures
from storage.together import Change

_TALLY = Tally(table)
_OF = (
    select(table.c.area, table.c.count)
    .where(table.c.campaign_id == bindparam("campaign"), table.c.count > 0)
    .order_by(table.c.area)
)


_SHOWN = (
    select(table.c.area, table.c.shown)
    .where(table.c.campaign_id == bindparam("campaign"), table.c.shown.is_not(None))
    .order_by(table.c.shown.desc(), table.c.area)
)


def area_of(postcode: str | None) -> str | None:
    """The postcode's area, the letters before the first figure: SW of SW1A 1AA.

    https://en.wikipedia.org/wiki/List_of_postcode_areas_in_the_United_Kingdom
    """
    if not postcode:
        return None
    first = next((at for at, letter in enumerate(postcode) if letter.isdigit()), len(postcode))
    return postcode[:first].strip().upper() or None


async def count(db: Connection, lock: Lock, postcode: str | None, more: int) -> None:
    """Add to the figure of the postcode's area; nothing where there is no postcode."""
    area = area_of(postcode)
    if area is None:
        return
    if not await _TALLY.add(db, more, {"campaign_id": lock.campaign_id, "area": area}):
        await drift.note(db, lock.campaign_id)


def one_more(db: Connection, lock: Lock, postcode: str | None) -> list[Change]:
    """What is to be changed when one more has signed; nothing where there is no postcode."""
    area = area_of(postcode)
    if area is None:
        return []
    return [_TALLY.one_more(db, {"campaign_id": lock.campaign_id, "area": area})]


async def of_campaign(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """How many live signatures each area has, without those that have none, by name."""
    rows = await db.execute(_OF, {"campaign": campaign_id})
    return {area: count for area, count in rows}  # noqa: C416 - rows are no pairs to mypy


async def shown_of(db: Connection, campaign_id: int) -> dict[str, int]:
    """The figures that the world sees, largest first; see packs.disclosure."""
    rows = await db.execute(_SHOWN, {"campaign": campaign_id})
    return {area: shown for area, shown in rows}  # noqa: C416 - rows are no pairs to mypy


async def show(db: Connection, lock: Lock, figures: Mapping[str, int]) -> None:
    """Keep which figures the world sees; other areas are hidden."""
    ours = table.c.campaign_id == lock.campaign_id
    await db.execute(update(table).where(ours, table.c.shown.is_not(None)).values(shown=None))
    for area, figure in figures.items():
        await db.execute(update(table).where(ours, table.c.area == area).values(shown=figure))


async def recount(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """The same counted afresh: walks all signatures. Always the same as what is kept."""
    rows = await db.execute(
        select(signatures.c.postcode, func.count())
        .where(signatures.c.campaign_id == campaign_id, signatures.c.status == "live")
        .group_by(signatures.c.postcode)
    )
    counted: Counter[str] = Counter()
    for postcode, number in rows:
        if area := area_of(postcode):
            counted[area] += number
    return dict(sorted(counted.items()))
