"""clamour handin"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from bot.cli.database import open_database
from bot.cli.handin_verify import verify
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, say

if TYPE_CHECKING:
    from campaign.petition import Petition
    from storage.database import Database


class _MakeByName(TyperGroup):
    """`clamour handin SLUG` is short for `clamour handin make SLUG`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command, or take the word for a campaign's name."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["make", *args]
        return super().resolve_command(ctx, args)


commands = typer.Typer(
    cls=_MakeByName,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Make the hand-in pack, and verify one.",
)


@commands.command(
    "make",
    epilog="[bold]Examples[/]\n\n  clamour handin make keep-the-unit --profile redacted\n\n"
    "  clamour handin keep-the-unit --to FOLDER",
)
def make(
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", help="The campaign's short name.", show_default=False)
    ],
    profile: Annotated[
        Literal["full", "redacted"],
        typer.Option("--profile", help="Names and postcodes, or initials and districts."),
    ] = "full",
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FOLDER", help="A new folder for the files.", show_default=False
        ),
    ] = None,
    date: Annotated[
        str, typer.Option("--date", help="Date of the hand-in, for the cover.", show_default=False)
    ] = "",
    place: Annotated[
        str,
        typer.Option("--place", help="Place of the hand-in, for the cover.", show_default=False),
    ] = "",
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Make the hand-in pack of a campaign. The files name everybody: keep them safe."""
    target = to or Path(f"{slug}-hand-in-{datetime.now(UTC):%Y-%m-%d}")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        complain(f"{target} is there already: name a new folder with --to. Nothing was made.")
        raise typer.Exit(1)
    count, seal = asyncio.run(_make(config, slug, profile, target, date, place))
    say(f"{target}: {count:,} signatures in the pack. Seal: {seal}")
    say("Print the covering letter and the page with the seal. Keep the seal apart from the files.")


commands.command(
    "verify",
    epilog="[bold]Examples[/]\n\n  clamour handin verify FOLDER --seal SEAL\n\n"
    "  clamour handin verify FOLDER --config config.toml",
)(verify)


async def _make(
    config: Path, slug: str, profile: str, target: Path, date: str, place: str
) -> tuple[int, str]:
    from campaign.handin import build_pack, request_pack
    from handlers.pack_words import printed_by
    from handlers.services import utc_now
    from messages import bot_texts
    from storage import handin_packs

    async with open_database(config, upgrades=True) as database:
        petition = await _petition(database, slug)
        async with database.transaction() as db:
            pack = await request_pack.ask(db, petition.id, profile, asked_by=None, now=utc_now())
        try:
            made = await build_pack.make(
                database,
                petition,
                pack,
                printed_by(bot_texts()),
                _tell,
                clock=utc_now,
                handed_in_on=date,
                handed_in_at=place,
            )
            _move(made, target)
        except BaseException:
            async with database.transaction() as db:
                await build_pack.failed(db, pack, now=utc_now())
            raise
        finally:
            build_pack.clear(pack)
        async with database.transaction() as db:
            await build_pack.done(db, pack, now=utc_now())
            kept = await handin_packs.of(db, pack.id)
    assert kept is not None  # noqa: S101 - it has just been made
    return kept.signatures or 0, kept.seal or ""


def _move(made: Path, target: Path) -> None:
    import shutil

    target.mkdir(parents=True, exist_ok=True)
    for file in made.iterdir():
        shutil.move(file, target / file.name)


async def _petition(database: "Database", slug: str) -> "Petition":
    from campaign.catalogue import Catalogue

    for petition in await Catalogue(database).petitions():
        if petition.campaign.slug == slug:
            return petition
    raise typer.BadParameter(f"there is no open or closed campaign “{slug}”")


async def _tell(stage: str, done: int, of: int) -> None:
    from rich.console import Console

    if done == of or done % 20_000 == 0:
        Console(stderr=True).print(f"{stage}: {done:,} of {of:,}", style="dim")
