"""Engines that the next test uses again, with the SQL that they have compiled.

Compiling takes half the time of a test with a database, and SQLAlchemy keeps what it has compiled
with the engine (https://docs.sqlalchemy.org/en/20/core/connections.html#sql-caching). So the
engines of a database that is closed are kept, and aimed at the next one that is opened. Closing has
emptied their pools: no connection stays, and no keys.
"""

from collections import defaultdict
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import CONNECTED_AS, Database

_Engines = tuple[AsyncEngine, AsyncEngine]

_kept: dict[object, list[_Engines]] = defaultdict(list)
_open: WeakKeyDictionary[Database, object] = WeakKeyDictionary()
_really_at, _really_close = Database._at, Database.close


def use() -> None:
    """From now on, in this process."""
    Database._at = classmethod(_at)  # type: ignore[method-assign, assignment]
    Database.close = _close  # type: ignore[method-assign]


def _at(
    cls: type[Database],
    url: str,
    pool_size: int,
    busy_timeout: float,
    *,
    called: str = CONNECTED_AS,
) -> Database:
    address = make_url(url)
    made_for = (address.drivername, pool_size, busy_timeout, called)
    if _kept[made_for] and address.database not in (None, "", ":memory:"):
        writers, readers = _kept[made_for].pop()
        for engine in (writers, readers):
            engine.sync_engine.url = address
        kind = "sqlite" if address.drivername.startswith("sqlite") else "postgresql"
        database = cls(kind, writers, readers)  # type: ignore[arg-type]
    else:
        database = _really_at(url, pool_size, busy_timeout, called=called)
        engines = {one.dialect: one for one in (database._readers, database._writers)}
        for engine in engines.values():  # PostgreSQL's two are one
            _aim(engine)
    _open[database] = made_for
    return database


def _aim(engine: AsyncEngine) -> None:
    """Let the engine connect to the address that it has by then."""
    dialect = engine.dialect
    connect = dialect.connect

    def aimed(*_: Any, **options: Any) -> Any:
        arguments, named = dialect.create_connect_args(engine.url)
        return connect(*arguments, **{**options, **named})

    dialect.connect = aimed  # type: ignore[method-assign]


async def end_connections(database: Database) -> None:
    """As closing does, of a database that is used on."""
    await _really_close(database)


async def _close(self: Database) -> None:
    await _really_close(self)
    if (made_for := _open.pop(self, None)) is not None:
        for engine in (self._writers, self._readers):
            vars(engine.dialect).pop("keyring", None)
        _kept[made_for].append((self._writers, self._readers))
