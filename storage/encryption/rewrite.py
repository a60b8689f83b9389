"""Encrypt, re-encrypt or decrypt a whole database, page by page, resumable.

Nobody else may use the database meanwhile, and nobody can begin to: until it is finished, opening
it is refused. How far it has come is kept in the transaction that rewrites a page.

ResealingError
├── OtherEnd      something else has been begun, and has to be finished first
└── Damaged       a value cannot be unsealed; its row is left as it is, and so is all after it
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Table,
    Text,
    bindparam,
    func,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from storage import audit
from storage.database import CONNECTED_AS, Connection, Database
from storage.encryption import state as encryption_state
from storage.encryption.columns import Encrypted, EncryptedJson
from storage.encryption.keyring import Keyring
from storage.encryption.state import SEALED_TABLES, State
from storage.errors import DatabaseInUse, DecryptionFailed, KeyMissing, StorageError
from storage.file_lock import in_use

PAGE = 500
_LOCK = 0x7365616C  # "seal"
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = :us"
)

Tell = Callable[[str, int, int], None]
"""Is told a table's name, how many of its rows have been looked at, and how many there are."""


class ResealingError(StorageError):
    """It cannot be done."""


class OtherEnd(ResealingError):
    """The database is half way to something else.

    Attributes:
        key_id: the key that it is being rewritten with; None: it is being unsealed.
    """

    def __init__(self, key_id: str | None) -> None:
        super().__init__(key_id or "")
        self.key_id = key_id


class Damaged(ResealingError):
    """A value cannot be unsealed."""

    def __init__(self, row: int, why: DecryptionFailed) -> None:
        super().__init__(f"{why} (row {row})")


@dataclass(frozen=True, slots=True)
class Resealed:
    """What has been done.

    Attributes:
        rewritten: whether anything was to be rewritten.
        emptied: values that could not be unsealed, and are empty now.
    """

    rewritten: bool
    emptied: int = 0


async def reseal(
    url: str,
    keyring: Keyring | None,
    *,
    plain: bool = False,
    empty_damaged: bool = False,
    tell: Tell,
) -> Resealed:
    """Bring a database that has been migrated to its end: sealed with the first of these keys, or
    plain.

    Args:
        keyring: the keys that it is, and was, sealed with. None: only for one that is plain.
        empty_damaged: empty what cannot be unsealed, instead of leaving off there; for that,
            everything is rewritten even where it is at its end.

    Raises:
        DatabaseInUse: a bot runs on it, or another does this.
        KeyMissing: it is sealed with a key that is not given.
        OtherEnd, Damaged: see there. What has been rewritten stays so.
        DatabaseUnavailable: call it again to go on.
    """
    after = None if plain else keyring
    with in_use(url):
        database = await Database.open_raw(url)
        try:
            async with _alone(database):
                async with database.transaction() as db:
                    state = await _begin(db, keyring, after, anew=empty_damaged)
                if not state.changing:
                    return Resealed(rewritten=False)
                work = _Rewriting(database, keyring, after, empty_damaged, tell)
                for table in SEALED_TABLES:
                    await work.rewrite(table)
                await database.rewrite_tables([table.name for table in SEALED_TABLES])
                async with database.transaction() as db:
                    await encryption_state.keep(db, State(key_id=state.next_key_id))
                    await _note(db, state.next_key_id)
                return Resealed(True, work.emptied)
        finally:
            await database.close()


async def state_of(url: str) -> State:
    """How a database stands; nothing is changed.

    Raises:
        DatabaseUnavailable: it does not answer.
    """
    database = await Database.open_raw(url)
    try:
        async with database.reading() as db:
            return await encryption_state.of(db)
    finally:
        await database.close()


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """Nobody else is connected to a PostgreSQL database, and nobody else does this.

    Raises:
        DatabaseInUse: somebody is.
    """
    if database.kind == "sqlite":
        yield
        return
    async with database.session() as session:
        if not await session.scalar(_TRY, {"key": _LOCK}):
            raise DatabaseInUse("it is being sealed or unsealed")
        if await session.scalar(_OTHERS, {"us": CONNECTED_AS}):
            raise DatabaseInUse("a bot, or another command of Clamour, is connected to it")
        yield


async def _begin(
    db: Connection, keyring: Keyring | None, after: Keyring | None, *, anew: bool
) -> State:
    """How it stands; begun, if it is not at its end, or everything is to be rewritten."""
    state, end = await encryption_state.of(db), after.current.id if after else None
    for key_id in (state.key_id, state.next_key_id):
        if key_id is not None and (keyring is None or key_id not in keyring.ids):
            raise KeyMissing(key_id)
    if state.changing:
        if state.next_key_id != end:
            raise OtherEnd(state.next_key_id)
    elif state.key_id != end or (anew and end is not None):
        state = State(state.key_id, changing=True, next_key_id=end)
        await encryption_state.keep(db, state)
    return state


async def _note(db: Connection, key_id: str | None) -> None:
    """For owners to read: this is done where the machine is, and nobody in the chat sees it."""
    await audit.append(
        db,
        at=datetime.now(UTC),
        actor=None,
        action="database.encrypted" if key_id else "database.decrypted",
        subject="database",
        details={"key": key_id} if key_id else {},
    )


class _Rewriting:
    """The rewriting of all tables.

    Attributes:
        emptied: how many values could not be unsealed, and were emptied.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring | None,
        after: Keyring | None,
        empty_damaged: bool,
        tell: Tell,
    ) -> None:
        self._database, self._tell = database, tell
        self._keyring, self._after = keyring, after
        self._empty_damaged = empty_damaged
        self.emptied = 0

    async def rewrite(self, table: Table) -> None:
        """One table, from where it was left."""
        async with self._database.reading() as db:
            whole = await db.scalar(select(func.count()).select_from(table)) or 0
        done, more = 0, True
        while more:
            async with self._database.transaction() as db:
                state = await encryption_state.of(db)
                if state.at_table > table.name:
                    return
                start = state.at_row if state.at_table == table.name else 0
                last, seen = await self._rewrite_page(db, table, start, state)
                more = seen == PAGE
                at_table, at_row = (table.name, last) if more else (_following(table), 0)
                await encryption_state.keep(db, replace(state, at_table=at_table, at_row=at_row))
            done += seen
            if whole:
                self._tell(table.name, done, whole)

    async def _rewrite_page(
        self, db: Connection, table: Table, start: int, state: State
    ) -> tuple[int, int]:
        """Up to PAGE rows behind that number; gives the last one's, and how many there were."""
        (key,) = table.primary_key.columns
        columns = [
            column for column in table.c if isinstance(column.type, Encrypted | EncryptedJson)
        ]
        raw = [type_coerce(column, _raw(column)) for column in columns]
        found = await db.execute(select(key, *raw).where(key > start).order_by(key).limit(PAGE))
        rows = found.all()
        before = self._keyring if state.key_id is not None else None
        changed = []
        for number, *kept in rows:
            values = {
                f"new_{column.name}": self._anew(column, number, value, before)
                for column, value in zip(columns, kept, strict=True)
            }
            if list(values.values()) != kept:
                changed.append({"which_row": number, **values})
        if changed:
            new = {
                column.name: bindparam(f"new_{column.name}", type_=_raw(column))
                for column in columns
            }
            await db.execute(
                update(table).where(key == bindparam("which_row")).values(new), changed
            )
        return (rows[-1][0] if rows else start), len(rows)

    def _anew(self, column: Column[Any], number: int, kept: Any, before: Keyring | None) -> Any:
        """What is kept in a column of a row, as it is to be kept."""
        kind = column.type
        assert isinstance(kind, Encrypted | EncryptedJson)  # noqa: S101 - for mypy
        try:
            value = kind.decrypt(kept, before)
        except DecryptionFailed as why:
            if not self._empty_damaged:
                raise Damaged(number, why) from None
            self.emptied += 1
            value = None if column.nullable else {} if isinstance(kind, EncryptedJson) else ""
        return kind.encrypt(value, self._after)


def _following(table: Table) -> str:
    """The table after this one; behind the last, a name behind all names."""
    place = SEALED_TABLES.index(table) + 1
    return SEALED_TABLES[place].name if place < len(SEALED_TABLES) else "~"


def _raw(column: Column[Any]) -> TypeEngine[Any]:
    """What a sealed column really is."""
    if not isinstance(column.type, EncryptedJson):
        return Text()
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
