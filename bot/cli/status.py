"""clamour status"""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import note

if TYPE_CHECKING:
    from rich.table import Table

    from campaign.petition import Petition
    from storage.campaigns import Totals
    from storage.database import Connection

EXAMPLES = """[bold]Example[/]

  clamour status

Reads the database, whether the bot is running or not, and says which processes are alive."""


def status(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Show how things are: database, processes, campaigns, updates being sent, backup, staff."""
    from rich.console import Console

    console = Console()
    tables, warnings = asyncio.run(_looked(config))
    for table in tables:
        console.print(table)
        console.print()
    for words in warnings:
        note(words)


async def _looked(config: ConfigFile) -> "tuple[list[Table], list[str]]":
    """What to show, and what to warn of."""
    from bot.cli.database import open_database
    from bot.cli.processes import alive, table, warnings
    from campaign.catalogue import every_petition
    from storage import campaigns, processes

    now = datetime.now(UTC)
    async with open_database(config) as database, database.reading() as db:
        living = alive(await processes.all(db))
        known = [
            (petition.as_of(now), await campaigns.totals(db, petition.id))
            for petition in await every_petition(db)
        ]
        tables = [
            await _overview(config, db, database.kind),
            table(living),
            _campaigns(known),
            await _broadcasts(db, {petition.id: petition.campaign.slug for petition, _ in known}),
        ]
        return tables, list(warnings(living, await processes.newest_migration(db)))


async def _overview(config: ConfigFile, db: "Connection", kind: str) -> "Table":
    from importlib.metadata import version

    from bot.config import load
    from bot.jobs.backups import dated
    from storage import migrate, staff

    settings = load(config)
    state = await migrate.check(settings.storage.url)
    folder, keyring = settings.backup.folder, settings.keyring
    backup = max((at for at, _ in dated(folder)), default=None) if folder else None
    people = {member.telegram_id for member in await staff.all(db)}
    table = _plain("", "")
    engine = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
    table.add_row("Clamour", version("clamour"))
    table.add_row("Database", f"{engine}, revision {state.current}")
    table.add_row("Encryption", f"on, key {keyring.current.id}" if keyring else "off")
    table.add_row("Last backup", f"{backup:%Y-%m-%d %H:%M} UTC" if backup else "not known")
    table.add_row("Staff", f"{len(people):,}")
    return table


def _campaigns(known: "list[tuple[Petition, Totals]]") -> "Table":
    table = _plain("campaign", "status")
    for heading in ("signatures", "goal", "of the goal"):
        table.add_column(heading, justify="right")
    for petition, totals in known:
        campaign, goal = petition.campaign, petition.goal(totals.total)
        share = f"{totals.total / goal:.0%}"
        table.add_row(*(campaign.slug, campaign.status, f"{totals.total:,}", f"{goal:,}", share))
    if not known:
        table.add_row("none yet", "clamour campaign load FILE")
    return table


async def _broadcasts(db: "Connection", slugs: dict[int, str]) -> "Table":
    from storage import broadcasts

    table = _plain("update", "campaign", "kind", "status")
    for heading in ("done", "of"):
        table.add_column(heading, justify="right")
    under_way = await broadcasts.in_state(db, "awaiting_approval", "scheduled", "sending", "paused")
    for one in under_way:
        table.add_row(
            *(str(one.id), slugs[one.campaign_id], one.kind, one.status),
            *(f"{one.ended:,}", f"{one.total:,}"),
        )
    if not under_way:
        table.add_row("none under way")
    return table


def _plain(*headings: str) -> "Table":
    from rich.table import Table

    return Table(*headings, box=None, show_header=bool(headings[0]))
