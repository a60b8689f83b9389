"""A clock that reads the time from a file, for bots that play a story."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileClock:
    """Gives the moment in a file (ISO 8601), and what has gone by since it was written."""

    file: Path

    def __call__(self) -> datetime:
        """The time in UTC.

        Raises:
            OSError, ValueError: there is no file, or no moment in it.
        """
        written_at = self.file.stat().st_mtime
        moment = datetime.fromisoformat(self.file.read_text(encoding="utf-8")).astimezone(UTC)
        return moment + timedelta(seconds=time.time() - written_at)
