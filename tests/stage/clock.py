"""What time it is on a stage: what the loop has skipped counts."""

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo

from tests.stage.skipping_loop import SkippingLoop


def skipped() -> float:
    """Seconds that nobody has waited for, since the loop was made."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    return loop.time()


def utc_now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=skipped())


class Wall(datetime):
    """The wall clock of a library that asks `datetime.now` itself."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Wall":
        return super().now(tz) + timedelta(seconds=skipped())
