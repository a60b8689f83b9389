"""Say what other mail servers will make of our emails, as far as it can be seen from here."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.cli.output import bad, good, note

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver
    from dns.resolver import Resolver as BlockingResolver

    from bot.config.sections import Email
    from channels.email.imap_mailbox import ImapServer
    from channels.email.sender_dns import Kind

Ways = Mapping["Kind", Callable[[str], None]]
AS_THEY_ARE: Ways = {"good": good, "note": note, "bad": bad}
AS_NOTES: Ways = {"good": good, "note": note, "bad": note}

TROUBLE = {
    "away": "No mail server answers at {host}:{port}, so no code and no update can be emailed now. "
    "Look at email.host, email.port and email.tls.",
    "busy": "The mail server {host} asks to wait. Try again in a few minutes.",
    "certificate": "The certificate of the mail server {host} is not valid for that name. Write "
    "the name into email.host that your provider gives.",
    "encryption": "The mail server {host} wants another encryption on port {port} than email.tls "
    "names (“{tls}”). Port 587 usually takes “starttls”, port 465 “tls”.",
    "login": "The mail server {host} refuses the login of {user}. Look at email.user and "
    "CLAMOUR_EMAIL_PASSWORD. Some providers want a password made for programs.",
    "refused": "The mail server {host} doesn't talk to this machine. Ask your provider why.",
}
"""What is wrong with the mail server, by `Trouble`."""

PASSING = ("away", "busy")
"""Troubles that may be over when the bot starts."""

RETURNED_WITHIN_SECONDS = 60.0
LOOKED_EVERY_SECONDS = 2.0


async def trouble_of_server(email: "Email") -> tuple[str, bool] | None:
    """What is wrong with the mail server, and whether that may pass by itself; None if nothing."""
    from bot.mail_server import mail_server
    from channels.email.smtp_connection import SmtpConnection

    trouble = await SmtpConnection.trouble_with(mail_server(email))
    if trouble is None:
        return None
    if trouble == "login" and not email.user:
        trouble = "refused"
    return TROUBLE[trouble].format(**email.model_dump()), trouble in PASSING


async def tell_of_sender(
    domain: str, ways: Ways = AS_THEY_ARE, resolver: "Resolver | None" = None
) -> None:
    """Say what DNS says of the domain that emails come from.

    Args:
        ways: how each kind of finding is said.
        resolver: who is asked; None for the system's.
    """
    from channels.email.sender_dns import NoDns, look

    if "." not in domain:
        note(f"email.sender is on {domain}: other mail servers refuse what comes from there.")
        return
    try:
        findings = await look(domain, resolver)
    except NoDns:
        note(f"No DNS server answers, so nothing can be said of SPF and DMARC for {domain}.")
        return
    for one in findings:
        ways[one.kind](one.words)


async def tell_of_returned(
    server: "ImapServer",
    message_id: str,
    domain: str,
    resolver: "BlockingResolver | None" = None,
) -> None:
    """Wait for an email of ours in the office's mailbox, and say what its signature is worth.

    Args:
        domain: of our From.
        resolver: who is asked for the key; None for the system's.
    """
    from channels.email.imap_mailbox import MailboxFault
    from channels.email.returned_test import judge
    from channels.email.sender_dns import key_lookup

    try:
        async with asyncio.timeout(RETURNED_WITHIN_SECONDS):
            raw = await _found(server, message_id)
    except MailboxFault as fault:
        note(f"The mailbox can't be read ({fault.why}): clamour check says more.")
    except TimeoutError:
        note("It has not come to the mailbox within a minute. Look for it among the spam there.")
    else:
        for one in await asyncio.to_thread(judge, raw, domain, key_lookup(resolver)):
            AS_THEY_ARE[one.kind](one.words)


def tell_where_to_look(domain: str, mailbox: str) -> None:
    """What to look for in an email that has gone elsewhere.

    Args:
        mailbox: the office's own, if it is read; "" if not.
    """
    note(
        "DKIM shows in the email itself: open its source (“Show original”) and look at "
        f"Authentication-Results. It should say spf=pass, dkim=pass and dmarc=pass for {domain}."
    )
    if mailbox:
        note(f"Send it to {mailbox} instead, and this command looks for itself.")


async def _found(server: "ImapServer", message_id: str) -> bytes:
    from channels.email.imap_mailbox import ImapMailbox

    while True:
        async with ImapMailbox.opened(server) as mailbox:
            for uid in await mailbox.named(message_id):
                raw = await mailbox.fetch(uid)
                if raw is not None:
                    return raw
        await asyncio.sleep(LOOKED_EVERY_SECONDS)
