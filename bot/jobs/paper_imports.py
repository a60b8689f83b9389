"""Check the tables of paper signatures that staff have sent."""

import asyncio
import contextlib
import hashlib
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.jobs.handin_packs import SECONDS_BETWEEN_LOOKS
from bot.jobs.loops import run_every
from bot.jobs.notifications import tell_now
from bot.jobs.set_aside import MOST_ATTEMPTS, tell_staff
from campaign import worker
from campaign.paper.check_table import Person, Report, check, understand_by_pages
from campaign.paper.read_table import MOST_BYTES, NoTable
from campaign.worker import Limits, WorkerDied
from handlers.screens import Screen, Text
from handlers.services import Services
from handlers.staff.paper.tables import found
from storage import paper_imports, supporters
from storage.errors import DatabaseUnavailable
from storage.paper_imports import Import

log = structlog.get_logger()

LIMITS = Limits(seconds=180.0, cpu_seconds=120)
"""The largest table there may be, 100,000 rows with emails, takes about a tenth of it."""


async def run_paper_imports(services: Services, bot: ExtBot[Any]) -> None:
    """Look at every table as it comes; never returns. Looked at twice, it is told of twice."""
    work = partial(look_at_next, services, bot)
    await run_every("tables", work, every=SECONDS_BETWEEN_LOOKS, sooner=services.import_sent)


async def look_at_next(services: Services, bot: ExtBot[Any]) -> bool:
    """Look at the next table that waits; gives whether there was one."""
    async with services.database.transaction() as db:
        table = await paper_imports.claim(db)
    if table is None:
        return False
    if table.attempts > MOST_ATTEMPTS:
        await _put_aside(services, bot, table)
        return True
    try:
        await _look_at(services, bot, table)
    except WorkerDied as died:
        log.warning("table has ended its worker", import_id=table.id, why=died.why)
    except (asyncio.CancelledError, DatabaseUnavailable):
        await asyncio.shield(_give_back(services, table))
        raise
    return True


async def _look_at(services: Services, bot: ExtBot[Any], table: Import) -> None:
    try:
        file = await bot.get_file(table.file_id or "")
        if (file.file_size or 0) > MOST_BYTES:
            raise NoTable("too_large")
        content = bytes(await file.download_as_bytearray())
        report, people = await _understood(content, table)
        async with services.database.reading() as db:
            report = await check(db, table.campaign_id, content, report, people)
    except (NoTable, TelegramError) as why:
        reason = why.reason if isinstance(why, NoTable) else "gone"
        await _fail(services, bot, table, reason)
        return
    except (WorkerDied, DatabaseUnavailable):
        raise
    except Exception:
        log.exception("table not looked at", import_id=table.id)
        await _fail(services, bot, table, "not_text")
        return
    sha256 = hashlib.sha256(content).hexdigest()
    await _move(services, table, "looked", report=report.to_dict(), sha256=sha256, attempts=0)
    async with services.database.reading() as db:
        looked = await paper_imports.of(db, table.id) or table
    await _tell(services, bot, table, found(looked))


async def _understood(content: bytes, table: Import) -> tuple[Report, list[Person]]:
    people: list[Person] = []

    async def more(some: list[Person]) -> None:
        people.extend(some)

    report = await worker.run(
        understand_by_pages, content, table.columns, limits=LIMITS, on_part=more
    )
    return report, people


async def _put_aside(services: Services, bot: ExtBot[Any], table: Import) -> None:
    await _move(services, table, "failed")
    await tell_staff(
        services,
        bot,
        Text("paper/table_aside", {"name": table.file_name}),
        campaign_id=table.campaign_id,
        requested_by=table.requested_by,
        about="table",
    )


async def _give_back(services: Services, table: Import) -> None:
    with contextlib.suppress(DatabaseUnavailable):
        async with services.database.transaction() as db:
            await paper_imports.give_back(db, table.id)


async def _fail(services: Services, bot: ExtBot[Any], table: Import, reason: str) -> None:
    await _move(services, table, "failed")
    await _tell(services, bot, table, Screen(Text("paper/table_problem", {"reason": reason})))


async def _move(services: Services, table: Import, after: str, **values: Any) -> None:
    async with services.database.transaction() as db:
        await paper_imports.move(db, table.id, ("queued",), after, **values)


async def _tell(services: Services, bot: ExtBot[Any], table: Import, screen: Screen) -> None:
    async with services.database.reading() as db:
        person = await supporters.by_id(db, table.requested_by or 0)
    if person is None:
        return
    language = services.renderer.match(person.language, person.telegram_language)
    await tell_now(services, bot, person.telegram_id, screen, language, about="table")
