"""A database as an earlier version left it."""

from alembic import command
from sqlalchemy import Connection

from storage import migrate


async def upgrade_to(url: str, revision: str) -> None:
    """Bring an empty database to an earlier shape."""

    def to_revision(connection: Connection) -> None:
        command.upgrade(migrate._config(connection), revision)

    await migrate._run(url, to_revision)
