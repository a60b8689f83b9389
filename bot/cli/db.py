"""clamour db"""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import keys, recount
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import bad, complain, good, say
from bot.cli.progress import progress

if TYPE_CHECKING:
    from storage.copy_database import Copied
    from storage.encryption.keyring import Keyring

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Upgrade, copy, encrypt and recount the database. `run` upgrades it by itself.",
)


From = Annotated[
    str,
    typer.Argument(metavar="FROM", help="Its URL, as in storage.url.", show_default=False),
]
To = Annotated[
    str,
    typer.Argument(
        metavar="TO",
        help="The URL of an empty one. The password can be in PGPASSWORD.",
        show_default=False,
    ),
]


@commands.command("upgrade", epilog="[bold]Example[/]\n\n  clamour db upgrade")
def upgrade(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Create or upgrade the database. Running it again changes nothing."""
    from bot.config import load
    from storage import migrate

    url = load(config).storage.url
    asyncio.run(migrate.upgrade(url))
    state = asyncio.run(migrate.check(url))
    say(f"The database is up to date (revision {state.current}).")


@commands.command("check", epilog="[bold]Example[/]\n\n  clamour db check || clamour db upgrade")
def check(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Check that the database is up to date; exit code 1 if it is not."""
    from bot.config import load
    from storage import migrate

    state = asyncio.run(migrate.check(load(config).storage.url))
    if state.up_to_date:
        good(f"The database is up to date (revision {state.current}).")
        return
    was = f"is at revision {state.current}" if state.current else "has not been made yet"
    bad(f"The database {was}; this Clamour works with {state.head}. Run clamour db upgrade.")
    raise typer.Exit(1)


@commands.command(
    "copy",
    epilog="[bold]Example[/]\n\n  clamour db copy sqlite+aiosqlite:///clamour.db "
    "postgresql+asyncpg://clamour@127.0.0.1/clamour",
)
def copy(
    source: From,
    target: To,
    key_file: keys.KeyFile = None,
) -> None:
    """Copy a database into an empty one, on either engine, and compare every row.

    Stop the bot first. If it's interrupted, run it again: it carries on. With a key, the
    copy is encrypted, whether the source is or not.
    """
    from storage.copy_database import Differs, NotACopy

    try:
        copied = asyncio.run(_copy(source, target, keys.given(key_file)))
    except NotACopy as other:
        complain(f"The target holds other data ({other}). Name an empty database; nothing changed.")
        raise typer.Exit(1) from None
    except Differs as differs:
        complain(
            f"After copying, the table {differs} is not the same in both. Is the bot still "
            "running? Stop it, empty the target, and copy again."
        )
        raise typer.Exit(1) from None
    rows = sum(one.rows for one in copied)
    say(f"Copied and compared: {len(copied)} tables, {rows:,} rows, the same in both.")


async def _copy(source: str, target: str, keyring: "Keyring | None") -> "list[Copied]":
    from bot.cli.database import not_there
    from storage import copy_database, migrate
    from storage.database import Database
    from storage.encryption import rewrite
    from storage.encryption import state as encryption_state

    state = await migrate.check(source)
    if state.current is None:
        raise not_there(source)
    if not state.up_to_date:
        await migrate.upgrade(source)
    await migrate.upgrade(target)
    is_plain = await rewrite.state_of(source) == encryption_state.PLAIN
    opened = await Database.open(source, keyring=None if is_plain else keyring)
    try:
        other = await Database.open(target, keyring=keyring)
        try:
            with progress() as tell:
                return await copy_database.copy(opened, other, tell=tell)
        finally:
            await other.close()
    finally:
        await opened.close()


commands.command("recount", epilog=recount.EXAMPLES)(recount.recount)
commands.command("new-key", epilog=keys.NEW_KEY_EXAMPLES)(keys.new_key)
commands.command("encrypt", epilog=keys.ENCRYPT_EXAMPLES)(keys.encrypt)
commands.command("decrypt", epilog=keys.DECRYPT_EXAMPLES)(keys.decrypt)
