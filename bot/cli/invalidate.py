"""clamour invalidate"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, say

if TYPE_CHECKING:
    from campaign.petition import Petition
    from storage.database import Database

Done = TypeVar("Done")

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Find doubtful signatures, hold them back, and restore them.",
)
Slug = Annotated[
    str, typer.Argument(metavar="SLUG", help="The campaign's short name.", show_default=False)
]
RuleWords = Annotated[
    list[str],
    typer.Argument(
        metavar="RULE",
        help="Which: postcode SW1A from 14:00 to 15:30; link NAME; below 123; name '*test*'; "
        "last 2 hours; new 1 hour; doubles; number 123.",
        show_default=False,
    ),
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="See list.", show_default=False)]
Receipt = Annotated[
    int,
    typer.Argument(metavar="NUMBER", help="The signature's receipt number.", show_default=False),
]


@commands.command("try", epilog="[bold]Example[/]\n\n  clamour invalidate try unit last 2 hours")
def try_(slug: Slug, rule: RuleWords, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Show how many signatures match a rule, and some of their numbers. Changes nothing."""
    from campaign.invalidation import apply as invalidation_apply
    from campaign.invalidation import rules
    from campaign.invalidation.apply import SHOWN
    from storage import invalidation_search

    async def work() -> None:
        async with _petition(config, slug) as (database, petition), database.reading() as db:
            meant = await invalidation_apply.understand(
                db, petition, rules.read(" ".join(rule)), datetime.now(UTC)
            )
            count = await invalidation_search.count(db, petition.id, meant)
            sample = await invalidation_search.sample(db, petition.id, meant, SHOWN)
        say(f"{count:,} signatures match.")
        if sample:
            say("The newest: " + ", ".join(f"no. {one.number}" for one in sample))

    _do(work())


@commands.command(
    "apply",
    epilog="[bold]Example[/]\n\n  clamour invalidate apply unit name '*test*' --reason tests",
)
def apply(
    slug: Slug,
    rule: RuleWords,
    reason: Annotated[
        str, typer.Option("--reason", help="Why, for the record; no names.", show_default=False)
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Hold back the signatures that match a rule, until it is undone."""
    from campaign.invalidation import apply as invalidation_apply
    from campaign.invalidation import rules
    from storage import invalidations

    async def work() -> None:
        now = datetime.now(UTC)
        async with _petition(config, slug) as (database, petition):
            async with database.transaction() as db:
                meant = await invalidation_apply.understand(
                    db, petition, rules.read(" ".join(rule)), now
                )
                made = await invalidation_apply.draft(db, petition, meant, None, now=now)
                count = (await invalidation_apply.dry_run(db, made)).count
            if not yes and not typer.confirm(f"{count:,} signatures: hold them back?"):
                return
            async with database.transaction() as db:
                await invalidation_apply.apply(db, made, reason, None, now=now)
                begun = await invalidations.of(db, made.id)
            assert begun is not None  # noqa: S101 - it has just been changed
            done = await invalidation_apply.work_off(
                database, petition, begun, now=datetime.now(UTC)
            )
            say(f"{done:,} signatures do not count now. To undo: clamour invalidate undo {made.id}")

    _do(work())


@commands.command("undo", epilog="[bold]Example[/]\n\n  clamour invalidate undo 3")
def undo(number: Number, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Restore the signatures held back by this act."""
    from campaign.catalogue import Catalogue
    from campaign.invalidation import apply as invalidation_apply
    from storage import invalidations

    async def work() -> None:
        async with open_database(config) as database:
            petitions = await Catalogue(database).by_id()
            async with database.transaction() as db:
                made = await invalidations.of(db, number)
                if made is None or made.campaign_id not in petitions:
                    raise typer.BadParameter(f"there is no act {number}: clamour invalidate list")
                await invalidation_apply.undo(db, made, None, now=datetime.now(UTC))
                begun = await invalidations.of(db, number)
            assert begun is not None  # noqa: S101 - it has just been changed
            done = await invalidation_apply.work_off(
                database, petitions[made.campaign_id], begun, now=datetime.now(UTC)
            )
            say(f"{done:,} signatures count again.")

    _do(work())


@commands.command("list", epilog="[bold]Example[/]\n\n  clamour invalidate list unit")
def list_(slug: Slug, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """List what was held back or restored, newest first."""
    from rich.console import Console
    from rich.table import Table

    from storage import invalidations

    table = Table("no.", "state", "held back", "reason", "rule", "made at (UTC)", box=None)

    async def work() -> None:
        async with _petition(config, slug) as (database, petition), database.reading() as db:
            for one in await invalidations.latest(db, petition.id, 50):
                rule = ", ".join(f"{key} {value}" for key, value in one.rule.items())
                made = f"{one.made_at:%Y-%m-%d %H:%M}"
                table.add_row(str(one.id), one.state, f"{one.held:,}", one.reason, rule, made)

    _do(work())
    if not table.row_count:
        say("Nothing has been held back.")
        return
    Console().print(table)


@commands.command("block", epilog="[bold]Example[/]\n\n  clamour invalidate block unit 123")
def block(
    slug: Slug,
    number: Receipt,
    undo: Annotated[bool, typer.Option("--undo", help="Let it sign again.")] = False,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="In all campaigns, not only in this one.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Block the account behind a signature from signing again in the campaign; the signature itself
    stays."""
    from campaign.invalidation import blocks
    from storage import signatures

    async def work() -> None:
        async with _petition(config, slug) as (database, petition), database.transaction() as db:
            found = await signatures.by_number(db, petition.id, number)
            if found is None:
                raise typer.BadParameter(f"there is no signature of number {number}")
            change = blocks.unblock if undo else blocks.block
            now = datetime.now(UTC)
            done = await change(db, found, None, everywhere=everywhere, now=now)
            state = await blocks.state_of(db, found)
        say("Done." if done else "It was like that already.")
        if undo and state.everywhere:
            say("It's blocked in all campaigns. Add --everywhere to let it sign again.")

    _do(work())


@asynccontextmanager
async def _petition(config: Path, slug: str) -> "AsyncIterator[tuple[Database, Petition]]":
    from campaign.catalogue import Catalogue

    async with open_database(config) as database:
        for petition in await Catalogue(database).petitions():
            if petition.campaign.slug == slug:
                yield database, petition
                return
        raise typer.BadParameter(f"there is no campaign “{slug}”: see clamour campaign list")


def _do(work: Coroutine[Any, Any, Done]) -> Done:
    from campaign.invalidation.apply import Moved
    from campaign.invalidation.rules import Everybody, NoSuchLink, NotARule

    try:
        return asyncio.run(work)
    except NotARule as wrong:
        complain(f"“{wrong.word}” isn't part of a rule. See clamour invalidate try --help")
    except NoSuchLink:
        complain("There's no such source link, or no signature with that number.")
    except Everybody:
        complain("That rule matches every signature there is.")
    except Moved:
        complain("It has been undone already, or was never applied.")
    raise typer.Exit(1)
