"""clamour email"""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import open_database
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import complain, good, say

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.config.sections import Email
    from bot.incoming_mail import Ended
    from campaign.delivery.messenger import DeliveryFault

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Try the mail server, and note what comes back.",
)


class _NotSent(Exception):
    """The mail server has not taken an email; why, in words."""


@commands.command(
    "bounce",
    epilog="[bold]Example[/], as a line of a mail server's aliases\n\n"
    '  bounces: "|clamour email bounce --config /etc/clamour/config.toml"',
)
def bounce(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Read one returned email, or a complaint, from standard input.

    Addresses that no longer exist, and people who complain, get no more emails. Everything else
    is passed over, with exit code 0, so that the mail server does not send it back.
    """
    from bot.incoming_mail import Ended, came_back
    from channels.email.mail_parts import MOST_BYTES

    message_id = came_back(sys.stdin.buffer.read(MOST_BYTES))
    if message_id is None:
        say("That says nothing of an address that is gone. Nothing has been changed.")
    elif asyncio.run(_end_address(config, message_id)) is Ended.NOTED:
        good("Noted. No more emails go to that address.")
    else:
        say("That is about no email of ours, or it is noted already. Nothing has been changed.")


async def _end_address(config: Path, message_id: str) -> "Ended":
    from datetime import UTC, datetime

    from bot.incoming_mail import end_address
    from storage import letters_key

    async with open_database(config) as database:
        async with database.transaction() as db:
            key = await letters_key.of(db)
        return await end_address(database, message_id, key=key, now=datetime.now(UTC))


@commands.command("test", epilog="[bold]Example[/]\n\n  clamour email test me@example.org")
def try_it(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Where to send it.", show_default=False)
    ],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Send one email, and say what the mail server made of it.

    Says, too, what other mail servers will make of the sender: SPF and DMARC, as they stand in DNS.
    Sent to the office's own mailbox, which the bot reads, it says whether DKIM's signature holds.
    """
    from bot.config import load
    from channels.email.mailbox_address import BadAddress

    settings = load(config)
    if not settings.has_mail_server:
        complain(f"No mail server is named: write one into the section [email] of {config}.")
        raise typer.Exit(1)
    try:
        message_id = asyncio.run(_send(settings.email, address))
    except BadAddress:
        raise typer.BadParameter(f"“{address}” is no email address") from None
    except _NotSent as failed:
        complain(f"It was not sent. {failed}")
        raise typer.Exit(1) from None
    good("The mail server has taken it. Look for it, among the spam, too.")
    asyncio.run(_tell(settings, address, message_id))


def _why_not(email: "Email", address: str, fault: "DeliveryFault") -> str:
    """Why a mail server that lets us in has not taken an email."""
    from campaign.delivery.messenger import BotRefused, FateUnknown, Refused, Unreachable

    match fault:
        case Unreachable():
            return f"The mail server says that there is no {address}."
        case Refused(reason=reason):
            return f"The mail server doesn't take an email to {address}: {reason}."
        case BotRefused():
            return (
                f"The mail server {email.host} lets us in, but takes nothing from {email.sender}. "
                "Write an address into email.sender that this account may send from."
            )
        case FateUnknown():
            return "Or perhaps it was: the connection broke off. Look for it, then try again."
    return f"The mail server {email.host} broke off. Try again in a few minutes."


async def _tell(settings: "Settings", address: str, message_id: str) -> None:
    from bot.cli.mail_findings import tell_of_returned, tell_of_sender, tell_where_to_look
    from bot.mail_server import imap_server
    from channels.email.mailbox_address import address_of

    domain, mailbox = address_of(settings.email.sender).domain, settings.mailbox
    await tell_of_sender(domain)
    if mailbox.host and address.lower() == mailbox.user.lower():
        await tell_of_returned(imap_server(mailbox), message_id, domain)
    else:
        tell_where_to_look(domain, mailbox.user if mailbox.host else "")


async def _send(email: "Email", address: str) -> str:
    """Gives the Message-ID of the email that the mail server has taken.

    Raises:
        _NotSent: it has not, and why.
    """
    from datetime import UTC, datetime

    from bot.cli.mail_findings import trouble_of_server
    from bot.mail_server import mail_server
    from campaign.delivery.messenger import DeliveryFault
    from channels.email.plain_letter import plain_letter
    from channels.email.transport import MailTransport

    words = "This is a test. If you can read it, emails arrive.\n"
    now = datetime.now(UTC)
    letter = plain_letter(address, "Clamour: a test", words, sender=email.sender, now=now)
    if (trouble := await trouble_of_server(email)) is not None:
        raise _NotSent(trouble[0])
    try:
        async with MailTransport(mail_server(email)) as transport:
            await transport.send(address, letter, lane="codes")
    except DeliveryFault as fault:
        raise _NotSent(_why_not(email, address, fault)) from None
    return str(letter["Message-ID"])
