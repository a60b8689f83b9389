"""The mail server of the settings, as the transport takes it."""

from bot.config.sections import Email
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
