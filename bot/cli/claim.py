"""Make the link by which an owner comes who needs no Telegram number."""

from datetime import UTC, datetime
from pathlib import Path

from bot.cli.database import open_database
from bot.cli.output import say


async def claim_link(config: Path, username: str, *, force: bool = False) -> str:
    """Make it, and a database where there is none.

    Args:
        username: the bot's, without the @.
        force: even if there is an owner.

    Raises:
        campaign.staff.AlreadyOwned: there is an owner, in the database or by the configuration.
    """
    from bot.config import load
    from campaign import staff

    if load(config).staff.owners and not force:
        raise staff.AlreadyOwned
    async with open_database(config, makes=True) as database, database.transaction() as db:
        _, token = await staff.claim(db, force=force, now=datetime.now(UTC))
    return f"https://t.me/{username}?start={staff.payload_of(token)}"


def show_link(link: str) -> None:
    """Print the link, and what to do with it."""
    say("The first person to open this link in Telegram owns the bot. It works once, for two days:")
    say("")
    say(f"  {link}", style="bold")
    say("")
    say("Start the bot first (clamour run), so that it can answer. Keep the link to yourself.")
