"""clamour db"""

import asyncio

import typer

from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.saying import bad, good, say

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Look after the database. `run` brings it up to date by itself.",
)


@commands.command("upgrade", epilog="[bold]Example[/]\n\n  clamour db upgrade")
def upgrade(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Bring the database up to date, or make it. Doing it again changes nothing."""
    from bot.config import load
    from storage import migrate

    url = load(config).storage.url
    asyncio.run(migrate.upgrade(url))
    state = asyncio.run(migrate.check(url))
    say(f"The database is up to date (revision {state.current}).")


@commands.command("check", epilog="[bold]Example[/]\n\n  clamour db check || clamour db upgrade")
def check(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Say whether the database is up to date; exit code 1 if it is not."""
    from bot.config import load
    from storage import migrate

    state = asyncio.run(migrate.check(load(config).storage.url))
    if state.up_to_date:
        good(f"The database is up to date (revision {state.current}).")
        return
    was = f"is at revision {state.current}" if state.current else "has not been made yet"
    bad(f"The database {was}; this Clamour works with {state.head}. Run clamour db upgrade.")
    raise typer.Exit(1)
