"""clamour person"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, good, say

if TYPE_CHECKING:
    from campaign.office_requests import Act, Source

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Do what somebody asked the office: stop messages, take a name off, delete data.",
)

Slug = Annotated[
    str, typer.Argument(metavar="SLUG", help="The campaign's short name.", show_default=False)
]
Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO",
        help="The receipt number or email address of their signature.",
        show_default=False,
    ),
]
By = Annotated[
    Literal["email", "letter"], typer.Option("--by", help="How they asked, for the record.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@commands.command("stop", epilog="[bold]Example[/]\n\n  clamour person stop unit 1234")
def stop(
    slug: Slug, who: Who, by: By = "email", yes: Yes = False, config: ConfigFile = DEFAULT_CONFIG
) -> None:
    """End all messages of the campaign to one person. The signature stays."""
    _carry_out(config, slug, who, "stop", by, yes=yes)


@commands.command("withdraw", epilog="[bold]Example[/]\n\n  clamour person withdraw unit 1234")
def withdraw(
    slug: Slug, who: Who, by: By = "email", yes: Yes = False, config: ConfigFile = DEFAULT_CONFIG
) -> None:
    """Take one person's name off the petition. The signature no longer counts."""
    _carry_out(config, slug, who, "withdraw", by, yes=yes)


@commands.command(
    "erase", epilog="[bold]Example[/]\n\n  clamour person erase unit ann@example.org --by letter"
)
def erase(
    slug: Slug, who: Who, by: By = "email", yes: Yes = False, config: ConfigFile = DEFAULT_CONFIG
) -> None:
    """Delete all that is kept of one person, in every campaign. It cannot be undone."""
    _carry_out(config, slug, who, "erase", by, yes=yes)


def _carry_out(
    config: Path, slug: str, who: str, act: "Act", source: "Source", *, yes: bool
) -> None:
    from campaign.erasure import StillStaff
    from campaign.office_requests import DoneAlready

    try:
        done = asyncio.run(_work(config, slug, who, act, source, yes=yes))
    except DoneAlready:
        say("It was like that already. Nothing has been changed.")
        return
    except StillStaff:
        complain("They work on a campaign: clamour staff remove first. Nothing has been changed.")
        raise typer.Exit(1) from None
    if done:
        good("Done. The bot tells them so, in their language.")
    else:
        say("Nothing has been changed.")


async def _work(
    config: Path, slug: str, who: str, act: "Act", source: "Source", *, yes: bool
) -> bool:
    """Do it; False if it was not meant."""
    from bot.config import load
    from campaign import office_requests
    from campaign.catalogue import every_petition

    async with open_database(config, upgrades=True) as database:
        async with database.reading() as db:
            petitions = {one.campaign.slug: one for one in await every_petition(db)}
            petition = petitions.get(slug)
            found = await office_requests.find(db, petition, who) if petition else None
        if petition is None:
            raise typer.BadParameter(f"there is no campaign “{slug}”: see clamour campaign list")
        if found is None:
            raise typer.BadParameter("nobody has exactly that number or address there")
        on = found.signature.signed_at.astimezone(petition.zone)
        words = f"{found.first_name}, no. {found.signature.number}, signed on {on:%Y-%m-%d}"
        if not yes and not typer.confirm(f"{words}: is that who has asked?", default=False):
            return False
        async with database.transaction() as db:
            await office_requests.carry_out(
                db,
                petition,
                found,
                act,
                source,
                actor=None,
                identity_key=load(config).identity_key,
                now=datetime.now(UTC),
            )
    return True
