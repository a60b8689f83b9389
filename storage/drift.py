"""Kept figures that were found to be wrong: noted where it is seen, told to owners by the bot.

A figure that has drifted must not keep a person from withdrawing or being erased, so it stays at
none and the campaign is noted here until `clamour db recount` has put it right.
"""

from datetime import UTC, datetime

from storage import alerts
from storage.database import Connection

NAMES = "figures:"


async def note(db: Connection, campaign_id: int) -> None:
    """Note that a kept figure of the campaign is wrong; the second time changes nothing."""
    await alerts.note(db, f"{NAMES}{campaign_id}", datetime.now(UTC))


async def noted(db: Connection) -> list[int]:
    """The campaigns whose figures are known to be wrong."""
    return [int(name.removeprefix(NAMES)) for name in await alerts.names(db, NAMES)]


async def clear(db: Connection, campaign_id: int) -> None:
    """The campaign's figures have been put right."""
    await alerts.drop(db, f"{NAMES}{campaign_id}")
