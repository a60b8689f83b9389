"""What a mail server's reply codes say (RFC 5321, RFC 3463), in words that hold nobody's.

What a server says beside its codes may quote the address or the letter, so nothing of it is kept.
"""

import re
from typing import NamedTuple

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_MOST_READ = 2_000

_MEANINGS = {
    "1.0": "bad address",
    "1.1": "no such mailbox",
    "1.2": "no such domain",
    "1.3": "malformed address",
    "1.6": "mailbox has moved",
    "1.10": "recipient not found",
    "2.0": "mailbox trouble",
    "2.1": "mailbox disabled",
    "2.2": "mailbox full",
    "2.3": "message too large for the mailbox",
    "3.1": "mail system full",
    "3.2": "mail system not accepting mail",
    "3.4": "message too large",
    "4.1": "recipient’s server does not answer",
    "4.2": "connection lost",
    "4.3": "directory trouble",
    "4.4": "no route to the domain",
    "4.5": "mail system busy",
    "4.6": "mail loop",
    "4.7": "not delivered in time",
    "6.1": "kind of content not taken",
    "6.7": "address needs SMTPUTF8",
    "7.1": "refused by policy",
    "7.23": "SPF check failed",
    "7.26": "sender not authenticated",
    "7.28": "too many messages",
}
_OTHER_MEANINGS = {
    "1": "bad address",
    "2": "mailbox trouble",
    "3": "mail system trouble",
    "4": "network trouble",
    "5": "protocol trouble",
    "6": "content not taken",
    "7": "refused by policy",
}
_OF_SENDER = frozenset({"1.7", "1.8", "7.27"})
"""Subjects that concern who sends."""
_GONE = frozenset({"2.1", "4.4"})
"""Beside 1.x: the mailbox, or the way to its domain, is gone."""


class Status(NamedTuple):
    """An enhanced status code, "5.1.1"."""

    kind: int
    subject: int
    detail: int

    def __str__(self) -> str:
        return f"{self.kind}.{self.subject}.{self.detail}"

    @property
    def meaning(self) -> str:
        """What the code says, a few words; "" for an undefined one."""
        exact = _MEANINGS.get(f"{self.subject}.{self.detail}")
        return exact or _OTHER_MEANINGS.get(str(self.subject), "")

    @property
    def about_sender(self) -> bool:
        """Whether it refuses who sends, whomever it is to."""
        return f"{self.subject}.{self.detail}" in _OF_SENDER

    @property
    def gone(self) -> bool:
        """Whether nothing will ever arrive at that address."""
        if self.kind != 5 or self.about_sender:
            return False
        return self.subject == 1 or f"{self.subject}.{self.detail}" in _GONE


def status_in(text: str) -> Status | None:
    """The first enhanced status code in a server's words; None if there is none."""
    found = _ENHANCED.search(text[:_MOST_READ])
    return Status(*(int(part) for part in found.groups())) if found else None


def reason(code: int | None, status: Status | None) -> str:
    """Codes and their meaning, such as "550 5.7.1, refused by policy"."""
    codes = " ".join(str(one) for one in (code, status) if one)
    return ", ".join(part for part in (codes, status.meaning if status else "") if part)
