"""One row that cannot be dealt with stops neither retention, nor erasures, nor an invalidation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from storage import set_aside
from storage.database import Database
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()


@asynccontextmanager
async def isolated(
    database: Database, work: str, subject_id: int, *, now: datetime
) -> AsyncIterator[None]:
    """Put a row aside if what is done with it fails; owners are told, and it is tried again later.

    Args:
        work: see storage.set_aside.
        now: UTC.

    Raises:
        DatabaseUnavailable: it is not the row's fault.
    """
    try:
        yield
    except DatabaseUnavailable:
        raise
    except Exception as error:  # whatever it is, the others have a right to be dealt with
        why = type(error).__name__
        log.error("row put aside", work=work, subject_id=subject_id, reason=why)
        async with database.transaction() as db:
            await set_aside.put(db, work, subject_id, why, now)
