"""Staff and their roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from storage.database import Connection
from storage.tables import staff, supporters
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the staff: "owner", "editor" or "viewer"; of one campaign, or of all (None).

    Attributes:
        first_name, language, telegram_language: None if they have never written to the bot.
    """

    id: int
    telegram_id: int
    role: str
    campaign_id: int | None
    added_at: datetime
    first_name: str | None = None
    language: str | None = None
    telegram_language: str | None = None


_MEMBERS = (
    select(
        *(staff.c[name] for name in ("id", "telegram_id", "role", "campaign_id", "added_at")),
        *(supporters.c[name] for name in ("first_name", "language", "telegram_language")),
    )
    .outerjoin(supporters, supporters.c.telegram_id == staff.c.telegram_id)
    .order_by(staff.c.id)
)
_ROLES_OF = select(staff.c.campaign_id, staff.c.role).where(staff.c.telegram_id == bindparam("who"))


async def upsert(
    db: Connection,
    telegram_id: int,
    role: str,
    now: datetime,
    campaign_id: int | None = None,
) -> None:
    """Give a person a role, in place of the one they had there. `now` is UTC."""
    made = await db.execute(
        insert_if_absent(db, staff)
        .values(telegram_id=telegram_id, role=role, campaign_id=campaign_id, added_at=now)
        .returning(staff.c.id)
    )
    if made.scalar_one_or_none() is None:
        await db.execute(
            update(staff)
            .where(
                staff.c.telegram_id == telegram_id,
                staff.c.campaign_id.is_not_distinct_from(campaign_id),
            )
            .values(role=role)
        )


async def remove(db: Connection, member_id: int) -> bool:
    """Take a role away; False if it is gone already."""
    return bool((await db.execute(delete(staff).where(staff.c.id == member_id))).rowcount)


async def roles_of(db: Connection, telegram_id: int) -> Mapping[int | None, str]:
    """The person's roles by campaign; that over all campaigns by None."""
    rows = await db.execute(_ROLES_OF, {"who": telegram_id})
    return {row[0]: row[1] for row in rows}


async def of(db: Connection, member_id: int) -> Member | None:
    """One role of one person, by its number."""
    row = (await db.execute(_MEMBERS.where(staff.c.id == member_id))).one_or_none()
    return Member(*row) if row else None


async def name_of(db: Connection, telegram_id: int) -> str | None:
    """The first name of a person who has ever written to the bot."""
    found = await db.execute(
        select(supporters.c.first_name).where(supporters.c.telegram_id == telegram_id)
    )
    name: str | None = found.scalar_one_or_none()
    return name


async def lock_owners(db: Connection) -> list[int]:
    """The Telegram ids of those who own all campaigns; none of them goes or comes to be no owner
    before this transaction has ended."""
    return list(
        await db.scalars(
            select(staff.c.telegram_id)
            .where(staff.c.role == "owner", staff.c.campaign_id.is_(None))
            .order_by(staff.c.id)
            .with_for_update()
        )
    )


async def all(db: Connection) -> list[Member]:  # noqa: A001 - reads as staff.all
    """Everybody, in the order they came."""
    return [Member(*row) for row in await db.execute(_MEMBERS)]
