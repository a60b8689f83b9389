"""Where people can be found, in which channel: one person may have several."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, exists, or_, select, update

from storage import accounts
from storage.database import Connection
from storage.errors import Conflict
from storage.supporters import Supporter
from storage.tables import addresses, signatures, supporters, web_chats
from storage.together import Change
from storage.upsert import insert_if_absent, insert_if_absent_on

TELEGRAM, WEB, EMAIL = "telegram", "web", "email"
"""The channels, as they are named in the database."""

TRIES = 5


@dataclass(frozen=True, slots=True)
class Address:
    """One place where a person can be found.

    Attributes:
        channel: "telegram", "web", "email".
        value: what the channel calls them: an account's number, the hash of a session, an email
            address in small letters.
        verified_at: when it was proved to be theirs (UTC); None: it has not been.
        reachable: whether the channel can write to them there before they write.
        last_heard_at: when they last did something there (UTC). Of those who came with an earlier
            version, and of Telegram, it is when they came.
        created_at: UTC.
    """

    id: int
    supporter_id: int
    channel: str
    value: str
    verified_at: datetime | None
    reachable: bool
    last_heard_at: datetime | None
    created_at: datetime


_COLUMNS = tuple(addresses.c[name] for name in Address.__slots__)
_PERSON = tuple(supporters.c[name] for name in Supporter.__slots__)
_FIND = (
    select(*_PERSON, *_COLUMNS)
    .join(addresses, addresses.c.supporter_id == supporters.c.id)
    .where(addresses.c.channel == bindparam("of_channel"), addresses.c.value == bindparam("wanted"))
)
_HEARD_FROM = (
    update(addresses)
    .where(addresses.c.id == bindparam("where"))
    .values(last_heard_at=bindparam("now"))
)


async def find(db: Connection, channel: str, value: str) -> tuple[Supporter, Address] | None:
    """Who is at an address, and the address; None if nobody is known there.

    Telegram's may not be known yet of those who came with an earlier version; see
    `storage.missing_addresses`.
    """
    row = (await db.execute(_FIND, {"of_channel": channel, "wanted": value})).one_or_none()
    if row is None:
        return None
    return Supporter(*row[: len(_PERSON)]), Address(*row[len(_PERSON) :])


async def add(
    db: Connection, channel: str, value: str, *, now: datetime, language: str | None = None
) -> Supporter:
    """The person at an address, made with an account number of our own if nobody is there.

    A new person cannot be written to and has no name; the channel has proved the address.

    Args:
        language: of their app or browser, an IETF tag.
        now: UTC.

    Raises:
        Conflict: others make and erase the same person all the time.
    """
    for _ in range(TRIES):
        if found := await find(db, channel, value):
            return found[0]
        made = await _made(db, channel, value, language, now)
        if made is not None:
            return made
    raise Conflict


async def _made(
    db: Connection, channel: str, value: str, language: str | None, now: datetime
) -> Supporter | None:
    """A new person at an address; None if another has made one there at the same time."""
    row: dict[str, Any] = {
        "telegram_id": accounts.new_account(),
        "first_name": "",
        "language": None,
        "telegram_language": language,
        "reachable": False,
        "created_at": now,
    }
    made = await db.execute(insert_if_absent(db, supporters, supporters.c.id), row)
    new_id = made.scalar_one_or_none()
    if new_id is None:  # somebody has drawn the same number
        return None
    if not await keep(db, new_id, channel, value, reachable=False, now=now):
        await db.execute(delete(supporters).where(supporters.c.id == new_id))
        return None
    return Supporter(id=new_id, **row)


async def keep(
    db: Connection, supporter_id: int, channel: str, value: str, *, reachable: bool, now: datetime
) -> bool:
    """Keep an address that the channel has just proved to be a person's.

    Returns:
        False if it is kept already, be it another's.
    """
    made = await db.execute(
        insert_if_absent(db, addresses, addresses.c.id),
        row_of(supporter_id, channel, value, reachable=reachable, now=now),
    )
    return made.scalar_one_or_none() is not None


async def prove(db: Connection, address_id: int, supporter_id: int, *, now: datetime) -> bool:
    """Note that an address has just (UTC) been proved to be this person's; False if it is gone."""
    done = await db.execute(
        update(addresses)
        .where(addresses.c.id == address_id)
        .values(supporter_id=supporter_id, verified_at=now, last_heard_at=now, reachable=True)
    )
    return bool(done.rowcount)


def row_of(
    supporter_id: int, channel: str, value: str, *, reachable: bool, now: datetime
) -> dict[str, Any]:
    """The row of an address that is known since now (UTC)."""
    return {
        "supporter_id": supporter_id,
        "channel": channel,
        "value": value,
        "verified_at": now,
        "reachable": reachable,
        "last_heard_at": now,
        "created_at": now,
    }


def telegrams(db: Connection, supporter_id: int, account: int, now: datetime) -> Change:
    """The change that keeps the address of somebody new, whose account number is Telegram's."""
    row = row_of(supporter_id, TELEGRAM, str(account), reachable=True, now=now)
    given = {f"address_{name}": value for name, value in row.items()}
    return _add_address(db.dialect.name), given


@cache
def _add_address(engine: str) -> Any:
    return insert_if_absent_on(engine, addresses).values(
        {name: bindparam(f"address_{name}") for name in Address.__slots__ if name != "id"}
    )


async def heard_from(db: Connection, address_id: int, now: datetime) -> None:
    """Note that a person has just (UTC) done something there."""
    await db.execute(_HEARD_FROM, {"where": address_id, "now": now})


async def lose(db: Connection, supporter_ids: Sequence[int], channel: str) -> None:
    """Note that these people cannot be written to any more at their addresses of a channel."""
    if supporter_ids:
        await db.execute(
            update(addresses)
            .where(addresses.c.supporter_id.in_(supporter_ids), addresses.c.channel == channel)
            .values(reachable=False)
        )


async def lose_one(db: Connection, address_id: int) -> bool:
    """Note that an address cannot be written to any more; False if that is known."""
    done = await db.execute(
        update(addresses)
        .where(addresses.c.id == address_id, addresses.c.reachable)
        .values(reachable=False)
    )
    return bool(done.rowcount)


async def by_id(db: Connection, address_id: int) -> Address | None:
    """An address by its number; None if it is gone."""
    row = (await db.execute(select(*_COLUMNS).where(addresses.c.id == address_id))).one_or_none()
    return Address(*row) if row else None


async def of_supporter(db: Connection, supporter_id: int) -> Sequence[Address]:
    """All of a person's, oldest first."""
    rows = await db.execute(
        select(*_COLUMNS).where(addresses.c.supporter_id == supporter_id).order_by(addresses.c.id)
    )
    return [Address(*row) for row in rows]


async def remove(db: Connection, address_id: int) -> None:
    """Forget an address, and what was said there; its person stays."""
    await db.execute(delete(web_chats).where(web_chats.c.address_id == address_id))
    await db.execute(delete(addresses).where(addresses.c.id == address_id))


async def idle(
    db: Connection, channel: str, before: datetime, *, after: int, limit: int
) -> Sequence[Address]:
    """A page of a channel's addresses where nobody has done anything since a moment (UTC), by
    their numbers, those after one. The only address of somebody who has signed stays: it is among
    them as long as it shows what was said there."""
    shows = exists().where(web_chats.c.address_id == addresses.c.id)
    has_signed = exists().where(signatures.c.supporter_id == addresses.c.supporter_id)
    other = addresses.alias()
    has_another = exists().where(
        other.c.supporter_id == addresses.c.supporter_id, other.c.id != addresses.c.id
    )
    rows = await db.execute(
        select(*_COLUMNS)
        .where(
            addresses.c.channel == channel,
            addresses.c.last_heard_at < before,
            addresses.c.id > after,
            or_(shows, ~has_signed, has_another),
        )
        .order_by(addresses.c.id)
        .limit(limit)
    )
    return [Address(*row) for row in rows]
