"""Numbers of events in the browser: the same for one tap that comes twice, and rising."""

import hashlib
from datetime import UTC, datetime

from handlers.services import NUMBER_BITS, NUMBERINGS, numbering_of

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TICKS_A_SECOND = 2
_DIGEST_BITS = 20
AHEAD = 30 * 24 * 3600 * TICKS_A_SECOND
"""How far before the clock a page's number may be: the clock may have been set back since."""

_FIRST = NUMBERINGS << NUMBER_BITS
"""Above the numbers of all bots, which `Services.are_numbered_by` chooses; up to twice that, and so
within what JSON of any program reads as it is."""


def base(now: datetime, last_number: int | None) -> int:
    """What a page that is shown now carries: half seconds, above what was last answered.

    Args:
        last_number: of the newest event that the conversation has an answer to.
    """
    answered = base_of(last_number) if last_number is not None and is_ours(last_number) else -1
    return max(_ticks(now), answered + 1)


def number(carried: str, done: str, now: datetime) -> int:
    """The number of what was done on a page.

    Args:
        carried: what the page carried; hostile. What cannot be one counts as from now.
        done: what was tapped or said: two different things done on one page are two (one in a
            million times they are taken for one, and the second is not answered).
    """
    now_is = _ticks(now)
    at = int(carried) if carried.isascii() and carried.isdecimal() and len(carried) < 13 else now_is
    if at > now_is + AHEAD:
        at = now_is
    digest = hashlib.sha256(done.encode("utf-8", "surrogatepass")).digest()
    return _FIRST | at << _DIGEST_BITS | int.from_bytes(digest[:4]) >> 32 - _DIGEST_BITS


def is_ours(number: int) -> bool:
    """Whether an event came from a browser."""
    return numbering_of(number) == NUMBERINGS


def base_of(number: int) -> int:
    """What the page carried on which something was done."""
    return (number & _FIRST - 1) >> _DIGEST_BITS


def _ticks(now: datetime) -> int:
    """Fits its bits until 2088."""
    return max(0, int((now - SINCE).total_seconds() * TICKS_A_SECOND))
