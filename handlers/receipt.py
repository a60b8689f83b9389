"""When the update in hand came from Telegram, which dates messages but no taps."""

import time
from contextvars import ContextVar
from datetime import timedelta

received: ContextVar[float | None] = ContextVar("received", default=None)
"""By `time.monotonic`; None where nobody has noted it."""


def waited() -> timedelta:
    """How long the update in hand has waited here for its turn. What it waited at Telegram before,
    while the bot was away, nobody can know."""
    since = received.get()
    return timedelta(seconds=max(0.0, time.monotonic() - since)) if since else timedelta()
