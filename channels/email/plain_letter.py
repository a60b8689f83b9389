"""A letter of plain words that a program writes by itself: a code, a test."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from channels.email import headers
from channels.email.mailbox_address import mailbox_address
from messages.limits import sendable


def plain_letter(
    to: str,
    subject: str,
    words: str,
    *,
    sender: str,
    now: datetime,
    message_id: str = "",
    reply_to: str = "",
) -> EmailMessage:
    """
    Args:
        sender: whom it comes from, as the settings name them.
        now: UTC.
        message_id: as `channels.email.message_ids` gives it; "" for any.
        reply_to: an address where answers go; "" for the sender's.

    Raises:
        BadAddress: `to` is none.
    """
    name, address = parseaddr(sender)
    letter = EmailMessage()
    fields = [
        headers.person("From", name, mailbox_address(address)),
        headers.person("To", "", mailbox_address(to)),
        headers.words("Subject", subject),
        headers.plain("Date", format_datetime(now)),
        headers.token("Message-ID", message_id or make_msgid()),
        headers.plain("Auto-Submitted", "auto-generated"),  # RFC 3834
    ]
    if reply_to:
        fields.append(headers.person("Reply-To", "", mailbox_address(reply_to)))
    for one in fields:
        letter[one.name] = one
    letter.set_content(sendable(words))
    return letter
