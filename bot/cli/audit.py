"""clamour audit"""

import asyncio
from typing import Annotated

import typer

from bot.cli.opening import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.saying import bad, good, say

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="What staff and the command line did, and whether that log is as it was written.",
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
    """List the newest acts, newest first: when (UTC), who (Telegram number), what, to what."""
    from rich.console import Console
    from rich.table import Table

    from storage import audit

    table = Table("no.", "when", "who", "what", "to what", "details", box=None)

    async def work() -> None:
        async with open_database(config) as database, database.reading() as db:
            for one in await audit.page(db, newest):
                who = str(one.actor) if one.actor is not None else "command line"
                details = ", ".join(f"{name}: {value}" for name, value in one.details.items())
                when = f"{one.at:%Y-%m-%d %H:%M:%S}"
                table.add_row(str(one.id), when, who, one.action, one.subject, details)

    asyncio.run(work())
    if not table.row_count:
        say("Nothing has been done yet.")
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
            "--had", metavar="HASH", help="A hash that verify told before.", show_default=False
        ),
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Check the chain of hashes; exit code 1 if a row has been changed, removed or put in.

    Tells the newest hash. Note it somewhere else: who may write to the database could make a whole
    new chain, but not one that has that hash.
    """
    from storage import audit

    async def work() -> tuple[audit.Broken | None, audit.Head, bool]:
        async with open_database(config) as database, database.reading() as db:
            found = await audit.broken(db)
            return found, await audit.head(db), had is None or await audit.has_hash(db, had)

    found, head, known = asyncio.run(work())
    if found is not None:
        bad(f"Row {found.id} {WHY[found.why]}.")
        raise typer.Exit(1)
    if not known:
        bad("No row has that hash: the log is not the one that had it.")
        raise typer.Exit(1)
    good(f"{head.rows} rows, each as it was written. The newest hash:")
    say(head.hash)
