"""Looking at tables of paper signatures that staff have sent, beside the conversation."""

import asyncio
import hashlib
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.finishing import keep_doing
from bot.packing import SECONDS_BETWEEN_LOOKS
from bot.telling import tell_now
from campaign.paper_tables.looking import look, understand
from campaign.paper_tables.reading import NoTable
from handlers.house import House
from handlers.screen import Screen, Text
from handlers.staff.tables import found
from storage import offline_imports, supporters
from storage.errors import DatabaseUnavailable
from storage.offline_imports import Import

log = structlog.get_logger()


async def keep_importing(house: House, bot: ExtBot[Any]) -> None:
    """Look at every table as it comes; never returns. Looked at twice, it is told of twice."""
    work = partial(look_at_next, house, bot)
    await keep_doing("tables", work, every=SECONDS_BETWEEN_LOOKS, sooner=house.import_sent)


async def look_at_next(house: House, bot: ExtBot[Any]) -> bool:
    """Look at the oldest table that waits; gives whether there was one."""
    async with house.database.reading() as db:
        table = await offline_imports.queued(db)
    if table is None:
        return False
    try:
        file = await bot.get_file(table.file_id or "")
        content = bytes(await file.download_as_bytearray())
        report, people = await asyncio.to_thread(understand, content, table.columns)
        async with house.database.reading() as db:
            report = await look(db, table.campaign_id, content, report, people)
    except (NoTable, TelegramError) as why:
        reason = why.reason if isinstance(why, NoTable) else "gone"
        await _move(house, table, "failed")
        await _tell(house, bot, table, Screen(Text("offline/table_problem", {"reason": reason})))
        return True
    except DatabaseUnavailable:
        raise
    except Exception:
        log.exception("table not looked at", import_id=table.id)
        await _move(house, table, "failed")
        await _tell(
            house, bot, table, Screen(Text("offline/table_problem", {"reason": "not_text"}))
        )
        return True
    sha256 = hashlib.sha256(content).hexdigest()
    await _move(house, table, "looked", report=report.to_dict(), sha256=sha256)
    async with house.database.reading() as db:
        looked = await offline_imports.of(db, table.id) or table
    await _tell(house, bot, table, found(looked))
    return True


async def _move(house: House, table: Import, after: str, **values: Any) -> None:
    async with house.database.transaction() as db:
        await offline_imports.move(db, table.id, ("queued",), after, **values)


async def _tell(house: House, bot: ExtBot[Any], table: Import, screen: Screen) -> None:
    async with house.database.reading() as db:
        person = await supporters.by_id(db, table.requested_by or 0)
    if person is None:
        return
    language = house.renderer.match(person.language, person.telegram_language)
    await tell_now(house, bot, person.telegram_id, screen, language, about="table")
