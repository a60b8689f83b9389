"""Preview and load campaign files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from bot.cli.database import NoDatabase, open_database
from bot.cli.output import complain, note, say
from bot.cli.show_diff import show_changes, show_edits, show_new
from campaign.catalogue import ChangedMeanwhile, definition_of
from campaign.deadline import closing
from campaign.definition import publish_edits
from campaign.definition.diff import changes
from campaign.definition.export import exported_version, picture_name, to_toml
from campaign.definition.model import Definition
from campaign.subscriptions import asked_now
from storage import campaigns, consents, staff
from storage.audit_chain import Entry
from storage.database import Connection


async def preview(config: Path, definition: Definition, text: str, *, upgrades: bool) -> int | None:
    """Show what the file would change.

    Args:
        text: the file as it is written.
        upgrades: whether an older database is upgraded.

    Returns:
        The version that it would replace, 0 for a new campaign; None if there is no difference.
    """
    try:
        return await _differs(config, definition, text, upgrades=upgrades)
    except NoDatabase:
        show_new(definition)
        return 0


async def _differs(
    config: Path, definition: Definition, text: str, *, upgrades: bool
) -> int | None:
    opened = open_database(config, upgrades=upgrades)
    async with opened as database, database.reading() as db:
        there = await campaigns.by_slug(db, definition.slug)
        if there is None:
            show_new(definition)
            return 0
        found = changes(definition_of(there), definition)
        if not found:
            say(
                f"Campaign “{there.slug}” already matches the file: "
                f"{there.status}, version {there.version}."
            )
            return None
        exported = exported_version(text)
        edits = await publish_edits.edits_since(db, there.id, exported)
        show_changes(found)
        show_edits(edits, exported=exported is not None, by=await _by(db, edits))
    return there.version


async def apply(config: Path, definition: Definition, *, over: int) -> None:
    """Make the campaign what the file says.

    Raises:
        typer.Exit: it has been changed since it was shown.
    """
    now = datetime.now(UTC)
    try:
        async with open_database(config, makes=True) as database, database.transaction() as db:
            live = await publish_edits.put_file_live(db, definition, over=over, actor=None, now=now)
            others = await consents.by_other_words(db, live.id, asked_now(live))
    except ChangedMeanwhile:
        complain("Somebody else has just changed the campaign. Please look again.")
        raise typer.Exit(1) from None
    say(f"Campaign “{definition.slug}” is {live.campaign.status}, version {live.campaign.version}.")
    say_end(definition)
    if others:
        note(
            f"{others:,} of the people who hear updates agreed to other words than these. What you "
            "send them has to stay within the words they agreed to; /updates asks them for "
            "the new ones."
        )


def say_end(definition: Definition) -> None:
    """Say back when signing ends, if the file says so; warn of an end that is over."""
    if definition.closes_at is None:
        return
    ends = closing(definition.closes_at, definition.timezone)
    there = ends.at.astimezone(ZoneInfo(ends.zone))
    clock = "midnight, at the end of that day" if ends.midnight else f"{there:%H:%M}"
    say(f"Signing ends on {ends.day:%A, %-d %B %Y} at {clock} ({ends.zone}).")
    if definition.status == "open" and ends.at <= datetime.now(UTC):
        note("That's in the past, so the campaign is closed. To open it, set a later closes_at.")


async def exported(config: Path, slug: str) -> tuple[str, Definition] | None:
    """A campaign's file and what it says; None if there is no such campaign."""
    async with open_database(config) as database, database.reading() as db:
        there = await campaigns.by_slug(db, slug)
    if there is None:
        return None
    definition = definition_of(there)
    return to_toml(definition, version=there.version, at=datetime.now(UTC)), definition


def write(folder: Path, text: str, definition: Definition, *, overwrite: bool) -> list[Path]:
    """Write the file and its picture; gives their paths.

    Raises:
        typer.Exit: one of them is there already and may not be replaced.
        OSError: they cannot be written.
    """
    files = {folder / "campaign.toml": text.encode()}
    if definition.picture:
        files[folder / picture_name(definition.picture)] = definition.picture
    there = [path for path in files if path.exists()]
    if there and not overwrite:
        complain(f"{', '.join(map(str, there))}: there already. Use --overwrite to replace.")
        raise typer.Exit(1)
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_bytes(content)
    return list(files)


async def _by(db: Connection, edits: Sequence[Entry]) -> str:
    if not edits or edits[0].actor is None:
        return "nobody"
    name = await staff.name_of(db, edits[0].actor)
    return f"{edits[0].actor} ({name})" if name else str(edits[0].actor)
