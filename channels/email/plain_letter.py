"""A letter of plain words that a program writes by itself: a code, a test."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from channels.email.mailbox_address import mailbox_address


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
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, mailbox_address(to).text, subject
    letter["Date"], letter["Message-ID"] = format_datetime(now), message_id or make_msgid()
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834
    if reply_to:
        letter["Reply-To"] = reply_to
    letter.set_content(words)
    return letter
