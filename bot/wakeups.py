"""Wake jobs in other processes: a web worker records a signature, the jobs process thanks."""

import asyncio
from collections.abc import Iterable
from functools import partial

import structlog

from bot.jobs.loops import run_on_event
from handlers.services import Services
from storage.errors import DatabaseUnavailable
from storage.listen_notify import listen
from storage.listen_notify import wake as wake_others

log = structlog.get_logger()

PAUSE_SECONDS = 0.2
SECONDS_BETWEEN_TRIES = 5.0
EVENTS = (
    *("credited", "counted", "held_back", "staff_changed", "dates_due", "erased"),
    *("codes_wanted", "pack_asked", "import_sent", "notified", "letters_queued"),
)
"""The house's events that a job waits for."""


LOOKED_AT = (
    *("credited", "counted", "held_back", "staff_changed", "dates_due"),
    *("notified", "letters_queued"),
)
"""Those of which the database may know without anybody telling: dates come by themselves."""
REQUESTS = ("pack_asked", "import_sent")


async def wake(services: Services, names: Iterable[str] = EVENTS) -> None:
    """Let these jobs look at once: something may have come that nobody has told them of."""
    for name in names:
        event(services, name).set()


def event(services: Services, name: str) -> asyncio.Event:
    found = getattr(services, name)
    assert isinstance(found, asyncio.Event)  # noqa: S101 - EVENTS names no other
    return found


async def forward_wakeups(services: Services) -> None:
    """Whatever event is set here, have it set where the jobs are done; never returns."""
    async with asyncio.TaskGroup() as each:
        for name in EVENTS:
            tell = partial(_tell, services, name)
            each.create_task(
                run_on_event(event(services, name), "waking", tell, pause_after=PAUSE_SECONDS)
            )


async def _tell(services: Services, name: str) -> None:
    async with services.database.transaction() as db:
        await wake_others(db, name)


async def listen_for_wakeups(services: Services) -> None:
    """Set the events that other processes tell of; never returns."""

    def told(name: str) -> None:
        if name in EVENTS:
            event(services, name).set()

    while services.database.kind == "postgresql":
        try:
            await listen(services.database, told)
        except DatabaseUnavailable:
            log.warning("other processes not heard: database away")
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)
