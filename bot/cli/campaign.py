"""clamour campaign"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.saying import complain, say
from bot.cli.saying import note as note_

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Campaigns: bring them in from files, list them, add signatures on paper.",
)
CampaignFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A campaign's TOML file.", show_default=False)
]
Slug = Annotated[
    str, typer.Argument(metavar="SLUG", help="The campaign's short name.", show_default=False)
]


@commands.command("check", epilog="[bold]Example[/]\n\n  clamour campaign check campaign.toml")
def check(file: CampaignFile) -> None:
    """Say whether a campaign file is right; needs neither configuration nor database."""
    from bot.campaign_files import read_campaign

    definition = read_campaign(file)
    languages = ", ".join(definition.text)
    say(f"{file}: campaign “{definition.slug}” is right (goal {definition.goal:,}; {languages}).")


@commands.command("load", epilog="[bold]Example[/]\n\n  clamour campaign load campaign.toml")
def load(file: CampaignFile, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Bring a campaign file into the database, new or changed; a running bot sees it at once.

    Changed texts get a new version; those who signed stay with the text they saw.
    """
    from bot.campaign_files import read_campaign
    from campaign.catalogue import publish
    from campaign.subscriptions import asked_now
    from storage import consents

    definition = read_campaign(file)

    async def work() -> tuple[int, int]:
        async with open_database(config) as database:
            petition = await publish(database, definition, now=datetime.now(UTC))
            async with database.reading() as db:
                others = await consents.by_other_words(db, petition.id, asked_now(petition))
        return petition.campaign.version, others

    version, others = asyncio.run(work())
    say(f"Campaign “{definition.slug}” is {definition.status}, version {version}.")
    if others:
        note_(
            f"{others:,} of those who hear updates agreed to other words than these. What you send "
            "them has to stay within the words they agreed to; /updates asks them for the new ones."
        )


@commands.command("list", epilog="[bold]Example[/]\n\n  clamour campaign list")
def list_(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """List the campaigns with their signatures."""
    from rich.console import Console
    from rich.table import Table

    from storage import campaigns

    table = Table("campaign", "status", box=None)
    for heading in ("goal", "online", "paper", "total"):
        table.add_column(heading, justify="right")

    async def work() -> None:
        async with open_database(config) as database, database.reading() as db:
            for campaign in await campaigns.all(db):
                totals = await campaigns.totals(db, campaign.id)
                numbers = (campaign.goal, totals.live, totals.offline, totals.total)
                table.add_row(campaign.slug, campaign.status, *(f"{n:,}" for n in numbers))

    asyncio.run(work())
    if not table.row_count:
        say("There is no campaign yet. Load one: clamour campaign load FILE")
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
        str, typer.Option("--note", help="Where they come from. No names.", show_default=False)
    ],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Add signatures on paper to a campaign's total; each entry stands in the audit log."""
    from campaign import paper
    from storage import campaigns
    from storage.campaigns import Totals

    try:
        number = paper.count(count)
    except ValueError:
        raise typer.BadParameter(
            f"write a whole number other than 0, up to {paper.LARGEST_ENTRY:,}", param_hint="COUNT"
        ) from None
    if len(note) > paper.NOTE_LIMIT:
        raise typer.BadParameter(f"at most {paper.NOTE_LIMIT} characters", param_hint="--note")

    async def work() -> Totals | None:
        async with open_database(config) as database, database.transaction() as db:
            campaign = await campaigns.by_slug(db, slug)
            if campaign is None:
                return None
            return await paper.record(
                db, campaign.id, number, note, recorded_by=None, now=datetime.now(UTC)
            )

    try:
        totals = asyncio.run(work())
    except ValueError:
        complain("That would take back more signatures on paper than have been recorded.")
        raise typer.Exit(1) from None
    if totals is None:
        complain(f"There is no campaign “{slug}”. See clamour campaign list.")
        raise typer.Exit(1)
    say(
        f"Recorded. “{slug}” has {totals.total:,} signatures: "
        f"{totals.live:,} online and {totals.offline:,} on paper."
    )
