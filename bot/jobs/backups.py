"""Nightly backups: make one, remove old ones, tell owners of a failure."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.config import Settings
from bot.jobs.notifications import tell_now
from campaign import staff
from campaign.notifications import notify_staff
from handlers.screens import Screen, Text
from handlers.services import Services
from storage import backups, settings
from storage.backups import BackupError
from storage.errors import StorageError

log = structlog.get_logger()

AGAIN_AFTER = timedelta(hours=1)
TOLD_AGAIN_AFTER = timedelta(days=1)
_TOLD = "backup_failure_told"
_NAME = re.compile(r"clamour-(\d{8}T\d{6})Z\.db")
_STAMP = "%Y%m%dT%H%M%S"


class Nightly:
    """The backups in one folder: which are there says what is due. None without a folder."""

    def __init__(self, services: Services, bot: ExtBot[Any], given: Settings, folder: Path) -> None:
        self._services, self._bot, self._given, self._folder = services, bot, given, folder
        self._tried: float | None = None
        self._told: datetime | None = None

    async def run_due(self) -> None:
        """Make what is due, at most once an hour if it fails."""
        now = self._services.clock()
        newest = max((at for at, _ in dated(self._folder) if at <= now), default=None)
        if newest is not None and newest >= due_since(now, self._given.backup.at):
            return
        moment = self._services.monotonic()
        if self._tried is not None and moment - self._tried < AGAIN_AFTER.total_seconds():
            return
        self._tried = moment
        try:
            await asyncio.to_thread(back_up, self._given, self._folder, now)
        except (BackupError, StorageError, OSError) as error:
            log.error("backup failed", reason=str(error) or type(error).__name__)
            await self._tell(now)
        else:
            self._tried = None
            log.info("backup made")

    async def _tell(self, now: datetime) -> None:
        """Say it to all owners, once a day; at once and without the outbox if nothing can be
        written, which may be why there is no backup."""
        try:
            async with self._services.database.transaction() as db:
                kept = await settings.of(db, _TOLD)
                if kept and _is_recent(datetime.fromisoformat(kept), now):
                    return
                await settings.upsert(db, _TOLD, now.isoformat())
                await notify_staff(db, None, "owner", "backup/failed", now=now)
        except StorageError:
            await self._tell_at_once(now)
        else:
            self._services.notified.set()

    async def _tell_at_once(self, now: datetime) -> None:
        if self._told is not None and _is_recent(self._told, now):
            return
        try:
            async with self._services.database.reading() as db:
                owners = await staff.owners(db, None)
        except StorageError:
            return
        self._told = now
        for owner in owners:
            language = self._services.renderer.match(owner.language, owner.telegram_language)
            await tell_now(
                self._services,
                self._bot,
                owner.telegram_id,
                Screen(Text("backup/failed")),
                language,
                about="failed backup",
            )


def _is_recent(told: datetime, now: datetime) -> bool:
    """Whether it was within the day; not if it was in the future: the clock has been set back."""
    return timedelta() <= now - told < TOLD_AGAIN_AFTER


def back_up(given: Settings, folder: Path, now: datetime) -> backups.Contents:
    """Make a backup in the folder, and take away those that are too old."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = backups.make(given.storage.url, folder / name_at(now))
    for at, file in dated(folder):
        if now - at > timedelta(days=given.backup.keep_days):
            file.unlink(missing_ok=True)
    return made


def name_at(now: datetime) -> str:
    """What a backup of that moment is called."""
    return f"clamour-{now.astimezone(UTC):{_STAMP}}Z.db"


def dated(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder, with the moments (UTC) in their names; other files are not ours."""
    if not folder.is_dir():
        return []
    return [
        (datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC), file)
        for file in folder.iterdir()
        if (found := _NAME.fullmatch(file.name))
    ]


def due_since(now: datetime, at: str) -> datetime:
    """The newest moment not after now at which the clock (UTC) showed that time."""
    hour, minute = (int(part) for part in at.split(":"))
    today = now.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)
