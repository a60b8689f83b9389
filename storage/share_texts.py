"""What has come of each share text, and what staff have decided about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, update

from storage.database import Connection
from storage.tables import referral_links as links
from storage.tables import share_texts as table
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Kept:
    """One text of a campaign.

    Attributes:
        key: a hash of its words.
        sharers: who have been given it, and are counted.
        settled: those of them who have had time to bring a friend.
        brought: those of the settled who have brought at least one who counts.
        choice: "only" or "stopped", by staff; None while it is tried.
    """

    campaign_id: int
    key: str
    sharers: int
    settled: int
    brought: int
    choice: str | None


_COLUMNS = tuple(table.c[name] for name in Kept.__slots__)
_ASSIGN = (
    update(links)
    .where(
        links.c.id == bindparam("link"), links.c.share_text.is_not_distinct_from(bindparam("had"))
    )
    .values(share_text=bindparam("key"), share_text_at=bindparam("counted_at"))
)
_HAD_TIME = links.c.share_text_at <= bindparam("settled_before")
_TALLIES = (
    select(
        links.c.share_text,
        func.count(),
        func.sum(case((_HAD_TIME, 1), else_=0)),
        func.sum(case((_HAD_TIME & (links.c.signatures > 0), 1), else_=0)),
    )
    .where(links.c.campaign_id == bindparam("campaign"), links.c.share_text_at.is_not(None))
    .group_by(links.c.share_text)
)
_OF_KEY = (table.c.campaign_id == bindparam("campaign")) & (table.c.key == bindparam("which"))
_SET = (
    update(table)
    .where(_OF_KEY)
    .values({name: bindparam(f"new_{name}") for name in ("sharers", "settled", "brought")})
)


async def every(db: Connection) -> list[Kept]:
    """Every text of every campaign."""
    return [Kept(*row) for row in await db.execute(select(*_COLUMNS))]


async def assign(
    db: Connection, link_id: int, key: str, *, had: str | None, counted_at: datetime | None
) -> None:
    """Let the link's owner have this text from now on; nothing, if they have got another meanwhile.

    Args:
        had: the text that they have had so far.
        counted_at: UTC; None for one who is not counted, because friends may have come by others.
    """
    given = {"link": link_id, "key": key, "had": had, "counted_at": counted_at}
    await db.execute(_ASSIGN, given)


async def tallies(
    db: Connection, campaign_id: int, settled_before: datetime
) -> list[tuple[str, int, int, int]]:
    """Key, sharers, settled and brought of each text, counted from the links."""
    given = {"campaign": campaign_id, "settled_before": settled_before}
    return [tuple(row) for row in await db.execute(_TALLIES, given)]


async def keep(
    db: Connection, campaign_id: int, key: str, sharers: int, settled: int, brought: int
) -> None:
    """Keep what has been counted."""
    new = {"sharers": sharers, "settled": settled, "brought": brought}
    given = {"campaign": campaign_id, "which": key}
    done = await db.execute(_SET, {**given, **{f"new_{k}": v for k, v in new.items()}})
    if not done.rowcount:
        await _make(db, campaign_id, key, **new)


async def choose(db: Connection, campaign_id: int, key: str, choice: str | None) -> None:
    """Keep what staff have decided about a text. Only one is the only one."""
    await _make(db, campaign_id, key)
    if choice == "only":
        others = (table.c.campaign_id == campaign_id) & (table.c.choice == "only")
        await db.execute(update(table).where(others).values(choice=None))
    of_key = (table.c.campaign_id == campaign_id) & (table.c.key == key)
    await db.execute(update(table).where(of_key).values(choice=choice))


async def try_all(db: Connection, campaign_id: int) -> None:
    """Nothing is decided about any text of the campaign."""
    await db.execute(update(table).where(table.c.campaign_id == campaign_id).values(choice=None))


async def _make(db: Connection, campaign_id: int, key: str, **figures: int) -> None:
    row: dict[str, Any] = {"sharers": 0, "settled": 0, "brought": 0, "choice": None, **figures}
    await db.execute(insert_if_absent(db, table), {"campaign_id": campaign_id, "key": key, **row})
