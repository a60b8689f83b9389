"""One person's updates in order, people side by side, and not too many at a time."""

import asyncio
import secrets
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.intake import Handle, TryAgain

log = structlog.get_logger()


@dataclass(slots=True)
class _Lane:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # first come, first served
    waiting: int = 0


class Lanes:
    """Runs updates: those of one lane one after the other, lanes side by side."""

    def __init__(self, handle: Handle, *, running: int = 64) -> None:
        """
        Args:
            handle: called with one update at a time per lane.
            running: how many are handled at once at the most.
        """
        self._handle = handle
        self._places = asyncio.Semaphore(running)
        self._lanes: dict[Hashable, _Lane] = {}

    async def do(self, update: dict[str, Any]) -> None:
        """Handle an update in its turn; return when that is done.

        A failure other than TryAgain is logged without the update's content and counts as done:
        one bad update must not come back for ever.

        Raises:
            TryAgain: it could not be handled now.
        """
        name = lane_of(update)
        lane = self._lanes.setdefault(name, _Lane())
        lane.waiting += 1
        try:
            async with lane.turn, self._places:
                await self._guarded(update)
        finally:
            lane.waiting -= 1
            if not lane.waiting:
                del self._lanes[name]

    async def _guarded(self, update: dict[str, Any]) -> None:
        try:
            await self._handle(update)
        except TryAgain:
            raise
        except Exception:
            log.exception(
                "update given up",
                reference=secrets.token_hex(3).upper(),
                update_id=update.get("update_id"),
            )


def lane_of(update: dict[str, Any]) -> Hashable:
    """Whose update it is: the person's in private, the group's in a group."""
    for kind in ("message", "edited_message", "callback_query", "my_chat_member", "inline_query"):
        content = update.get(kind)
        if isinstance(content, dict):
            chat = content.get("chat") or {}
            if chat.get("type", "private") != "private":
                return chat.get("id")
            sender = content.get("from") or {}
            return sender.get("id")
    return update.get("update_id")
