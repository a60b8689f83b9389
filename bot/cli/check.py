"""clamour check"""

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import explain
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.output import bad, good, note, warn_of_consent

if TYPE_CHECKING:
    from pathlib import Path

    from bot.config import Settings

EXAMPLES = """[bold]Examples[/]

  clamour check

  clamour check --config /etc/clamour/config.toml && clamour run --config /etc/clamour/config.toml

  clamour check --processes 6

The exit code is 1 if something needs fixing. Nothing is changed."""

NOT_READ = {
    "away": "The mailbox can't be read: no IMAP server answers at {host}:{port}. Look at "
    "mailbox.host, mailbox.port and mailbox.tls.",
    "login": "The mailbox can't be read: {host} refuses the login of {user}. Look at mailbox.user "
    "and CLAMOUR_MAILBOX_PASSWORD.",
    "folder": "The mailbox can't be read: {user} has no folder {folder}. Look at mailbox.folder.",
    "certificate": "The mailbox can't be read: the certificate of {host} is not valid.",
}


def check(
    config: ConfigFile = DEFAULT_CONFIG,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NUMBER",
            help="How many processes will run on this PostgreSQL. Default: those running now.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check the configuration, key by key, and the files and servers it names.

    Looks at the database and the campaign files, logs in to the mail server and the office's
    mailbox, asks DNS what other mail servers will think of the sender, and asks Telegram who the
    bot is.
    """
    settings = _configuration(config)
    if settings is None:
        note("Database, campaign files and Telegram weren't checked: fix the configuration first.")
        raise typer.Exit(1)
    fine = [
        _database(settings, processes),
        *(map(_campaign, settings.campaigns.files)),
        _mail_server(settings),
        _mailbox(settings),
        _telegram(settings),
    ]
    _tell_of_sender(settings)
    if not all(fine):
        raise typer.Exit(1)


def _configuration(config: "Path") -> "Settings | None":
    from bot.config import ConfigError, load

    try:
        settings = load(config)
    except ConfigError as fault:
        for problem in fault.problems:
            bad(f"{fault.file}: {problem}")
        return None
    good(f"{config}: all keys are fine.")
    if doors := _open_doors(settings):
        note(
            f"{' and '.join(doors)}: open to more than this machine, and each address gets its "
            "share of connections there. If your own web server is in front of it, set "
            "web.behind_proxy = true, or listen on 127.0.0.1."
        )
    if settings.signs_on_site:
        good("People without Telegram can sign on the website; codes and updates go by email.")
    elif settings.web.port:
        missing = "[email]" if settings.web.public_url else "web.public_url"
        note(f"People can't sign on the website itself: {missing} isn't set.")
    elif settings.has_mail_server:
        note(
            "People can't sign on the website, and no updates go by email: web.port and "
            "web.public_url aren't set. Codes go by email to people in Telegram."
        )
    return settings


def _open_doors(settings: "Settings") -> list[str]:
    """The keys of addresses in use where calls are counted by where they come from."""
    from channels.http_connection import share_at

    web, behind_proxy = settings.web, settings.web.behind_proxy
    used = {
        "webhook.listen": settings.webhook.listen if settings.telegram.mode == "webhook" else "",
        "web.listen": web.listen if web.port else "",
        "web.internal_listen": web.internal_listen if web.internal_port else "",
    }
    return [key for key, host in used.items() if host and share_at(host, behind_proxy=behind_proxy)]


def _database(settings: "Settings", planned: int | None) -> bool:
    from storage import migrate

    try:
        state = asyncio.run(migrate.check(settings.storage.url))
        key_id = asyncio.run(_key_of(settings)) if state.current is not None else None
        lines = asyncio.run(_of_processes(settings, planned)) if state.up_to_date else []
    except Exception as fault:
        return _told(fault)
    if state.up_to_date:
        good(f"The database is up to date (revision {state.current}).")
        for line in lines:
            note(line)
    elif state.current is None:
        if (folder := _closed_folder(settings)) is not None:
            bad(f"The database can't be made: this user can't write to the folder {folder}.")
            return False
        note("There's no database yet; clamour run makes it.")
    else:
        note(f"The database is at revision {state.current}; clamour run upgrades it.")
    if not settings.staff.owners and not (state.up_to_date and asyncio.run(_has_owner(settings))):
        note(
            "There is no owner, so nobody can use staff commands. clamour staff claim prints "
            "a link that makes you the owner; or put your Telegram id into staff.owners."
        )
    if key_id is not None:
        good(
            f"What people write is encrypted with the key {key_id}. "
            "Do you keep a copy of it somewhere else?"
        )
    return True


def _closed_folder(settings: "Settings") -> "Path | None":
    """The folder of a database that is to be made, if this user may not do so."""
    from storage.migrate import sqlite_file

    file = sqlite_file(settings.storage.url)
    return None if file is None or os.access(file.parent, os.W_OK) else file.parent


async def _has_owner(settings: "Settings") -> bool:
    """Whether somebody of the staff may do everything, in one campaign at least."""
    from storage import staff
    from storage.database import Database

    database = await Database.open(settings.storage.url, keyring=settings.keyring)
    try:
        async with database.reading() as db:
            return any(member.role == "owner" for member in await staff.all(db))
    finally:
        await database.close()


async def _key_of(settings: "Settings") -> str | None:
    """The number of the database's key, if it has one; the keys given are that."""
    from storage.database import Database
    from storage.encryption import state as encryption_state

    database = await Database.open_raw(settings.storage.url)
    try:
        async with database.reading() as db:
            return (await encryption_state.read(db, settings.keyring)).key_id
    finally:
        await database.close()


async def _of_processes(settings: "Settings", planned: int | None) -> list[str]:
    """What is to be noted of the processes on this database."""
    from bot.cli.processes import alive, crowded, warnings
    from storage import processes
    from storage.database import Database

    database = await Database.open(settings.storage.url, keyring=settings.keyring)
    try:
        async with database.reading() as db:
            living = alive(await processes.all(db))
            newest = await processes.newest_migration(db)
            places = await processes.places(db)
    finally:
        await database.close()
    lines = list(warnings(living, newest))
    if places is not None:
        pool_size = settings.storage.pool_size
        much = crowded(living, planned=planned, pool_size=pool_size, places=places)
        lines += [much] if much else []
    return lines


def _campaign(file: "Path") -> bool:
    from bot.campaign_files import read_campaign
    from campaign.definition.consent_fields import unnamed

    try:
        definition = read_campaign(file)
    except Exception as fault:
        return _told(fault)
    good(f"{file}: campaign “{definition.slug}” is fine.")
    warn_of_consent(unnamed(definition))
    return True


def _mail_server(settings: "Settings") -> bool:
    """Whether the mail server lets us in; one that is away does not keep the bot from starting."""
    if not settings.has_mail_server:
        return True
    from bot.cli.mail_findings import trouble_of_server

    trouble = asyncio.run(trouble_of_server(settings.email))
    if trouble is None:
        good(f"The mail server {settings.email.host} lets us in.")
        return True
    words, passes = trouble
    (note if passes else bad)(words)
    return passes


def _tell_of_sender(settings: "Settings") -> None:
    """What DNS says of the sender; that is nothing that keeps the bot from starting."""
    if not settings.has_mail_server:
        return
    from bot.cli.mail_findings import AS_NOTES, tell_of_sender
    from channels.email.mailbox_address import address_of

    asyncio.run(tell_of_sender(address_of(settings.email.sender).domain, AS_NOTES))


def _mailbox(settings: "Settings") -> bool:
    if not settings.mailbox.host:
        return True
    from bot.mail_server import imap_server
    from channels.email.imap_mailbox import MailboxFault, opens

    server = imap_server(settings.mailbox)
    try:
        asyncio.run(opens(server))
    except MailboxFault as fault:
        passes = fault.why == "away"
        (note if passes else bad)(NOT_READ[fault.why].format(**settings.mailbox.model_dump()))
        return passes
    good(f"The mailbox of {server.user} can be read.")
    if others := _addresses_to_lead_there(settings):
        note(
            f"Let emails to {' and '.join(others)} end in that mailbox, too: what comes back "
            "and what people answer goes there."
        )
    return True


def _addresses_to_lead_there(settings: "Settings") -> list[str]:
    """Where emails to the office go, other than to the mailbox's own name."""
    from bot.campaign_files import read_campaign
    from channels.email.mailbox_address import address_in

    written = [settings.email.sender] if settings.has_mail_server else []
    for file in settings.campaigns.files:
        with suppress(Exception):  # said already
            written.append(read_campaign(file).contact)
    addresses = dict.fromkeys(address_in(one).lower() for one in written)
    return [one for one in addresses if one not in ("", settings.mailbox.user.lower())]


def _telegram(settings: "Settings") -> bool:
    from bot.cli.get_me import ask_who
    from channels.telegram.proxy import shown

    telegram = settings.telegram
    try:
        token = telegram.token.get_secret_value()
        account = asyncio.run(ask_who(telegram.api_url, token, settings.proxy))
    except Exception as fault:
        return _told(fault)
    good(f"Telegram knows the bot as @{account.username} ({account.name}).")
    if settings.proxy:
        note(f"Telegram is reached through {shown(settings.proxy)}.")
    return True


def _told(fault: Exception) -> bool:
    words = explain(fault)
    if words is None:
        raise fault
    bad(words)
    return False
