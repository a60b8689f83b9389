"""A mail server, and a letter that is ready for it."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from campaign.delivery.messenger import DeliveryFault
from channels.email.mailbox_address import MailboxAddress


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server, as the settings name it.

    Attributes:
        seconds: how long it may take for each step of a letter.
        per_minute: how many letters in bulk it is handed.
    """

    host: str
    port: int
    sender: str
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str | None = field(default=None, repr=False)
    seconds: float = 20.0
    per_minute: int = 600


class Prepared(NamedTuple):
    """A letter ready for the wire: `content` is 7-bit lines that end with CRLF.

    Attributes:
        return_path: where bounces go.
    """

    to: MailboxAddress
    return_path: MailboxAddress
    content: bytes


class Broken(Exception):
    """The connection is of no use any more.

    Attributes:
        fault: what it means for the letter.
        early: whether the server had said nothing to this letter yet.
    """

    def __init__(self, fault: DeliveryFault, *, early: bool = False) -> None:
        super().__init__(type(fault).__name__)
        self.fault = fault
        self.early = early
