"""clamour db recount"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import good, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.recount import Difference

EXAMPLES = "[bold]Examples[/]\n\n  clamour db recount\n\n  clamour db recount --apply"
SHOWN = 20
"""Of each campaign."""


def recount(
    apply: Annotated[
        bool, typer.Option("--apply", help="Correct what differs; without it nothing changes.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Compare every kept figure with a fresh count, and correct it if you like.

    Figures are totals, areas, times, weeks, friends, paper and taps. The bot may keep running:
    while a campaign's figures are corrected, people who sign it wait. Corrections are in
    the audit log. Exit code 1 if something differs and was not corrected.
    """
    differs = asyncio.run(_recount(config, apply=apply))
    if differs and not apply:
        say("Nothing has been changed. To correct it: clamour db recount --apply")
        raise typer.Exit(1)


async def _recount(config: Path, *, apply: bool) -> bool:
    from campaign import recount as figures
    from campaign.catalogue import every_petition

    differs = False
    async with open_database(config, upgrades=apply) as database:
        async with database.reading() as db:
            petitions = await every_petition(db)
        for petition in petitions:
            if apply:
                async with database.transaction() as db:
                    found = await figures.put_right(db, petition, None, now=datetime.now(UTC))
            else:
                async with database.reading() as db:
                    found = await figures.differences(db, petition)
            differs |= bool(found)
            _tell(petition.campaign.slug, found, corrected=apply)
    return differs


def _tell(slug: str, found: "Sequence[Difference]", *, corrected: bool) -> None:
    if not found:
        good(f"{slug}: every figure matches a fresh count.")
        return
    say(f"{slug}: {len(found):,} figures {'corrected' if corrected else 'differ'}:")
    for one in found[:SHOWN]:
        key = " ".join(str(part) for part in one.key)
        what = f"{one.table}.{one.column}" + (f" ({key})" if key else "")
        say(f"  {what}: kept {one.kept:,}, counted {one.counted:,}")
    if len(found) > SHOWN:
        say(f"  and {len(found) - SHOWN:,} more")
