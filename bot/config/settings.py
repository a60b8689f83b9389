"""All settings of the running bot, frozen."""

import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.sections import (
    Backup,
    Campaigns,
    Email,
    Inbox,
    Limits,
    Log,
    Mailbox,
    Staff,
    Storage,
    Telegram,
    Web,
    Webhook,
    beside,
)
from bot.config.values import SQLITE, refused_by_telegram
from channels.telegram.proxy import BadProxy, proxy_for

if TYPE_CHECKING:
    from storage.encryption.keyring import Keyring


TELEGRAMS_OWN = "api.telegram.org"


class Settings(BaseSettings):
    """Read with `load`; CLAMOUR_SECTION__KEY in the environment goes before the file."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="CLAMOUR_",
        env_nested_delimiter="__",
        enable_decoding=False,  # lists are `a, b` in the environment, not JSON
        hide_input_in_errors=True,
    )

    telegram: Telegram
    webhook: Webhook = Webhook()
    web: Web = Web()
    storage: Storage = Storage()
    backup: Backup = Backup()
    campaigns: Campaigns = Campaigns()
    staff: Staff = Staff()
    email: Email = Email()
    mailbox: Mailbox = Mailbox()
    inbox: Inbox = Inbox()
    limits: Limits = Limits()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file said."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _a_webhook_has_an_address(self) -> Self:
        if self.telegram.mode == "webhook" and not self.webhook.url:
            raise PydanticCustomError(
                "webhook_url_missing", "is missing although telegram.mode is “webhook”"
            )
        return self

    @model_validator(mode="after")
    def _telegram_calls_the_webhook(self) -> Self:
        is_theirs = urlsplit(self.telegram.api_url).hostname == TELEGRAMS_OWN
        called = self.telegram.mode == "webhook" and is_theirs and self.webhook.url
        if called and (problem := refused_by_telegram(self.webhook.url)):
            raise PydanticCustomError("webhook_url_refused", "{problem}", {"problem": problem})
        return self

    @model_validator(mode="after")
    def _public_pages_have_an_address(self) -> Self:
        if self.web.port and not self.web.public_url:
            raise PydanticCustomError(
                "web_public_url_missing", "is missing although web.port is set"
            )
        if self.web.public_url and not self.web.port:
            raise PydanticCustomError(
                "web_port_missing", "is missing although web.public_url is set"
            )
        return self

    @model_validator(mode="after")
    def _what_is_internal_stays_so(self) -> Self:
        internal, web, hook = self.web.internal_port, self.web.port, self.webhook.port
        if internal and internal in (web, hook if self.telegram.mode == "webhook" else 0):
            raise PydanticCustomError(
                "web_internal_port_public", "is also the port of what the world may see"
            )
        return self

    @model_validator(mode="after")
    def _a_mailbox_has_an_account(self) -> Self:
        box = self.mailbox
        missing = "is missing although mailbox.host is set"
        if box.host and not box.user:
            raise PydanticCustomError("mailbox_user_missing", missing)
        if box.host and box.password is None:
            raise PydanticCustomError("mailbox_password_missing", missing)
        return self

    @model_validator(mode="after")
    def _the_proxy_is_one(self) -> Self:
        try:
            _ = self.proxy
        except BadProxy:
            raise PydanticCustomError(
                "telegram_proxy_unknown",
                "is no proxy of a kind that is known"
                if self.telegram.proxy
                else "is not set, and the environment’s proxy is none of a kind that is known",
            ) from None
        return self

    @property
    def proxy(self) -> str:
        """The proxy through which Telegram is reached, with its password; "" for none."""
        return proxy_for(self.telegram.api_url, self.telegram.proxy)

    @property
    def has_mail_server(self) -> bool:
        """Whether a mail server is named that codes can be sent by."""
        return "email" in self.model_fields_set

    @property
    def signs_on_site(self) -> bool:
        """Whether people can sign on the public pages: a signature there needs a code by email."""
        return bool(self.web.port and self.web.public_url) and self.has_mail_server

    @property
    def pages_beside_webhook(self) -> bool:
        """Whether the public pages are served at the webhook's own address and port."""
        return (
            self.telegram.mode == "webhook"
            and self.web.port == self.webhook.port
            and self.web.listen == self.webhook.listen
        )

    @property
    def webhook_secret(self) -> SecretStr:
        """What Telegram has to send with each update: the given secret, or one derived.

        The derived one is HMAC-SHA256 under the token: it stays the same as long as the token
        does, in every process, and does not give the token away.
        """
        if self.webhook.secret is not None:
            return self.webhook.secret
        token = self.telegram.token.get_secret_value().encode()
        return SecretStr(hmac.new(token, b"clamour webhook secret", hashlib.sha256).hexdigest())

    @property
    def tombstones(self) -> Path:
        """The file that remembers who has been erased."""
        return self.storage.tombstones or _tombstones_of(self.storage.url)

    @property
    def keyring(self) -> "Keyring | None":
        """The keys of the database; None: what is in it is plain."""
        if self.storage.key is None:
            return None
        from storage.encryption.keyring import Keyring

        return Keyring.read(self.storage.key.get_secret_value())

    @property
    def identity_key(self) -> bytes:
        """The key of hashes of codes and phone numbers, derived from the token like the webhook's
        secret. A new token makes numbers given before incomparable with those given after."""
        token = self.telegram.token.get_secret_value().encode()
        return hmac.new(token, b"clamour identity", hashlib.sha256).digest()

    def meant_in(self, folder: Path) -> Self:
        """The same settings, with relative paths made relative to that folder."""
        url = _database_in(folder, self.storage.url)
        tombstones = self.storage.tombstones or _tombstones_of(url)
        key_file = self.storage.key_file
        storage = {
            "url": url,
            "tombstones": beside(folder, tombstones),
            "key_file": beside(folder, key_file) if key_file else None,
        }
        files = tuple(beside(folder, file) for file in self.campaigns.files)
        kept = self.backup.folder
        backups = {"folder": beside(folder, kept) if kept else None}
        changed: dict[str, Any] = {
            "backup": self.backup.model_copy(update=backups),
            "storage": self.storage.model_copy(update=storage),
            "campaigns": self.campaigns.model_copy(update={"files": files}),
            "webhook": self.webhook.model_copy(update={"secret": self.webhook_secret}),
        }
        return self.model_copy(update=changed)


def _database_in(folder: Path, url: str) -> str:
    if not url.startswith(SQLITE):
        return url
    path, mark, query = url.removeprefix(SQLITE).partition("?")
    return f"{SQLITE}{beside(folder, path)}{mark}{query}"


def _tombstones_of(url: str) -> Path:
    """Beside the SQLite file; for PostgreSQL, in the folder."""
    path = url.removeprefix(SQLITE).partition("?")[0] if url.startswith(SQLITE) else "clamour"
    return Path(f"{path}.tombstones")
