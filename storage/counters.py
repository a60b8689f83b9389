"""Counters: a table of keys, each with its kept count."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Connection
from storage.together import Change


class Tally:
    """The rows of one table whose column `count` goes up and down.

    A row that is not there is made; one that comes to none stays. No row falls below none.
    """

    def __init__(self, table: Table, *also: str) -> None:
        """
        Args:
            also: other columns that have to be filled: given with the key, they keep what they
                were first given.
        """
        key = list(table.primary_key.columns)
        # bindparam's own names: a column's stands for the value that is inserted
        whose = [column == bindparam(f"of_{column.name}") for column in key]
        self._names = [column.name for column in key]
        # an upsert would check the row that it cannot insert, and refuse it
        left = table.c.count + bindparam("more")
        self._less = update(table).where(*whose, left >= 0).values(count=left)
        self._prefix = f"{table.name}_"
        values: dict[str, Any] = {
            name: bindparam(self._prefix + name) for name in (*self._names, *also, "count")
        }
        more = table.c.count + bindparam(f"{self._prefix}count")
        self._more = {
            name: dialect.insert(table)
            .values(values)
            .on_conflict_do_update(index_elements=key, set_={"count": more})
            for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
        }

    def one_more(self, db: Connection, row: Mapping[str, Any]) -> Change:
        """The change that adds one to the count of this row."""
        given = {self._prefix + name: value for name, value in row.items()}
        return self._more[db.dialect.name], given | {f"{self._prefix}count": 1}

    async def add(self, db: Connection, more: int, *rows: dict[str, Any]) -> bool:
        """Add to the counts of these rows, in this order.

        Returns:
            False if a row had too little to take that much away: it is wrong, and left as it is.
        """
        right = True
        if more > 0:
            for row in rows:
                statement, given = self.one_more(db, row)
                await db.execute(statement, {**given, f"{self._prefix}count": more})
        elif more < 0:
            for row in rows:
                whose = {f"of_{name}": row[name] for name in self._names}
                done = await db.execute(self._less, whose | {"more": more})
                right &= bool(done.rowcount)
        return right
