"""clamour db new-key, encrypt, decrypt"""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, good, note, say
from bot.cli.progress import progress

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.encryption.keyring import Keyring
    from storage.encryption.rewrite import Resealed
    from storage.encryption.state import State

NEW_KEY_EXAMPLES = """[bold]Examples[/]

  clamour db new-key /etc/clamour/database.key

  clamour db new-key | some-secret-store put CLAMOUR_STORAGE_KEY"""
ENCRYPT_EXAMPLES = """[bold]Example[/]

  clamour db new-key database.key && clamour db encrypt"""
DECRYPT_EXAMPLES = """[bold]Example[/]

  clamour db decrypt"""

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="The key of both; CLAMOUR_STORAGE_KEY works too.",
        show_default=False,
    ),
]
EmptyDamaged = Annotated[
    bool,
    typer.Option("--empty-damaged", help="Empty values that can't be decrypted, and go on."),
]


def new_key(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="File to write. Default: print it only.", show_default=False
        ),
    ] = None,
) -> None:
    """Make a key for the database and put it first in a file.

    Only you can read the file. Keep a copy apart from the backups: without the key, nobody can read
    what is encrypted with it.
    """
    from bot.config.token_file import read_keys, write_private
    from storage.encryption.keyring import Keyring
    from storage.encryption.keyring import new_key as make

    key = make()
    if file is None:
        typer.echo(key)
        return
    before = read_keys(file) if file.exists() else ""
    if not isinstance(before, str):
        complain(f"{before.problem[:1].upper()}{before.problem[1:]}; {before.advice}.")
        raise typer.Exit(1)
    made = f"{key}  # {Keyring.read(key).current.id}, made {datetime.now(UTC):%Y-%m-%d}"
    write_private(file, f"{made}\n{before}\n".replace("\n\n", "\n"))
    good(f"{file}: a new key, {Keyring.read(key).current.id}, before the others.")
    note("Keep a copy of the file, away from the backups. Then run clamour db encrypt.")


def encrypt(empty_damaged: EmptyDamaged = False, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Encrypt what people write with the first key, or re-encrypt it with another.

    Stop the bot first: it cannot be started before this is done. Broken off, it goes on where it
    was when it is called again. Lists the keys that the database no longer needs.
    """
    from bot.config import load

    settings = load(config)
    keyring = settings.keyring
    if keyring is None:
        complain(
            "There's no key. Make one with clamour db new-key FILE, and name the file as key_file "
            "in [storage]."
        )
        raise typer.Exit(1)
    before, done = _reseal(settings, plain=False, empty_damaged=empty_damaged)
    key_id = keyring.current.id
    good(
        f"What people write is encrypted with the key {key_id}."
        if done.rewritten
        else f"It was encrypted with the key {key_id} already. Nothing to do."
    )
    if done.emptied:
        note(f"{done.emptied} values couldn't be read, and are now empty.")
    if done.rewritten and before.key_id is None:
        note("Older backups are not encrypted: make a new one, and delete those.")
    if old := sorted(keyring.ids - {key_id}):
        note(
            f"Only backups still need the older keys ({', '.join(old)}): take them out when the "
            "last backup from before is gone."
        )


def decrypt(empty_damaged: EmptyDamaged = False, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Decrypt what people wrote.

    Stop the bot first. The key has to be given still; take it out of the configuration afterwards.
    """
    from bot.config import load

    _, done = _reseal(load(config), plain=True, empty_damaged=empty_damaged)
    if not done.rewritten:
        good("It isn't encrypted. Nothing to do.")
        return
    good("What people wrote is no longer encrypted. Take key_file out of the configuration.")
    if done.emptied:
        note(f"{done.emptied} values couldn't be read, and are now empty.")


def given(key_file: Path | None) -> "Keyring | None":
    """The keys in a file or in the environment."""
    from bot.config.environment import KEY
    from bot.config.token_file import read_keys
    from storage.encryption.keyring import Keyring, NoKey

    found = read_keys(key_file) if key_file is not None else os.environ.get(KEY, "")
    try:
        if isinstance(found, str):
            return Keyring.read(found) if found else None
        complain(f"{found.problem[:1].upper()}{found.problem[1:]}; {found.advice}.")
    except NoKey as bad:
        complain(f"{KEY} {bad}.")
    raise typer.Exit(1)


def _reseal(settings: "Settings", *, plain: bool, empty_damaged: bool) -> "tuple[State, Resealed]":
    from bot.cli.database import not_there
    from storage import migrate
    from storage.encryption import rewrite

    async def work() -> "tuple[State, Resealed]":
        url = settings.storage.url
        if (await migrate.check(url)).current is None:
            raise not_there(url)
        await migrate.upgrade(url)
        before = await rewrite.state_of(url)
        with progress() as tell:
            done = await rewrite.reseal(
                url, settings.keyring, plain=plain, empty_damaged=empty_damaged, tell=tell
            )
        return before, done

    try:
        return asyncio.run(work())
    except rewrite.OtherEnd as begun:
        other = f"encrypting with the key {begun.key_id}" if begun.key_id else "decrypting"
        complain(f"{other[:1].upper()}{other[1:]} was begun and interrupted: finish that first.")
    except rewrite.Damaged as damaged:
        complain(
            f"Stopped: {damaged}. What came before is done, and nothing is lost by running this "
            "again. Restore a backup, or give the value up with --empty-damaged."
        )
    say("The bot cannot start until this is done.")
    raise typer.Exit(1)
