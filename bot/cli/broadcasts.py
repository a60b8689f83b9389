"""clamour broadcasts"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import say

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="List updates being sent, and pause them.",
)


@commands.command("list", epilog="[bold]Example[/]\n\n  clamour broadcasts list")
def list_(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """List each campaign's newest updates and their progress."""
    from rich.console import Console
    from rich.table import Table

    from storage import broadcasts, campaigns

    table = Table("no.", "campaign", "kind", "status", box=None)
    for heading in ("sent", "of", "unreachable", "failed", "unknown"):
        table.add_column(heading, justify="right")

    async def work() -> None:
        async with open_database(config) as database, database.reading() as db:
            for campaign in await campaigns.all(db):
                for one in await broadcasts.of_campaign(db, campaign.id, 20):
                    figures = (one.sent, one.total, one.unreachable, one.failed, one.unknown)
                    table.add_row(
                        *(str(one.id), campaign.slug, one.kind, one.status),
                        *(f"{figure:,}" for figure in figures),
                    )

    asyncio.run(work())
    if not table.row_count:
        say("No updates yet. Staff write them in the chat: /update")
        return
    Console().print(table)


@commands.command("pause", epilog="[bold]Example[/]\n\n  clamour broadcasts pause --all")
def pause(
    everything: Annotated[
        bool, typer.Option("--all", help="Everything being sent or scheduled.")
    ] = False,
    number: Annotated[
        int | None,
        typer.Option(
            "--number", help="Only this update; see clamour broadcasts list.", show_default=False
        ),
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Pause updates within a second; messages in flight still arrive. Resume them in the chat."""
    from campaign.broadcasts import audit, states
    from storage import broadcasts

    if everything == (number is not None):
        raise typer.BadParameter("say either --all or --number NUMBER")

    async def work() -> int:
        async with open_database(config, upgrades=True) as database, database.transaction() as db:
            now = datetime.now(UTC)
            if number is None:
                if paused := await states.pause_all(db):
                    await audit.note_all_paused(db, paused, None, now=now)
                return paused
            broadcast = await broadcasts.of(db, number)
            if broadcast is None:
                return 0
            try:
                await states.pause(db, number)
            except states.NotInThatState:
                return 0
            await audit.note(db, "paused", broadcast, None, now=now)
            return 1

    paused = asyncio.run(work())
    say(f"Paused: {paused}." if paused else "Nothing was being sent.")
