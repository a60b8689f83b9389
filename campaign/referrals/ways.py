"""The ways to pass a petition on, and how often each is tapped.

A button that opens an address tells the bot nothing. Where there are public pages, WhatsApp's leads
through one of them (bot/web/pass_on.py), and so do all those that are offered in a browser;
Telegram's own does not, because it would lead out of the app and back. So what is known are those
ways, with pages, and what the bot opens itself.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from campaign.petition import Petition
from storage import share_ways
from storage.database import Connection

Way = Literal["whatsapp", "sheet", "email", "sms", "facebook", "x", "bluesky", "texts", "qr"]
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True, slots=True)
class Tapped:
    """How often a way has been tapped: taps, not people."""

    way: str
    taps: int


async def tapped(db: Connection, petition: Petition) -> list[Tapped]:
    """The ways that have been tapped, the one tapped most first."""
    found = await share_ways.of_campaign(db, petition.id)
    known = [Tapped(way, found[way]) for way in WAYS if found.get(way)]
    return sorted(known, key=lambda one: -one.taps)
