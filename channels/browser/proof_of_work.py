"""What a browser shows for an act while very many sign: work done, or a while waited.

The work is an altcha challenge (https://altcha.org, version 2): to find the counter below MOST
whose PBKDF2 key is the one asked for. A key takes COST rounds, which browsers do with the machine's
own instructions, so that a program has no better ones. A mid-range phone takes two seconds at most;
docs/abuse.md has the figures.

Both are signed for one act of one browser. That is done once, so a proof that comes again is worth
nothing, in whichever process it comes, and nothing is kept of it.
"""

import hashlib
import hmac
import json
import re
import secrets
from datetime import UTC, datetime, timedelta

from altcha import Payload, create_challenge, verify_solution

COST = 2_000
MOST = 1_000
WAIT = timedelta(seconds=20)
VALID_FOR = timedelta(hours=1)
LONGEST = 2_000
"""Characters of a solution; ours have some 800."""

_TICKET = re.compile(r"([0-9]{1,11})\.([0-9a-f]{64})", re.ASCII)


def challenge(act: str, *, key: bytes, now: datetime) -> str:
    """The work that is asked for an act, as JSON.

    Args:
        act: names it, see channels.browser.acts.
        key: the installation's own.
        now: UTC.
    """
    until = int((now + VALID_FOR).timestamp())
    asked = create_challenge(
        "PBKDF2/SHA-256",
        COST,
        counter=secrets.randbelow(MOST),
        data={"act": _signed("work", act, until, key), "until": until},
        hmac_secret=_secret("challenge", key),
        hmac_key_secret=_secret("solution", key),
    )
    return json.dumps(asked.to_dict())


def is_solved(solution: str, act: str, *, key: bytes, now: datetime) -> bool:
    """Whether the work for this act is done, and in time.

    Args:
        solution: as the form brings it; hostile.
    """
    if not solution or len(solution) > LONGEST:
        return False
    try:
        payload = Payload.from_base64(solution)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    verdict = verify_solution(
        payload, _secret("challenge", key), hmac_key_secret=_secret("solution", key)
    )
    data = payload.challenge.parameters.data
    if not verdict.verified or data is None:
        return False
    is_this = hmac.compare_digest(data["act"], _signed("work", act, data["until"], key))
    return is_this and now.timestamp() <= data["until"]


def ticket(act: str, *, key: bytes, now: datetime) -> str:
    """What shows later since when somebody waits with an act."""
    since = int(now.timestamp())
    return f"{since}.{_signed('wait', act, since, key)}"


def still_to_wait(shown: str, act: str, *, key: bytes, now: datetime) -> timedelta | None:
    """How long somebody still has to wait who shows a ticket; None if it is none for this act, or
    none any more.

    Args:
        shown: as the form brings it; hostile.
    """
    found = _TICKET.fullmatch(shown)
    if found is None:
        return None
    since = int(found[1])
    if not hmac.compare_digest(found[2], _signed("wait", act, since, key)):
        return None
    waited = now - datetime.fromtimestamp(since, UTC)
    if not timedelta(0) <= waited <= VALID_FOR:
        return None
    return max(timedelta(0), WAIT - waited)


def _secret(purpose: str, key: bytes) -> bytes:
    return hmac.new(key, f"clamour proof of work {purpose}".encode(), hashlib.sha256).digest()


def _signed(purpose: str, act: str, at: int, key: bytes) -> str:
    return hmac.new(_secret(purpose, key), f"{at} {act}".encode(), hashlib.sha256).hexdigest()
