"""Who has read which words of an update, as they arrive in chats; and a messenger that arrives."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from campaign.broadcasts import agreement, states
from campaign.broadcasts import audience as audiences
from campaign.delivery.sender import Sender
from channels.telegram.broadcast_messages import BroadcastComposer
from handlers.services import Services
from storage.broadcasts import Broadcast
from storage.delivery_claims import Recipient

Heard = Callable[[int, str, int], None]
"""Told that a broadcast's words have reached a supporter."""


class Readers:
    """A messenger: everybody it writes to reads what they get, as far as they get something."""

    rate = 1.0

    def __init__(self, services: Services, heard: Heard | None = None) -> None:
        self._services, self._heard = services, heard
        self.of_words: dict[str, set[int]] = defaultdict(set)
        self._sender: Sender | None = None
        self._broadcast_id = 0
        self._most = 0

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        self._most -= 1
        if self._most <= 0 and self._sender is not None:
            self._sender.end()
        words = words_of(message)
        if words is not None:
            self.of_words[words].add(recipient.supporter_id)
            if self._heard is not None:
                self._heard(self._broadcast_id, words, recipient.supporter_id)
        return [recipient.supporter_id]

    async def go(self, broadcast_id: int, most: int = 1_000) -> None:
        """Send a broadcast to so many people more, as the bot sends it."""
        self._sender = Sender(
            self._services.database,
            self,
            BroadcastComposer(self._services),
            audience_of=lambda broadcast: audiences.from_dict(broadcast.audience),
            resends_unknown=states.resends_unknown,
            quiet_until=states.quiet_until,
            waits_until=states.waits_until,
            day_began=states.day_began,
            admit=agreement.admit,
            hold_up=lambda db, broadcast, now: agreement.hold_up(db, broadcast, now=now),
            clock=self._services.clock,
        )
        self._broadcast_id, self._most = broadcast_id, most
        await self._sender.recover(broadcast_id)
        await self._sender.send(broadcast_id)


def words_of(message: Any) -> str | None:
    """What is read of a message: its words and its own buttons; None if it only goes away."""
    given = (message.then or message).parameters
    if "text" not in given:
        return None
    rows = given["reply_markup"]["inline_keyboard"]
    labels = [[(one["text"], one.get("url")) for one in row] for row in rows]
    return json.dumps([given["text"], labels])


def content_of(broadcast: Broadcast) -> str:
    """Everything about an update that somebody agrees to, and that staff can change."""
    kept = ("quiet_hours", "in_quiet_hours", "weekly")
    options = {name: broadcast.options.get(name) for name in kept}
    return json.dumps([broadcast.content, broadcast.audience, options], sort_keys=True)
