"""The people who chat with the bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage.database import Connection
from storage.encryption.columns import or_empty
from storage.tables import supporters


@dataclass(frozen=True, slots=True)
class Supporter:
    """A person known by their Telegram account.

    Attributes:
        language: chosen with /language; None if they have not chosen.
        telegram_language: the language of their Telegram app, an IETF tag.
        reachable: False while they block the bot.
        created_at: UTC.
    """

    id: int
    telegram_id: int
    first_name: str
    language: str | None
    telegram_language: str | None
    reachable: bool
    created_at: datetime


WITH_ANY_NAME = tuple(
    or_empty(supporters.c[name]) if name == "first_name" else supporters.c[name]
    for name in Supporter.__slots__
)
"""The columns of those who are to be erased: a name that cannot be decrypted is taken for none."""

_BY_TELEGRAM_ID = select(supporters).where(supporters.c.telegram_id == bindparam("wanted"))

_LOSE = update(supporters).where(supporters.c.id == bindparam("who")).values(reachable=False)
_BY_ID = select(supporters).where(supporters.c.id == bindparam("wanted"))


async def by_telegram_id(db: Connection, telegram_id: int) -> Supporter | None:
    """The supporter behind a Telegram account, if they have ever written."""
    row = (await db.execute(_BY_TELEGRAM_ID, {"wanted": telegram_id})).one_or_none()
    return Supporter(**row._mapping) if row else None


async def by_id(db: Connection, supporter_id: int) -> Supporter | None:
    """The supporter of this number."""
    row = (await db.execute(_BY_ID, {"wanted": supporter_id})).one_or_none()
    return Supporter(**row._mapping) if row else None


async def choose_language(db: Connection, supporter_id: int, language: str) -> None:
    """Keep the language the person wants to be spoken to in."""
    await db.execute(
        update(supporters).where(supporters.c.id == supporter_id).values(language=language)
    )


async def call(db: Connection, supporter_id: int, first_name: str) -> None:
    """Keep what a person is called, where their channel does not say it."""
    await db.execute(
        update(supporters).where(supporters.c.id == supporter_id).values(first_name=first_name)
    )


async def lose(db: Connection, supporter_ids: Sequence[int]) -> None:
    """These people can no longer be written to, until they write themselves."""
    if supporter_ids:
        await db.execute(_LOSE, [{"who": supporter_id} for supporter_id in supporter_ids])


async def set_reachable(db: Connection, telegram_id: int, reachable: bool) -> None:
    """Keep whether the person lets the bot write to them; unknown people are passed over."""
    await db.execute(
        update(supporters)
        .where(supporters.c.telegram_id == telegram_id)
        .values(reachable=reachable)
    )
