"""What a mail server's reply says of a letter: a fault of `campaign.delivery.messenger`.

By where in the talk it comes (RFC 5321): a refused sender or login is refused for everybody, a
refused recipient for that one alone. A server that is in trouble (421, or 4xx to the sender) asks
everybody to wait; a mailbox that is (450, 451, 452) is tried again by itself, and given up in time.
"""

import re
from typing import Literal

from campaign.delivery.messenger import (
    BotRefused,
    DeliveryFault,
    NotDelivered,
    NotNow,
    Refused,
    Unreachable,
)
from channels.email.status_codes import reason, status_in

Stage = Literal["connect", "sender", "recipient", "content"]

CLOSING = 421
TOO_LARGE = 552
_NO_MAILBOX = frozenset({550, 551, 553})
_RELAY = re.compile(r"\brelay", re.IGNORECASE)
"""How servers say that they take mail for strangers from nobody, or from nobody unknown:
"Relay access denied", "relay not permitted", "Unable to relay"."""


class NoRelay(BotRefused):
    """Said of a recipient: it takes their mail from nobody, or not from us.

    Attributes:
        reason: the codes and what they mean.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def fault_of(stage: Stage, code: int, text: str, *, wait: float = 1.0) -> DeliveryFault:
    """The fault of a reply other than yes.

    Args:
        text: what the server says beside the code; only codes are taken of it.
        wait: seconds to wait for a server that is in trouble.
    """
    status = status_in(text)
    if code < 500:
        whole_server = code == CLOSING or stage in ("connect", "sender")
        return NotNow(wait) if whole_server else NotDelivered()
    too_large = code == TOO_LARGE or (status is not None and str(status) == "5.3.4")
    if stage == "connect" or (stage == "sender" and not too_large):
        return BotRefused()
    if stage == "recipient" and (_RELAY.search(text) or (status and status.about_sender)):
        return NoRelay(reason(code, status))
    if status is not None and status.about_sender:
        return BotRefused()
    if status is not None:
        return Unreachable() if status.gone else Refused(reason(code, status))
    if stage == "recipient" and code in _NO_MAILBOX:
        return Unreachable()
    return Refused(reason(code, None))
