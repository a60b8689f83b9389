"""clamour campaign"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, good, say, warn_of_consent

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Write, load, list and export campaigns; add paper signatures.",
)
CampaignFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A campaign's TOML file.", show_default=False)
]
Slug = Annotated[
    str, typer.Argument(metavar="SLUG", help="The campaign's short name.", show_default=False)
]


@commands.command("check", epilog="[bold]Example[/]\n\n  clamour campaign check campaign.toml")
def check(file: CampaignFile) -> None:
    """Check a campaign file. Needs no configuration and no database."""
    from bot.campaign_files import read_campaign
    from bot.cli.load_campaign import say_end
    from campaign.definition.consent_fields import unnamed

    definition = read_campaign(file)
    languages = ", ".join(definition.text)
    say(f"{file}: campaign “{definition.slug}” is fine (goal {definition.goal:,}; {languages}).")
    say_end(definition)
    warn_of_consent(unnamed(definition))


@commands.command(
    "new",
    epilog="[bold]Examples[/]\n\n"
    "  clamour campaign new\n\n"
    "  clamour campaign new library/campaign.toml --language cy",
)
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")] = Path(
        "campaign.toml"
    ),
    language: Annotated[
        str, typer.Option(metavar="CODE", help="The language you write it in.")
    ] = "en",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a file that is there already.")
    ] = False,
) -> None:
    """Write a campaign file by answering questions, one at a time.

    Stop at any moment with Ctrl-C: what you have answered is kept, and you can go on later. Needs
    no configuration and no database.
    """
    from bot.cli.new_campaign import write_new

    write_new(file, language, overwrite=overwrite)


@commands.command(
    "load",
    epilog="[bold]Examples[/]\n\n"
    "  clamour campaign load campaign.toml\n\n"
    "  clamour campaign load campaign.toml --dry-run",
)
def load(
    file: CampaignFile,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask, for scripts.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Load a campaign file: show what would change, and ask.

    Changed texts get a new version; people who have signed keep the text they saw. A running bot
    picks it up at once.
    """
    from bot.campaign_files import read_campaign
    from bot.cli.load_campaign import apply, preview
    from campaign.definition.consent_fields import unnamed

    definition = read_campaign(file)
    text = file.read_text(encoding="utf-8-sig")
    version = asyncio.run(preview(config, definition, text, upgrades=not dry_run))
    if version is None:
        return
    warn_of_consent(unnamed(definition))
    if dry_run:
        say("Nothing has been changed: this was a dry run.")
        return
    if not yes and not _agreed():
        raise typer.Exit(1)
    asyncio.run(apply(config, definition, over=version))


def _agreed() -> bool:
    if not sys.stdin.isatty():
        complain(
            "Nothing has been changed: there's nobody here to ask. Use --yes to load it anyway, "
            "or --dry-run to look."
        )
        return False
    if typer.confirm("Make it so?", default=False):
        return True
    say("Nothing has been changed.")
    return False


@commands.command(
    "export",
    epilog="[bold]Examples[/]\n\n"
    "  clamour campaign export keep-the-unit > campaign.toml\n\n"
    "  clamour campaign export keep-the-unit --output my-campaign",
)
def export(
    slug: Slug,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Write campaign.toml and its picture there.", show_default=False
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Export a campaign as a file to edit, with everything changed in the chat."""
    from bot.cli.load_campaign import exported, write

    found = asyncio.run(exported(config, slug))
    if found is None:
        complain(f"There is no campaign “{slug}”. See clamour campaign list.")
        raise typer.Exit(1)
    written, definition = found
    if output is None:
        typer.echo(written, nl=False)
        if definition.picture:
            complain("The picture isn't included: --output FOLDER writes both.")
        return
    for path in write(output, written, definition, overwrite=overwrite):
        good(str(path))


@commands.command("list", epilog="[bold]Example[/]\n\n  clamour campaign list")
def list_(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """List the campaigns with their signatures."""
    from rich.console import Console
    from rich.table import Table

    from campaign.catalogue import every_petition
    from storage import campaigns

    table = Table("campaign", "status", box=None)
    for heading in ("goal", "online", "paper", "total"):
        table.add_column(heading, justify="right")

    async def work() -> None:
        async with open_database(config) as database, database.reading() as db:
            for kept in await every_petition(db):
                petition = kept.as_of(datetime.now(UTC))
                campaign = petition.campaign
                totals = await campaigns.totals(db, campaign.id)
                numbers = (petition.goal(totals.total), totals.live, totals.offline, totals.total)
                table.add_row(campaign.slug, campaign.status, *(f"{n:,}" for n in numbers))

    asyncio.run(work())
    if not table.row_count:
        say(
            "No campaigns yet. Write one: clamour campaign new. "
            "Load one: clamour campaign load FILE"
        )
        return
    Console().print(table)


@commands.command(
    "offline",
    context_settings={"ignore_unknown_options": True},  # so that COUNT can be -3
    epilog="[bold]Examples[/]\n\n"
    '  clamour campaign offline keep-the-unit 24 --note "Market stall, 14 November"\n\n'
    '  clamour campaign offline keep-the-unit -4 --note "counted twice"',
)
def offline(
    slug: Slug,
    count: Annotated[
        str,
        typer.Argument(
            metavar="COUNT", help="How many; negative to take some back.", show_default=False
        ),
    ],
    note: Annotated[
        str, typer.Option("--note", help="Where they're from. No names.", show_default=False)
    ],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Add paper signatures to a campaign's total. Each entry is in the audit log."""
    from campaign.paper import entries
    from campaign.paper.numbers import LARGEST_ENTRY, readings
    from storage import campaigns
    from storage.campaigns import Totals

    try:
        (number,) = (one.count for one in readings(count) if not one.note)
    except ValueError:
        raise typer.BadParameter(
            f"write a whole number other than 0, up to {LARGEST_ENTRY:,}",
            param_hint="COUNT",
        ) from None
    if len(note) > entries.NOTE_LIMIT:
        raise typer.BadParameter(f"at most {entries.NOTE_LIMIT} characters", param_hint="--note")

    async def work() -> Totals | None:
        async with open_database(config, upgrades=True) as database, database.transaction() as db:
            campaign = await campaigns.by_slug(db, slug)
            if campaign is None:
                return None
            return await entries.record(
                db, campaign.id, number, note, recorded_by=None, now=datetime.now(UTC)
            )

    try:
        totals = asyncio.run(work())
    except ValueError:
        complain("That would leave fewer than no paper signatures.")
        raise typer.Exit(1) from None
    if totals is None:
        complain(f"There is no campaign “{slug}”. See clamour campaign list.")
        raise typer.Exit(1)
    say(
        f"Recorded. “{slug}” has {totals.total:,} signatures: "
        f"{totals.live:,} online and {totals.offline:,} on paper."
    )
