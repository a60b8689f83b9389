"""An email address as SMTP and headers take it."""

import re
from email.utils import parseaddr
from typing import NamedTuple

_LONGEST = 320
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"\s]")


class BadAddress(ValueError):
    """Nothing can be sent there."""


class MailboxAddress(NamedTuple):
    """An address; `needs_utf8` if only a server with SMTPUTF8 (RFC 6531) takes it."""

    text: str
    needs_utf8: bool

    @property
    def domain(self) -> str:
        return self.text.rpartition("@")[2]


def mailbox_address(text: str) -> MailboxAddress:
    """Read a bare address. A domain in other letters is given in ASCII, as every server takes it.

    Raises:
        BadAddress: there is none, or more than one thing.
    """
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or len(text) > _LONGEST or _FORBIDDEN.search(text):
        raise BadAddress("not an address")
    if "@" in local:
        raise BadAddress("not an address")
    if text.isascii():
        return MailboxAddress(text, needs_utf8=False)
    return _in_other_letters(text, local)


def _in_other_letters(text: str, local: str) -> MailboxAddress:
    import email_validator  # few addresses need it

    try:
        valid = email_validator.validate_email(
            text, check_deliverability=False, test_environment=True, globally_deliverable=False
        )
    except email_validator.EmailNotValidError:
        raise BadAddress("not an address") from None
    domain = valid.ascii_domain or valid.domain
    return MailboxAddress(f"{local}@{domain}", needs_utf8=not local.isascii())


def address_in(words: str) -> str:
    """The first email address among words by which somebody can be reached; "" for none."""
    for word in words.split():
        try:
            return mailbox_address(word.strip("<>(),;")).text
        except BadAddress:
            continue
    return ""


def address_of(sender: str) -> MailboxAddress:
    """The address of a sender, who may be named: `Keep the Unit <petition@example.org>`.

    Raises:
        BadAddress: there is none.
    """
    return mailbox_address(parseaddr(sender)[1])
