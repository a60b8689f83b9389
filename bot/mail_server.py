"""The mail server and the mailbox of the settings, as the channel takes them."""

from bot.config.sections import Email, Mailbox
from channels.email.imap_mailbox import ImapServer
from channels.email.mail_server import MailServer


def mail_server(email: Email) -> MailServer:
    """Where emails are handed over, and how."""
    return MailServer(
        host=email.host,
        port=email.port,
        sender=email.sender,
        tls=email.tls,
        user=email.user,
        password=email.password.get_secret_value() if email.password else None,
        seconds=email.seconds,
        per_minute=email.per_minute,
    )


def imap_server(mailbox: Mailbox) -> ImapServer:
    """Where emails that have come are read."""
    return ImapServer(
        host=mailbox.host,
        port=mailbox.port,
        user=mailbox.user,
        password=mailbox.password.get_secret_value() if mailbox.password else "",
        folder=mailbox.folder,
        tls=mailbox.tls == "tls",
    )
