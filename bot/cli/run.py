"""clamour run"""

import asyncio
import gc
import signal
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DEFAULT_CONFIG, ConfigFile

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.roles import Role
    from handlers.services import Services

EXAMPLES = """[bold]Examples[/]

  clamour run

  clamour run --config /etc/clamour/config.toml

  clamour run --role web

Ctrl-C or SIGTERM stops it cleanly: it finishes what it has begun. A second Ctrl-C doesn't wait. \
Nothing is lost: Telegram sends unconfirmed messages again."""


CUT_OFF = 130
"""What a shell tells of a program that Ctrl-C has ended
(https://tldp.org/LDP/abs/html/exitcodes.html)."""

RoleName = StrEnum("RoleName", ["all", "web", "sender", "jobs"])


def run(
    config: ConfigFile = DEFAULT_CONFIG,
    role: Annotated[
        RoleName,
        typer.Option(
            help="What this process does: everything (all), or a part of it beside others on one "
            "PostgreSQL. web takes messages and shows the public pages, sender sends updates, "
            "jobs does the rest."
        ),
    ] = RoleName.all,
    clock: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", hidden=True, help="Read the time there: for the demo's story."
        ),
    ] = None,
) -> None:
    """Run the bot until you stop it.

    Upgrades the database, loads new campaign files, and answers messages.
    """
    gc.disable()  # reading modules leaves nothing to collect: a tenth of the time to start
    import uvloop

    from bot import logs
    from bot.config import load
    from bot.roles import role_on

    settings = load(config)
    part = role_on(role, settings.storage.url)
    logs.configure(settings.log.level, settings.log.format)
    try:
        with logs.standard_streams_closed():
            uvloop.run(_until_stopped(settings, part, clock))
    except asyncio.CancelledError:  # told to stop twice
        raise typer.Exit(CUT_OFF) from None


async def _until_stopped(settings: "Settings", role: "Role", clock: Path | None) -> None:
    from bot import logs
    from bot.application import run as run_bot

    _pass_over_what_stays()
    stop = asyncio.Event()
    running = asyncio.current_task()

    def end() -> None:
        if stop.is_set() and running is not None:
            running.cancel()
        stop.set()

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, told: logs.unseen(told))
    for told in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(told, end)
    await run_bot(settings, role=role, stop=stop, configure=partial(_hang_up, clock))


def _hang_up(clock: Path | None, services: "Services") -> None:
    """Let the house have the clock in a file, if there is one, and look at it often. A story plays
    faster than life: its people's limits are those of its own time."""
    from bot.file_clock import FileClock

    if clock is not None:
        told = FileClock(clock)
        services.clock, services.looks_every = told, 1.0
        services.monotonic = lambda: told().timestamp()


def _pass_over_what_stays() -> None:
    """Imported modules never become garbage, and an update leaves next to none: looking for it
    less often saves a twelfth of the time (docs/performance.md)."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)
    gc.enable()
