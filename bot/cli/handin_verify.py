"""clamour handin verify"""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import open_database
from bot.cli.output import bad, complain, good, note, say

if TYPE_CHECKING:
    from packs.verify import Found
    from storage.database import Connection
    from storage.handin_packs import Pack

CHANGED, NOT_KNOWN = 1, 3
"""Exit codes: 3 where the files fit together and nothing vouches for all of them."""


def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A pack's files.", show_default=False)
    ],
    seal: Annotated[
        str | None,
        typer.Option(
            "--seal",
            metavar="SEAL",
            help="As its page on paper or the chat tells it. Never take it from the files.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Ask the bot's database for the seal instead.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check that a pack is the one that was made.

    The files alone show only that they fit together. Give the seal, or the configuration of the bot
    that made the pack. Exit code 0: as it was made; 1: changed; 3: the files fit together, and no
    seal was given that covers them all.
    """
    from packs.verify import verify as look

    if folder.is_file():
        complain(f"{folder} is a file: unpack it into a new folder, and name that.")
        raise typer.Exit(CHANGED)
    found = look(folder)
    for one in found.right:
        good(one)
    for one in found.wrong:
        bad(one)
    if found.wrong:
        complain("This pack is not as it was made.")
        raise typer.Exit(CHANGED)
    if config is not None:
        asyncio.run(_ask_database(config, found))
    if seal is None and config is None and sys.stdin.isatty():
        seal = typer.prompt("Seal (Enter if you do not have it)", default="", show_default=False)
    if seal or config is None:
        _compare(found, seal)
    say(f"This pack is as it was made. Seal: {found.seal}")
    if found.letter:
        note(f"{found.letter} is not part of that: no seal covers the letter that tells it.")


def _compare(found: "Found", seal: str | None) -> None:
    """Go on only where the seal covers everything."""
    from packs.verify import NoSeal

    if not seal:
        note("No seal was given: the files fit together, but they could all have been changed.")
        say(f"Compare this seal with the one told when the pack was made:\n{found.seal}")
        raise typer.Exit(NOT_KNOWN)
    try:
        covered = found.covered_by(seal)
    except NoSeal:
        raise typer.BadParameter("a seal has 64 figures and letters from a to f") from None
    if covered == "nothing":
        complain("The files fit together, but they are not the ones that this seal was made for.")
        raise typer.Exit(CHANGED)
    if covered == "signatures":
        note("That is the fingerprint of the signatures in the chat, and it fits them.")
        say(
            "It says nothing of the totals, the print and the other tables."
            f" Compare the seal over everything:\n{found.seal}"
        )
        raise typer.Exit(NOT_KNOWN)


async def _ask_database(config: Path, found: "Found") -> None:
    """Go on only where the database has kept this seal."""
    from storage import handin_packs

    async with open_database(config) as database, database.reading() as db:
        pack = await handin_packs.with_seal(db, found.seal)
        if pack is not None and await _stands_in_audit_log(db, pack):
            good(f"The database and the audit log have kept this seal, of pack no. {pack.id}.")
            return
        older = await handin_packs.with_root(db, found.root)
    if pack is not None:
        complain(f"The database and the audit log do not agree about pack no. {pack.id}.")
        raise typer.Exit(CHANGED)
    if older is not None and older.seal is None and older.signatures == found.signatures:
        note(f"Pack no. {older.id} has these signatures in the chat; of it no seal was kept.")
        say(f"Compare this seal with the chat’s “SHA-256 of manifest.json”:\n{found.seal}")
        raise typer.Exit(NOT_KNOWN)
    complain("The files fit together, but this database knows of no pack with their seal.")
    raise typer.Exit(CHANGED)


async def _stands_in_audit_log(db: "Connection", pack: "Pack") -> bool:
    from storage import audit

    made = await audit.of(db, f"campaign:{pack.campaign_id}", 1_000, actions=["handin.made"])
    return any(
        entry.details.get("pack") == pack.id and entry.details.get("seal") == pack.seal
        for entry in made
    )
