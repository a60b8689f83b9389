"""clamour offline"""

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import bad, complain, good, note, say

if TYPE_CHECKING:
    from campaign.paper.check_table import Report
    from storage.database import Connection

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Count, list and undo paper signatures.",
)
Slug = Annotated[
    str, typer.Option("--campaign", metavar="SLUG", help="The campaign.", show_default=False)
]
Column = Annotated[
    str, typer.Option(metavar="COLUMN", help="Its heading or number.", show_default=False)
]


@commands.command(
    "import",
    epilog="[bold]Example[/]\n\n  clamour offline import sheets.csv --campaign keep-the-unit",
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV table.", show_default=False)],
    campaign: Slug,
    name: Column = "",
    postcode: Column = "",
    email: Column = "",
    yes: Annotated[bool, typer.Option("--yes", help="Count without asking.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Say what a table of paper signatures holds, and count it if you agree. No row is kept."""
    from campaign.paper.read_table import MOST_BYTES, NoTable

    if file.stat().st_size > MOST_BYTES:
        complain("The table is too large: at most 5 MB. Nothing was counted.")
        raise typer.Exit(1)
    content = file.read_bytes()
    chosen = {"name": name, "postcode": postcode, "email": email}
    try:
        report = asyncio.run(_look(config, campaign, content, chosen))
    except NoTable as why:
        complain(f"This cannot be read as a table ({why.reason}). Nothing was counted.")
        raise typer.Exit(1) from None
    _say_what_was_found(report)
    if report.same_file:
        complain("This very file has been counted already. Nothing was counted.")
        raise typer.Exit(1)
    if not report.good:
        complain("Nothing in it can be counted.")
        raise typer.Exit(1)
    if not yes and not typer.confirm(f"Count {report.good:,}?"):
        say("Nothing was counted.")
        return
    total = asyncio.run(_count(config, campaign, file.name, content, report))
    say(f"Counted {report.good:,}. On paper now: {total:,}.")


@commands.command("list", epilog="[bold]Example[/]\n\n  clamour offline list --campaign unit")
def list_(campaign: Slug, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """List what was added, newest first."""
    from rich.console import Console
    from rich.table import Table

    from storage import paper_entries

    table = Table("entry", "added", "from", "", box=None)
    table.add_column("count", justify="right")

    async def work() -> None:
        async with open_database(config) as database, database.reading() as db:
            for one in await paper_entries.newest(db, await _id(db, campaign), 100):
                undone = "taken back" if one.undone else ""
                added = f"{one.recorded_at:%Y-%m-%d}"
                table.add_row(str(one.id), added, one.note, undone, f"{one.count:,}")

    asyncio.run(work())
    if not table.row_count:
        say("Nothing has been added yet.")
        return
    Console().print(table)


@commands.command("undo", epilog="[bold]Example[/]\n\n  clamour offline undo 12")
def undo(
    entry: Annotated[
        int, typer.Argument(metavar="ENTRY", help="Its number in the list.", show_default=False)
    ],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Take an entry back, also a whole table. Both stay in the list of what was done."""
    from campaign.paper import entries
    from handlers.services import utc_now
    from storage import paper_entries

    async def work() -> int:
        async with open_database(config, upgrades=True) as database, database.transaction() as db:
            found = await paper_entries.of(db, entry)
            if found is None or found.undoes_id is not None:
                raise typer.BadParameter("there is no such entry: see clamour offline list")
            totals = await entries.undo(db, found, undone_by=None, now=utc_now())
            return totals.offline

    try:
        left = asyncio.run(work())
    except entries.UndoneAlready:
        complain("It has been taken back before. Nothing has changed.")
        raise typer.Exit(1) from None
    except entries.GoneAlready:
        complain("That would leave fewer than no paper signatures. Nothing has changed.")
        raise typer.Exit(1) from None
    say(f"Taken back. On paper now: {left:,}.")


async def _look(config: Path, slug: str, content: bytes, chosen: dict[str, str]) -> "Report":
    from campaign.paper.check_table import check, understand

    report, people = understand(content, None)
    named = {field: _column(report, given) for field, given in chosen.items() if given}
    if named:
        kept = {f: c for f, c in report.columns.items() if "name" not in named or "name" not in f}
        report, people = understand(content, {**kept, **named})
    async with open_database(config) as database, database.reading() as db:
        return await check(db, await _id(db, slug), content, report, people)


async def _count(config: Path, slug: str, name: str, content: bytes, report: "Report") -> int:
    from campaign.paper import import_table
    from handlers.services import utc_now
    from storage import paper_imports

    async with open_database(config, upgrades=True) as database, database.transaction() as db:
        table = await paper_imports.add(
            db,
            campaign_id=await _id(db, slug),
            requested_by=None,
            file_id=None,
            file_name=name,
            now=utc_now(),
        )
        values = {"report": report.to_dict(), "sha256": hashlib.sha256(content).hexdigest()}
        await paper_imports.move(db, table.id, ("queued",), "looked", **values)
        looked = await paper_imports.of(db, table.id) or table
        totals = await import_table.count(db, looked, counted_by=None, now=utc_now())
    return totals.offline


def _column(report: "Report", given: str) -> int:
    if given in report.headings:
        return report.headings.index(given)
    if given.isdecimal() and 1 <= int(given) <= len(report.headings):
        return int(given) - 1
    raise typer.BadParameter(f"there is no column “{given}”: {', '.join(report.headings)}")


def _say_what_was_found(report: "Report") -> None:
    for field, column in report.columns.items():
        note(f"{field}: column {column + 1} {report.headings[column]}".rstrip())
    for line, field, reason in report.problems:
        bad(f"line {line}: {field} {reason}")
    if report.problem_count > len(report.problems):
        bad(f"and {report.problem_count - len(report.problems):,} more")
    for lines, count, words in (
        (report.twice, report.twice_count, "in the table twice"),
        (report.signed, report.signed_count, "have signed in the chat"),
    ):
        if count:
            note(f"{words}: {count:,} (line {', '.join(map(str, lines))})")
    good(f"{report.good:,} of {report.rows:,} rows can be counted")


async def _id(db: "Connection", slug: str) -> int:
    from storage import campaigns

    found = await campaigns.by_slug(db, slug)
    if found is None:
        raise typer.BadParameter(f"there is no campaign “{slug}”: see clamour campaign list")
    return found.id
