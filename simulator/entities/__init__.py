"""Formatted text: Telegram's HTML into text and entities, and what Telegram sees in plain text.

Offsets and lengths count UTF-16 units (https://core.telegram.org/bots/api#messageentity).
"""

from simulator.entities.found import find
from simulator.entities.markup import parse_html
from simulator.entities.tidy import tidied
from simulator.entities.units import Entity, units

__all__ = ["Entity", "find", "parse_html", "tidied", "units"]
