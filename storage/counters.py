"""Counters: a table of keys, each with its kept count."""

from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Connection


class Tally:
    """The rows of one table whose column `count` goes up and down.

    A row that is not there is made; one that comes to none stays. Other columns that have to be
    filled are given with the key, and keep what they were first given. No row falls below none.
    """

    def __init__(self, table: Table) -> None:
        key = list(table.primary_key.columns)
        # bindparam's own names: a column's stands for the value that is inserted
        whose = [column == bindparam(f"of_{column.name}") for column in key]
        self._names = [column.name for column in key]
        # an upsert would check the row that it cannot insert, and refuse it
        left = table.c.count + bindparam("more")
        self._less = update(table).where(*whose, left >= 0).values(count=left)
        self._more = {
            name: dialect.insert(table).on_conflict_do_update(
                index_elements=key, set_={"count": table.c.count + bindparam("more")}
            )
            for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
        }

    async def add(self, db: Connection, more: int, *rows: dict[str, Any]) -> bool:
        """Add to the counts of these rows, in this order.

        Returns:
            False if a row had too little to take that much away: it is wrong, and left as it is.
        """
        right = True
        if more > 0:
            for row in rows:
                values = row | {"count": more, "more": more}
                await db.execute(self._more[db.dialect.name], values)
        elif more < 0:
            for row in rows:
                whose = {f"of_{name}": row[name] for name in self._names}
                done = await db.execute(self._less, whose | {"more": more})
                right &= bool(done.rowcount)
        return right
