"""A letter of plain words that a program writes by itself: a code, a test."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from channels.email.mailbox_address import mailbox_address


def plain_letter(to: str, subject: str, words: str, *, sender: str, now: datetime) -> EmailMessage:
    """
    Args:
        sender: whom it comes from, as the settings name them.
        now: UTC.

    Raises:
        BadAddress: `to` is none.
    """
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, mailbox_address(to).text, subject
    letter["Date"], letter["Message-ID"] = format_datetime(now), make_msgid()
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834
    letter.set_content(words)
    return letter
