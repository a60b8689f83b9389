"""Whether a database is encrypted, and with which key: one row, read before anything else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.encryption.columns import Encrypted, EncryptedJson
from storage.errors import EncryptedWithOldKey, HalfEncrypted, KeyMissing, NotEncryptedYet
from storage.tables import metadata
from storage.tables import sealing as table
from storage.upsert import insert_if_absent

if TYPE_CHECKING:
    from storage.encryption.keyring import Keyring


@dataclass(frozen=True, slots=True)
class State:
    """How it stands.

    Attributes:
        key_id: the number of the key that everything is sealed with; None: everything is plain.
        changing: whether it is being rewritten with `next_key_id`, or as plain text without one.
        at_table, at_row: up to where, in the order of their names and numbers.
    """

    key_id: str | None = None
    changing: bool = False
    next_key_id: str | None = None
    at_table: str = ""
    at_row: int = 0


PLAIN = State()
SEALED_TABLES = tuple(
    one
    for name, one in sorted(metadata.tables.items())
    if any(isinstance(column.type, Encrypted | EncryptedJson) for column in one.c)
)
"""Those with columns that are sealed, in the order in which they are rewritten."""


async def of(db: AsyncConnection) -> State:
    """How it stands; plain in a database that is older than sealing."""
    if not await db.run_sync(lambda connection: inspect(connection).has_table(table.name)):
        return PLAIN
    row = (await db.execute(select(*(table.c[name] for name in State.__slots__)))).one_or_none()
    return State(*row) if row else PLAIN


async def keep(db: AsyncConnection, state: State) -> None:
    """Keep how it stands."""
    values = {name: getattr(state, name) for name in State.__slots__}
    await db.execute(insert_if_absent(db, table), {"id": 1, **values})
    await db.execute(update(table).where(table.c.id == 1).values(values))


async def begin(db: AsyncConnection, key_id: str) -> State:
    """Let a database be sealed from its beginning, if nobody is in it and it is not yet; gives how
    it stands then."""
    if await _is_empty(db):
        plain = {name: getattr(PLAIN, name) for name in State.__slots__}
        await db.execute(insert_if_absent(db, table), {"id": 1, **plain})
        untouched = (table.c.key_id.is_(None), ~table.c.changing)
        await db.execute(update(table).where(*untouched).values(key_id=key_id))
    return await of(db)


async def read(db: AsyncConnection, keyring: "Keyring | None") -> State:
    """How it stands, or will when it is opened with these keys; nothing is changed.

    Raises:
        WrongKeys: these keys are not those of the database.
    """
    state = await of(db)
    if keyring is not None and state == PLAIN and await _is_empty(db):
        return State(key_id=keyring.current.id)
    must_fit(state, keyring)
    return state


def must_fit(state: State, keyring: "Keyring | None") -> None:
    """Let these keys be those of a database.

    Raises:
        KeyMissing, NotEncryptedYet, EncryptedWithOldKey, HalfEncrypted: they are not.
    """
    if state.changing:
        raise HalfEncrypted(state.next_key_id)
    if state.key_id is None:
        if keyring is not None:
            raise NotEncryptedYet(keyring.current.id)
        return
    if keyring is None or state.key_id not in keyring.ids:
        raise KeyMissing(state.key_id)
    if state.key_id != keyring.current.id:
        raise EncryptedWithOldKey(state.key_id)


async def _is_empty(db: AsyncConnection) -> bool:
    """Whether nothing is there that could be sealed."""
    for one in SEALED_TABLES:
        if (await db.execute(select(*one.primary_key).limit(1))).first() is not None:
            return False
    return True
