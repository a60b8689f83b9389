"""Numbers of events in the browser: the same for one tap that comes twice, and rising."""

import hashlib
from datetime import UTC, datetime

from handlers.services import NUMBER_BITS, NUMBERINGS

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TICKS_A_SECOND = 10
_DIGEST_BITS = 7
AHEAD = 30 * 24 * 3600 * TICKS_A_SECOND
"""How far before the clock a page's number may be: the clock may have been set back since."""

NUMBERING = NUMBERINGS
"""Above those of all bots, which `Services.are_numbered_by` chooses."""


def base(now: datetime, last_number: int | None) -> int:
    """What a page that is shown now carries: tenths of a second, above what was last answered.

    Args:
        last_number: of the newest event that the conversation has an answer to.
    """
    answered = _base_of(last_number) if last_number is not None and is_ours(last_number) else -1
    return max(_ticks(now), answered + 1)


def number(carried: str, done: str, now: datetime) -> int:
    """The number of what was done on a page.

    Args:
        carried: what the page carried; hostile. What cannot be one counts as from now.
        done: what was tapped or said: two different things done on one page are two.
    """
    now_is = _ticks(now)
    at = int(carried) if carried.isascii() and carried.isdecimal() and len(carried) < 13 else now_is
    if at > now_is + AHEAD:
        at = now_is
    digest = hashlib.sha256(done.encode("utf-8", "surrogatepass")).digest()[0] >> 1
    return NUMBERING << NUMBER_BITS | at << _DIGEST_BITS | digest


def is_ours(number: int) -> bool:
    """Whether an event came from a browser."""
    return number >> NUMBER_BITS == NUMBERING


def _base_of(number: int) -> int:
    return (number & (1 << NUMBER_BITS) - 1) >> _DIGEST_BITS


def _ticks(now: datetime) -> int:
    """Fits its bits until 2047."""
    return max(0, int((now - SINCE).total_seconds() * TICKS_A_SECOND))
