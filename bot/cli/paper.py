"""clamour offline"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import bad, complain, good, note, say

if TYPE_CHECKING:
    from campaign.paper.report import Report
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
Doubts = Annotated[
    list[str],
    typer.Option(
        metavar="DOUBT", help="Rows in this doubt.", default_factory=list, show_default=False
    ),
]


@commands.command(
    "import",
    epilog="[bold]Examples[/]\n\n  clamour offline import sheets.xlsx --campaign keep-the-unit\n\n"
    "  clamour offline import sheets.csv --campaign keep-the-unit --leave no_postcode --yes",
)
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, .xlsx or .ods.", show_default=False)
    ],
    campaign: Slug,
    say_: Annotated[
        list[str],
        typer.Option(
            "--say",
            metavar="QUESTION=ANSWER",
            help="Answer what it asks, such as sheet=0 or heading=person.",
            default_factory=list,
            show_default=False,
        ),
    ],
    count: Doubts,
    leave: Doubts,
    name: Column = "",
    postcode: Column = "",
    email: Column = "",
    yes: Annotated[bool, typer.Option("--yes", help="Count without asking.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Show what is in a table of paper signatures, and count it if you agree. No row is kept."""
    from campaign.paper.no_table import NoTable
    from campaign.paper.read_table import MOST_BYTES

    if file.stat().st_size > MOST_BYTES:
        complain("The table is too large: 5 MB at most. Nothing was counted.")
        raise typer.Exit(1)
    content = file.read_bytes()
    chosen = {"name": name, "postcode": postcode, "email": email}
    answers = dict(one.split("=", 1) for one in say_ if "=" in one)
    answers |= dict.fromkeys(count, "count") | dict.fromkeys(leave, "leave")
    try:
        report = asyncio.run(_look(config, campaign, content, chosen, answers))
    except NoTable as why:
        complain(f"This can't be read as a table ({why.reason}). Nothing was counted.")
        raise typer.Exit(1) from None
    if report.question:
        complain(f"{_question(report)} Nothing was counted.")
        raise typer.Exit(1)
    _say_what_was_found(report)
    if report.same_file:
        complain("This file has been counted already. Nothing was counted.")
        raise typer.Exit(1)
    _settle(report, answers, may_ask=not yes)
    number = report.total(answers)
    if not number:
        complain("Nothing in it can be counted.")
        raise typer.Exit(1)
    if not yes and not typer.confirm(f"Count {number:,}?"):
        say("Nothing was counted.")
        return
    total = asyncio.run(_count(config, campaign, file.name, content, report, answers))
    say(f"Counted {number:,}. On paper now: {total:,}.")


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
    """Undo an entry or a whole table. Both stay in the list of what was done."""
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
        complain("It was undone before. Nothing has been changed.")
        raise typer.Exit(1) from None
    except entries.GoneAlready:
        complain("That would leave fewer than no paper signatures. Nothing has been changed.")
        raise typer.Exit(1) from None
    say(f"Undone. On paper now: {left:,}.")


async def _look(
    config: Path, slug: str, content: bytes, chosen: dict[str, str], answers: dict[str, str]
) -> "Report":
    from campaign.catalogue import current
    from campaign.paper.check_table import check, digest, understand
    from campaign.paper.import_table import needs_postcode

    async with open_database(config) as database, database.reading() as db:
        campaign_id = await _id(db, slug)
        petition = await current(db, campaign_id)
        rules = {
            "needs_postcode": petition is None or needs_postcode(petition.definition),
            "only_uk": petition is None or not petition.definition.from_anywhere,
        }
        report, people = understand(content, None, answers, **rules)
        named = {field: _column(report, given) for field, given in chosen.items() if given}
        if named:
            kept = {
                f: c for f, c in report.columns.items() if "name" not in named or "name" not in f
            }
            report, people = understand(content, {**kept, **named}, answers, **rules)
        return await check(db, campaign_id, digest(content, answers), report, people)


async def _count(
    config: Path,
    slug: str,
    name: str,
    content: bytes,
    report: "Report",
    answers: dict[str, str],
) -> int:
    from campaign.paper import import_table
    from campaign.paper.check_table import digest
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
        values = {
            "report": report.to_dict(),
            "answers": answers,
            "sha256": digest(content, answers),
        }
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


_LEFT = {
    "above": "above the headings",
    "headings": "headings again",
    "totals": "a total or a page number",
    "blank": "nobody in it",
    "twice": "in the table twice",
    "signed": "have signed in the chat",
}
_DOUBTS = {
    "no_postcode": "no postcode",
    "other_postcode": "a postcode that isn't British, or has a slip in it",
    "no_name": "no name that can be read",
    "odd_name": "a name that may be none",
    "several": "more than one person, perhaps",
    "only_name": "nothing but a name: a person or a footnote",
    "too_wide": "more cells than headings",
    "marked": "marked void, crossed out, double or not signed",
    "hidden": "hidden in the spreadsheet",
    "before": "above the headings",
    "repeated": "the same name again: one person or two",
    "maybe_signed": "the name of somebody who has signed in the chat",
}


def _say_what_was_found(report: "Report") -> None:
    for field, column in report.columns.items():
        note(f"{field}: column {column + 1} {report.headings[column]}".rstrip())
    for reason, group in report.left.items():
        note(f"not counted, {_LEFT[reason]}: {group.count:,} ({_rows(group.rows)})")
    for doubt, group in report.doubts.items():
        bad(f"{doubt}: {_DOUBTS[doubt]}: {group.count:,} ({_rows(group.rows)})")
    good(f"{report.certain:,} of {report.rows:,} rows can certainly be counted")


def _rows(rows: list[int]) -> str:
    return f"row {', '.join(map(str, rows))}"


def _question(report: "Report") -> str:
    if report.question == "sheet":
        sheets = ", ".join(f"{at}: {name}" for at, name in enumerate(report.sheets))
        return f"There are several sheets. Use --say sheet=NUMBER ({sheets})."
    if report.question == "quotes":
        return (
            f"A quotation mark may be open ({_rows(report.lost.rows)}). Use --say quotes=rows if "
            "each line is a row, or --say quotes=cells if cells go on in the next line."
        )
    if report.question == "heading":
        return "Is row 1 a person or a heading? Use --say heading=person or --say heading=heading."
    return "Which column is the name? Use --name, or --say columns=right if they're right."


def _settle(report: "Report", answers: dict[str, str], *, may_ask: bool) -> None:
    """Have every doubt answered, or end."""
    for doubt, group in report.doubts.items():
        if doubt in answers:
            continue
        if not may_ask:
            complain(f"Use --count {doubt} or --leave {doubt}. Nothing was counted.")
            raise typer.Exit(1)
        counts = typer.confirm(f"{_DOUBTS[doubt].capitalize()}: count these {group.count:,}?")
        answers[doubt] = "count" if counts else "leave"


async def _id(db: "Connection", slug: str) -> int:
    from storage import campaigns

    found = await campaigns.by_slug(db, slug)
    if found is None:
        raise typer.BadParameter(f"there is no campaign “{slug}”: see clamour campaign list")
    return found.id
