"""Types of setting, each with the words that say what to write."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from campaign.web_address import BadAddress, web_address

WEBHOOK_PORTS = (80, 88, 443, 8443)
NOT_ON_THE_INTERNET = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
SQLITE = "sqlite+aiosqlite:///"
POSTGRESQL = "postgresql+asyncpg://"


@dataclass(frozen=True, slots=True)
class Write:
    """What to write there, as it follows the word “write”: `a whole number from 1 to 1000`."""

    words: str


def _not_a_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is not a number")
    return value


def _listed(value: object) -> object:
    """An environment variable holds a list as `a, b`."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _server(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not the address of a web server")
    if parts.query or parts.fragment:
        raise ValueError("has something after its path")
    return value.rstrip("/")


def _public(value: str) -> str:
    if not value:
        return value
    address = _server(_webhook(value))
    if urlsplit(address).hostname not in LOOPBACK:
        try:
            web_address(address)
        except BadAddress:
            raise ValueError("is no address that Telegram takes under a button") from None
    return address


def _webhook(value: str) -> str:
    if not value:
        return value
    parts = urlsplit(value)
    if parts.hostname and parts.scheme == "http" and parts.hostname in LOOPBACK:
        return value
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("does not begin with https://")
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("has a port that is no port") from None
    if TOKEN.search(value):
        raise ValueError("contains a bot token, which would end up in the logs of web servers")
    return value


def refused_by_telegram(address: str) -> str:
    """Why Telegram's own server would not call a webhook there; "" if it would.

    Source: tdlib/telegram-bot-api, Client.cpp and WebhookActor.cpp; a server of one's own in local
    mode calls any.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https":
        return "does not begin with https://, and Telegram calls nothing else"
    if parts.port is not None and parts.port not in WEBHOOK_PORTS:
        return f"has the port {parts.port}; Telegram calls 80, 88, 443 and 8443 only"
    try:
        is_public = ip_address(host).is_global
    except ValueError:
        is_public = "." in host.rstrip(".") and not host.rstrip(".").endswith(NOT_ON_THE_INTERNET)
    return "" if is_public else "is no address on the internet, and Telegram does not call it"


def _database(value: str) -> str:
    if value.startswith(POSTGRESQL):
        if not urlsplit(value).path.strip("/"):
            raise ValueError("names no database")
        return value
    if value.startswith(SQLITE):
        if value.removeprefix(SQLITE).partition("?")[0] in ("", ":memory:"):
            raise ValueError("names no file, so signatures would be lost at every stop")
        return value
    raise ValueError("is not the address of a database that Clamour knows")


def _sender(value: str) -> str:
    from channels.email import mailbox_address

    try:
        mailbox_address.address_of(value)
    except mailbox_address.BadAddress:
        raise ValueError("is no address") from None
    return value


def _time_of_day(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("is no time of day")
    return value


def _secret(value: Any) -> Any:
    if isinstance(value, str) and not SECRET.fullmatch(value):
        raise ValueError("is too short, too long or has other characters in it")
    return value


def _keys(value: Any) -> Any:
    if isinstance(value, str):
        from storage.encryption.keyring import Keyring

        Keyring.read(value)
    return value


def _token(value: Any) -> Any:
    if isinstance(value, str) and not TOKEN.fullmatch(value):
        raise ValueError("does not look like a bot token")
    return value


WholeNumber = Annotated[int, BeforeValidator(_not_a_truth)]
Paths = Annotated[tuple[Path, ...], BeforeValidator(_listed)]
TelegramIds = Annotated[
    tuple[Annotated[WholeNumber, Field(ge=1, lt=2**52)], ...], BeforeValidator(_listed)
]
LowerCase = BeforeValidator(_lower)
ServerAddress = Annotated[str, AfterValidator(_server)]
PublicAddress = Annotated[str, AfterValidator(_public)]
WebhookAddress = Annotated[str, AfterValidator(_webhook)]
Sender = Annotated[str, AfterValidator(_sender)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
DatabaseAddress = Annotated[str, AfterValidator(_database)]
Token = BeforeValidator(_token)
WebhookSecret = BeforeValidator(_secret)
Keys = BeforeValidator(_keys)
