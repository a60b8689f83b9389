"""Keep tombstones outside the database, where a restored backup does not undo them.

Two files, readable by their owner alone: a line for each erasure, with a keyed hash and the moment;
and the key. Lines that a newer one of the same person makes needless go once there are many. The
key is in the database as well, so either may be lost. Without it, the hashes say nothing.
"""

import asyncio
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog

from bot.jobs.scrubber import Scrubber
from campaign import erasure
from handlers.services import Services
from storage import tombstones
from storage.database import Database
from storage.errors import StorageError
from storage.tombstones import Tombstone

log = structlog.get_logger()

SECONDS_BETWEEN_TRIES = 5.0
SECONDS_BETWEEN_LOOKS = 1.0
"""However fast people are erased, the file is read no more often."""
MOST_NEEDLESS_LINES = 1_000


class Tombstones:
    """Keeps the file complete, and lets the disk be scrubbed."""

    def __init__(self, services: Services, file: Path, scrubber: Scrubber) -> None:
        self._services, self._file, self._scrubber = services, file, scrubber
        self._kept: tuple[int, datetime | None] | None = None

    async def run(self) -> None:
        """Whenever somebody has been erased, add them to the file and scrub; never returns."""
        services = self._services
        while True:
            await services.erased.wait()
            services.erased.clear()
            try:
                await self._keep()
                await self._scrubber.empty_log(but=services.erased)  # a reader may take minutes
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            except (StorageError, OSError) as error:
                log.warning("tombstones not kept yet", reason=type(error).__name__)
                await asyncio.sleep(SECONDS_BETWEEN_TRIES)
                services.erased.set()

    async def look(self) -> None:
        """Do the same if another program, `clamour person erase`, has erased somebody."""
        if await self._state() != self._kept:
            self._services.erased.set()

    async def _keep(self) -> None:
        """At the start the pages are scrubbed if anybody was ever erased: the process before may
        have been killed before it did."""
        services, kept = self._services, await self._state()
        key = services.identity_key
        await sync(services.database, self._file, now=services.clock(), identity_key=key)
        if kept[0] or self._kept is not None:
            self._scrubber.pages_are_stained()
        self._kept = kept

    async def _state(self) -> tuple[int, datetime | None]:
        async with self._services.database.reading() as db:
            return await tombstones.state(db)


async def sync(database: Database, file: Path, *, now: datetime, identity_key: bytes = b"") -> int:
    """Bring file and database to the same: who is in the file alone is erased again.

    Args:
        identity_key: for the hashes of erased signers.

    Returns:
        How many have been erased.

    Raises:
        OSError: the file cannot be read or written.
    """
    key = await _key(database, file.with_name(file.name + ".key"))
    on_file = await asyncio.to_thread(_read, file)
    erased = await erasure.erase_again(
        database, on_file, key=key, now=now, identity_key=identity_key
    )
    async with database.reading() as db:
        kept = await tombstones.all(db)
    await asyncio.to_thread(_append, file, [stone for stone in kept if stone not in on_file])
    if len(on_file) - len(tombstones.newest_of(on_file)) > MOST_NEEDLESS_LINES:
        await asyncio.to_thread(_write_anew, file)
    if erased:
        log.warning("erased again after a restore", people=erased)
    return erased


async def _key(database: Database, file: Path) -> str:
    """The key: the file's; where that is lost, the database's; else a new one."""
    kept = await asyncio.to_thread(lambda: file.read_text().strip() if file.exists() else None)
    async with database.transaction() as db:
        key = await tombstones.keep_key(db, kept or secrets.token_hex(32), replace=kept is not None)
    if kept is None:
        await asyncio.to_thread(_write_key, file, key)
    return key


def _write_key(file: Path, key: str) -> None:
    with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as kept:
        kept.write(key + "\n")
        kept.flush()
        os.fsync(kept.fileno())


def _read(file: Path) -> frozenset[Tombstone]:
    """What the file says; a last line that was cut off by a crash is passed over."""
    if not file.exists():
        return frozenset()
    found = []
    for line in file.read_text("ascii", "replace").splitlines():
        hash_, _, at = line.partition(" ")
        try:
            found.append(Tombstone(hash_, datetime.fromisoformat(at)))
        except ValueError:
            log.warning("a line of the tombstones cannot be read")
    return frozenset(found)


def _append(file: Path, stones: Iterable[Tombstone]) -> None:
    lines = "".join(f"{stone.hash} {stone.at.isoformat()}\n" for stone in stones)
    if not lines:
        return
    with open(os.open(file, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600), "rb+") as kept:
        cut_off = kept.seek(0, os.SEEK_END) and (kept.seek(-1, os.SEEK_END), kept.read(1))[1]
        kept.write((("\n" if cut_off and cut_off != b"\n" else "") + lines).encode())
        kept.flush()
        os.fsync(kept.fileno())


def _write_anew(file: Path) -> None:
    """Keep the newest line of each person. What another process adds meanwhile stands in the
    database, so its next look adds it again."""
    newest = tombstones.newest_of(_read(file)).items()
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    _append(draft, [Tombstone(hash_, at) for hash_, at in newest])
    draft.replace(file)
