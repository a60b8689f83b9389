"""Check the tables of paper signatures that staff have sent."""

from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.jobs.loops import run_on_event
from bot.jobs.set_aside import Queue, notify_set_aside
from campaign import worker
from campaign.paper.check_table import Person, check, digest, understand_by_pages
from campaign.paper.import_table import needs_postcode
from campaign.paper.no_table import NoTable
from campaign.paper.read_table import MOST_BYTES
from campaign.paper.report import Report
from campaign.worker import Limits, WorkerDied
from handlers.services import Services
from storage import notifications, paper_imports, supporters
from storage.database import Connection
from storage.errors import DatabaseUnavailable
from storage.paper_imports import Import

log = structlog.get_logger()

LIMITS = Limits(seconds=180.0, cpu_seconds=120)
"""The largest table there may be, 100,000 rows with emails, takes about a tenth of it."""


async def run_paper_imports(services: Services, bot: ExtBot[Any]) -> None:
    """Look at every table as it comes; never returns."""
    queue = Queue("table", paper_imports.claim, paper_imports.give_back, _put_aside)
    work = partial(queue.work_off, services, partial(_look_at, services, bot))
    await run_on_event(services.import_sent, "tables", work)


async def _look_at(services: Services, bot: ExtBot[Any], table: Import) -> None:
    try:
        file = await bot.get_file(table.file_id or "")
        if (file.file_size or 0) > MOST_BYTES:
            raise NoTable("too_large")
        content = bytes(await file.download_as_bytearray())
        sha256 = digest(content, table.answers or {})
        report, people = await _understood(services, content, table)
        async with services.database.reading() as db:
            report = await check(db, table.campaign_id, sha256, report, people)
    except (NoTable, TelegramError) as why:
        reason = why.reason if isinstance(why, NoTable) else "gone"
        await _fail(services, table, reason)
        return
    except (WorkerDied, DatabaseUnavailable):
        raise
    except Exception:
        log.exception("table not looked at", import_id=table.id)
        await _fail(services, table, "not_text")
        return
    async with services.database.transaction() as db:
        seen = {"report": report.to_dict(), "sha256": sha256, "attempts": 0}
        if await paper_imports.move(db, table.id, ("queued",), "looked", **seen):
            await _notify(services, db, table, "paper/table")
    services.notified.set()


async def _understood(
    services: Services, content: bytes, table: Import
) -> tuple[Report, list[Person]]:
    people: list[Person] = []
    petitions = await services.catalogue.petitions()
    definition = next((p.definition for p in petitions if p.id == table.campaign_id), None)

    async def more(some: list[Person]) -> None:
        people.extend(some)

    report = await worker.run(
        understand_by_pages,
        content,
        table.columns,
        table.answers or {},
        definition is None or needs_postcode(definition),
        definition is None or not definition.from_anywhere,
        limits=LIMITS,
        on_part=more,
    )
    return report, people


async def _put_aside(services: Services, table: Import) -> None:
    async with services.database.transaction() as db:
        if await paper_imports.move(db, table.id, ("queued",), "failed"):
            await notify_set_aside(
                db,
                "paper/table_aside",
                {"name": table.file_name},
                campaign_id=table.campaign_id,
                requested_by=table.requested_by,
                job=f"table:{table.id}",
                now=services.clock(),
            )
    services.notified.set()


async def _fail(services: Services, table: Import, reason: str) -> None:
    async with services.database.transaction() as db:
        if await paper_imports.move(db, table.id, ("queued",), "failed"):
            await _notify(services, db, table, "paper/table_problem", reason=reason)
    services.notified.set()


async def _notify(
    services: Services, db: Connection, table: Import, template: str, **variables: Any
) -> None:
    person = await supporters.by_id(db, table.requested_by or 0)
    await notifications.add(
        db,
        [person.telegram_id] if person else [],
        template,
        campaign_id=table.campaign_id,
        subject_id=table.id,
        variables=variables,
        now=services.clock(),
    )
