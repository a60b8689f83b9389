"""The sections of config.toml: every key with its default, its limits and what it does."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.config.values import (
    DatabaseAddress,
    Keys,
    LowerCase,
    Paths,
    PublicAddress,
    Sender,
    ServerAddress,
    TelegramIds,
    TimeOfDay,
    Token,
    WebhookAddress,
    WebhookSecret,
    WholeNumber,
    Write,
)


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Telegram(Section):
    """The bot's account and how it talks to Telegram."""

    api_url: Annotated[
        ServerAddress,
        Write("the server's address without the token, such as https://api.telegram.org"),
    ] = "https://api.telegram.org"
    """The Bot API server; your own one can be named here
    (https://core.telegram.org/bots/api#using-a-local-bot-api-server)."""

    token: Annotated[
        SecretStr,
        Token,
        Write("the token from @BotFather into CLAMOUR_TELEGRAM_TOKEN or into the token file"),
    ]
    """From CLAMOUR_TELEGRAM_TOKEN or the token file, never from config.toml."""

    token_file: Annotated[
        Path | None, Write("the path of a file that holds the token and nothing else")
    ] = None
    """The file with the token, readable by its owner alone (chmod 600). Beside config.toml if the
    path is relative. CLAMOUR_TELEGRAM_TOKEN goes before it."""

    mode: Annotated[Literal["polling", "webhook"], LowerCase, Write('"polling" or "webhook"')] = (
        "polling"
    )
    """How updates come: the bot asks for them, or Telegram sends them to webhook.url."""

    proxy: Annotated[
        str, Write('http://HOST:PORT or socks5://NAME:PASSWORD@HOST:PORT, or "none" for none')
    ] = ""
    """The proxy through which Telegram is reached. Empty: the one that the environment names
    (HTTPS_PROXY, ALL_PROXY, NO_PROXY), if any; "none": never one."""

    messages_per_second: Annotated[
        WholeNumber, Field(ge=1, le=1000), Write("a whole number from 1 to 1000")
    ] = 30
    """The ceiling for bulk messages; answers to people are not held up by it. Telegram allows
    about 30, or 1000 paid (https://core.telegram.org/bots/faq#broadcasting-to-users)."""

    allow_paid_broadcast: Annotated[bool, Write("true or false")] = False
    """Whether bulk messages above the free 30 a second may be paid for with the bot's Stars
    (https://core.telegram.org/bots/api#paid-broadcasts)."""


class Webhook(Section):
    """Where Telegram sends updates when telegram.mode is "webhook"."""

    url: Annotated[
        WebhookAddress, Write("the public address, such as https://bot.example.org/telegram")
    ] = ""
    """The public https address that Telegram calls, on port 443, 80, 88 or 8443. With a Bot API
    server of your own, any port, and http on loopback addresses."""

    listen: Annotated[str, Field(min_length=1), Write("an address of this machine")] = "127.0.0.1"
    """The address the bot listens on, usually behind a web server that does the https."""

    port: Annotated[WholeNumber, Field(ge=1, le=65535), Write("a whole number from 1 to 65535")] = (
        8443
    )
    """The port the bot listens on."""

    secret: Annotated[
        SecretStr | None,
        WebhookSecret,
        Write("16 to 256 of A-Z, a-z, 0-9, _ and - in CLAMOUR_WEBHOOK_SECRET"),
    ] = None
    """From CLAMOUR_WEBHOOK_SECRET; without it one is derived from the token, so that every process
    and every start has the same. Telegram sends it with each update
    (https://core.telegram.org/bots/api#setwebhook)."""

    max_connections: Annotated[
        WholeNumber, Field(ge=1, le=100), Write("a whole number from 1 to 100")
    ] = 40
    """How many updates Telegram sends at the same time."""


class Web(Section):
    """Public numbers, share pages and a counter for websites; and what operators watch."""

    port: Annotated[WholeNumber, Field(ge=0, le=65535), Write("a whole number from 0 to 65535")] = 0
    """The port for the public pages; 0 for none. The webhook's own, with the same address, is
    right, too: both are then served there."""

    listen: Annotated[str, Field(min_length=1), Write("an address of this machine")] = "127.0.0.1"
    """The address the public pages are served on, usually behind a web server for https."""

    public_url: Annotated[
        PublicAddress, Write("the public address, such as https://petition.example.org")
    ] = ""
    """Under which address the world finds the pages; http is allowed for loopback addresses. The
    links that supporters copy begin with it."""

    behind_proxy: Annotated[bool, Write("true or false")] = False
    """Whether every call comes through a web server of yours, to the webhook, too. Otherwise a door
    that listens beyond loopback gives each address only its share of connections. On loopback it
    makes no difference."""

    framed_by: Annotated[
        PublicAddress, Write("the address of the site, such as https://www.example.org")
    ] = ""
    """A site whose pages may show the public pages in a frame; nobody's where it is empty. Whoever
    frames a page can lay something over it, so name only a site of your own."""

    proof_of_work: Annotated[
        Literal["in_bursts", "always", "never"],
        LowerCase,
        Write('"in_bursts", "always" or "never"'),
    ] = "in_bursts"
    """When a browser has to do a small sum before a code is sent by email: while far more sign than
    usual, always, or never. Who has scripts switched off waits 20 seconds instead."""

    internal_port: Annotated[
        WholeNumber, Field(ge=0, le=65535), Write("a whole number from 0 to 65535")
    ] = 0
    """The port for /metrics, /readyz and /healthz; 0 for none. Never the world's to see."""

    internal_listen: Annotated[
        str, Field(min_length=1), Write("an address of this machine that the world cannot reach")
    ] = "127.0.0.1"
    """The address of the internal port."""


class Storage(Section):
    """The database."""

    url: Annotated[
        DatabaseAddress,
        Field(repr=False),  # a PostgreSQL address can hold a password
        Write("sqlite+aiosqlite:///clamour.db or postgresql+asyncpg://user:password@host/database"),
    ] = "sqlite+aiosqlite:///clamour.db"
    """SQLite (a file beside config.toml if the path is relative) or PostgreSQL."""

    pool_size: Annotated[
        WholeNumber, Field(ge=1, le=200), Write("a whole number from 1 to 200")
    ] = 10
    """How many connections one process opens at most on PostgreSQL."""

    key_file: Annotated[
        Path | None, Write("the path of a file that clamour db new-key has made")
    ] = None
    """The file with the key that what people write is encrypted with (chmod 600); without one it is
    kept in plain. If the key is lost, so are the names. CLAMOUR_STORAGE_KEY goes before it."""

    key: Annotated[
        SecretStr | None,
        Keys,
        Write("a key that clamour db new-key has made into CLAMOUR_STORAGE_KEY or the key file"),
    ] = None
    """From CLAMOUR_STORAGE_KEY or the key file, never from config.toml: 64 hexadecimal digits;
    behind it, after spaces, older keys that are still to be read with."""

    tombstones: Annotated[Path | None, Write("the path of a file")] = None
    """The file that remembers, by keyed hashes, who has been erased, so that a backup restored
    later erases them again. Without it: beside the SQLite file, or `clamour.tombstones` beside
    config.toml."""


class Backup(Section):
    """A copy of a SQLite database, every night. PostgreSQL has pg_dump."""

    folder: Annotated[Path | None, Write("the path of a folder")] = None
    """Where the backups go; without it, none are made. Made if it is missing, for its owner alone.
    Best on another disk."""

    at: Annotated[TimeOfDay, Write("a time of day, such as 03:15")] = "03:15"
    """When, in UTC. A night that was missed is made up for at the next start."""

    keep_days: Annotated[
        WholeNumber, Field(ge=1, le=3650), Write("a whole number from 1 to 3650")
    ] = 14
    """How many days a backup is kept. People who have been erased are in it for as long."""


class Campaigns(Section):
    """The campaigns to begin with."""

    files: Annotated[Paths, Write('a list of paths, such as ["campaign.toml"]')] = (
        Path("campaign.toml"),
    )
    """Loaded at start if the database does not know them yet. Afterwards the database decides;
    `clamour campaign load FILE` brings a changed file in."""


class Staff(Section):
    """Who runs the campaigns."""

    owners: Annotated[
        TelegramIds, Write("a list of people's Telegram ids, such as [123456789]")
    ] = ()
    """Telegram ids of people who may do everything."""


class Inbox(Section):
    """What people write to a campaign, and what it answers."""

    keep_days: Annotated[
        WholeNumber, Field(ge=1, le=730), Write("a whole number from 1 to 730")
    ] = 90
    """How many days a message and its answer are kept; people are told so before they write."""


class Email(Section):
    """The server that sends codes, for campaigns whose identity is "email", and updates."""

    host: Annotated[str, Write("the mail server's name, such as mail.example.org")] = "localhost"
    """The mail server."""

    port: Annotated[WholeNumber, Field(ge=1, le=65535), Write("a whole number from 1 to 65535")] = (
        587
    )
    """Its port: usually 587 with starttls, 465 with tls."""

    tls: Annotated[
        Literal["starttls", "tls", "none"], LowerCase, Write('"starttls", "tls" or "none"')
    ] = "starttls"
    """How the connection is encrypted; "none" only for a server on this machine."""

    user: Annotated[str, Write("the account's name, or nothing where none is asked for")] = ""
    """The account at the mail server."""

    password: Annotated[
        SecretStr | None, Write("the account's password into CLAMOUR_EMAIL_PASSWORD")
    ] = None
    """From CLAMOUR_EMAIL_PASSWORD, never from config.toml."""

    sender: Annotated[Sender, Write("an address, such as petition@example.org")] = (
        "petition@localhost"
    )
    """From whom the emails come."""

    seconds: Annotated[WholeNumber, Field(ge=1, le=300), Write("a whole number from 1 to 300")] = 20
    """How long the server may take for each step of an email before it is tried again later."""

    per_minute: Annotated[
        WholeNumber, Field(ge=1, le=60_000), Write("a whole number from 1 to 60000")
    ] = 600
    """How many emails a minute the server is handed in bulk: what your provider allows. Codes go at
    once, and count."""


class Mailbox(Section):
    """The office's mailbox, where emails that come back end, and answers to emails."""

    host: Annotated[str, Write("the IMAP server's name, such as imap.example.org")] = ""
    """The IMAP server. Without it no mailbox is read."""

    port: Annotated[WholeNumber, Field(ge=1, le=65535), Write("a whole number from 1 to 65535")] = (
        993
    )
    """Its port."""

    tls: Annotated[Literal["tls", "none"], LowerCase, Write('"tls" or "none"')] = "tls"
    """How the connection is encrypted; "none" only for a server on this machine."""

    user: Annotated[str, Write("the mailbox's name, such as petition@example.org")] = ""
    """The account at the server."""

    password: Annotated[
        SecretStr | None, Write("the mailbox's password into CLAMOUR_MAILBOX_PASSWORD")
    ] = None
    """From CLAMOUR_MAILBOX_PASSWORD, never from config.toml."""

    folder: Annotated[
        str, Field(pattern=r"^[ -~]{1,200}$"), Write("the folder's name at the server, in ASCII")
    ] = "INBOX"
    """The folder that emails come to."""

    seconds: Annotated[
        WholeNumber, Field(ge=1, le=3600), Write("a whole number from 1 to 3600")
    ] = 60
    """How often it is looked at."""


class Limits(Section):
    """How much is too much: far above what people in a hurry do. 0 is any number."""

    updates: Annotated[WholeNumber, Field(ge=0, le=10_000), Write("a whole number from 0")] = 30
    """How many messages and taps of one person are handled in limits.seconds. Who sends more hears
    once to wait; what comes meanwhile is passed over, and the person's place in a form is kept."""

    seconds: Annotated[
        WholeNumber, Field(ge=1, le=3600), Write("a whole number from 1 to 3600")
    ] = 10
    """The time that limits.updates is for."""

    all_updates: Annotated[
        WholeNumber, Field(ge=0, le=1_000_000), Write("a whole number from 0")
    ] = 1_000
    """How many updates one process handles in a second, of everybody together. What is more is not
    lost: it stays with Telegram and comes a little later."""

    signings: Annotated[WholeNumber, Field(ge=0, le=10_000), Write("a whole number from 0")] = 10
    """How often one account may sign in an hour, after taking its name off; kept in the
    database."""

    all_signings: Annotated[
        WholeNumber, Field(ge=0, le=10_000_000), Write("a whole number from 0")
    ] = 60_000
    """How many signatures one process takes in a minute. Who is too many is asked to tap again in
    some seconds, with every answer kept."""

    site_people: Annotated[
        WholeNumber, Field(ge=0, le=1_000_000), Write("a whole number from 0")
    ] = 400
    """How many people of one network (/24, of IPv6 /64) may begin on the website in 100 seconds; of
    requests, eight times as many. A hall full of people may share one address."""


class Log(Section):
    """What the bot tells of its work, on standard error. Never names, texts or tokens."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        LowerCase,
        Write('"debug", "info", "warning" or "error"'),
    ] = "info"
    """The least important kind of event that is logged."""

    format: Annotated[Literal["console", "json"], LowerCase, Write('"console" or "json"')] = (
        "console"
    )
    """For people to read, or one JSON object a line for programs."""


def beside(folder: Path, path: str | Path) -> Path:
    """The path as meant by a file in that folder."""
    return folder / Path(path).expanduser()
