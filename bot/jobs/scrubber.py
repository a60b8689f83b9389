"""Leave nothing on SQLite's disk of what has been erased: the log at once, the pages soon after."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.jobs.upkeep import NIGHT_HOUR
from storage.database import Database
from storage.errors import StorageError

log = structlog.get_logger()

LARGEST_BY_DAY = 64_000_000
"""Bytes: those who write wait for about half a second while so much is written anew."""
REST = 300
"""Times as long as it took, until it is done again: hardly anybody meets it."""
SECONDS_AT_REST = 1.0
SECONDS_BETWEEN_LOOKS = 60.0
SECONDS_BETWEEN_TRIES = 300.0


class Scrubber:
    """Scrubs the files of one database; PostgreSQL's are its server's."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._stained = asyncio.Event()

    async def empty_log(self, but: asyncio.Event | None = None) -> None:
        """Return when nothing of what was erased before is in the write-ahead log.

        Args:
            but: return as well as soon as this is set, to be called again.

        Raises:
            DatabaseUnavailable: try again later.
        """
        while not await self._database.scrub():
            if but is not None and but.is_set():
                return
            await asyncio.sleep(0.05)

    def pages_are_stained(self) -> None:
        """Something has been erased: let the file be written anew, in the night if it is large."""
        self._stained.set()

    async def run(self) -> None:
        """Write the file anew whenever that is due; never returns."""
        while True:
            await self._stained.wait()
            try:
                await self._until_few_write()
                self._stained.clear()
                took = await self._rewrite_file()
                await self.empty_log()
            except (StorageError, OSError) as error:
                log.warning("erased, but not scrubbed yet", reason=type(error).__name__)
                self._stained.set()
                await asyncio.sleep(SECONDS_BETWEEN_TRIES)
            except Exception:
                self._stained.set()  # for when it is begun anew
                raise
            else:
                await asyncio.sleep(max(SECONDS_AT_REST, REST * took))

    async def _rewrite_file(self) -> float:
        """Gives the seconds in which nobody could write."""
        begun = time.monotonic()
        try:
            await self._database.rewrite_file()
        except StorageError:
            await self.empty_log()  # it may have filled the disk: nobody else must suffer
            raise
        return time.monotonic() - begun

    async def _until_few_write(self) -> None:
        while not self._few_write():  # noqa: ASYNC110 - clocks do not tell
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def _few_write(self) -> bool:
        small = self._database.file_size() <= LARGEST_BY_DAY
        return small or self._clock().hour == NIGHT_HOUR
