"""clamour audit"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import bad, good, say

if TYPE_CHECKING:
    from storage import audit, evidence

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Show what staff and the command line have done, and verify the log.",
)

WHY = {
    "changed": "has been changed",
    "cut_in": "does not follow the row before it: rows are missing, added or in another order",
    "cut_off": "is not the last that was written: rows after it are missing",
}


@commands.command("list", epilog="[bold]Example[/]\n\n  clamour audit list --newest 100")
def list_(
    newest: Annotated[int, typer.Option("--newest", help="How many rows.", min=1)] = 30,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """List what was done, newest first: when (UTC), who (Telegram number), what, to what."""
    from rich.console import Console
    from rich.table import Table

    from storage import audit, evidence

    table = Table("no.", "when", "who", "what", "to what", "details", box=None)

    async def work() -> None:
        async with open_database(config) as database, database.reading() as db:
            for one in await audit.page(db, newest, but=[evidence.ACTION]):
                who = str(one.actor) if one.actor is not None else "command line"
                details = ", ".join(f"{name}: {value}" for name, value in one.details.items())
                when = f"{one.at:%Y-%m-%d %H:%M:%S}"
                table.add_row(str(one.id), when, who, one.action, one.subject, details)

    asyncio.run(work())
    if not table.row_count:
        say("Nothing yet.")
        return
    Console().print(table)


@commands.command(
    "verify",
    epilog="[bold]Examples[/]\n\n  clamour audit verify\n\n  clamour audit verify --had HASH",
)
def verify(
    had: Annotated[
        str | None,
        typer.Option(
            "--had",
            metavar="HASH",
            help="A hash that an earlier verify printed.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Check the chain of hashes; exit code 1 if a row has been changed, removed or put in.

    Also reads the consents and the wordings again and compares them with what the log keeps of
    them. Tells the newest hash. Note it somewhere else: who may write to the database could make a
    whole new chain, but not one that has that hash.
    """
    found = asyncio.run(_verified(config, had))
    if found.broken is not None:
        bad(f"Row {found.broken.id} {WHY[found.broken.why]}.")
        raise typer.Exit(1)
    if not found.known:
        bad("No row has that hash: the log is not the one that had it.")
        raise typer.Exit(1)
    for seal in found.seals:
        if not seal.id:
            bad(f"The {seal.table} have rows below number 1, which the bot never writes.")
            continue
        bad(
            f"The {seal.table} between number {seal.first} and {seal.last} are not what row "
            f"{seal.id} says they were: one has been changed, removed or put in."
        )
    if found.seals:
        raise typer.Exit(1)
    for one in found.covers:
        say(_covered(one))
    good(f"{found.head.rows} rows, each as it was written. The newest hash:")
    say(found.head.hash)


@dataclass(frozen=True, slots=True)
class _Verified:
    """What was found."""

    broken: "audit.Broken | None"
    known: bool
    seals: "list[evidence.BrokenSeal]"
    covers: "list[evidence.Cover]"
    head: "audit.Head"


async def _verified(config: Path, had: str | None) -> _Verified:
    from storage import audit, evidence

    async with open_database(config) as database, database.reading() as db:
        broken = await audit.broken(db)
        known = had is None or await audit.has_hash(db, had)
        seals = [await evidence.broken(db, table) for table in evidence.SEALED]
        covers = [await evidence.cover(db, table) for table in evidence.SEALED]
        head = await audit.head(db)
    return _Verified(broken, known, [one for one in seals if one is not None], covers, head)


def _covered(cover: "evidence.Cover") -> str:
    if cover.since is None:
        return f"{cover.table}: {cover.to_come:,} rows, none of them sealed yet."
    return (
        f"{cover.table}: {cover.rows:,} rows as they were sealed, the first at "
        f"{cover.since:%Y-%m-%d %H:%M} UTC (rows older than that, as they were then); "
        f"{cover.to_come:,} not sealed yet."
    )
