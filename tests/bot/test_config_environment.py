"""Settings from the environment: every key, and what is told of those that are none."""

from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, load
from bot.config.environment import variable
from bot.config.explain import keys
from bot.config.token_file import write_private
from tests.bot.commandline import TOKEN, UNKNOWN_TOKEN, write_config

OTHER_VALUES = {
    "telegram.api_url": "http://127.0.0.1:8081",
    "telegram.token": UNKNOWN_TOKEN,
    "telegram.token_file": "bot-token",
    "telegram.mode": "webhook",
    "telegram.messages_per_second": "7",
    "telegram.allow_paid_broadcast": "true",
    "telegram.proxy": "socks5://proxy.example:1080",
    "webhook.url": "https://bot.example.org/t",
    "webhook.listen": "0.0.0.0",  # noqa: S104 a value that is not used
    "webhook.port": "8444",
    "webhook.secret": "0123456789abcdef",
    "webhook.max_connections": "3",
    "web.port": "8081",
    "web.listen": "0.0.0.0",  # noqa: S104 a value that is not used
    "web.public_url": "https://petition.example.org",
    "web.framed_by": "https://www.example.org",
    "web.behind_proxy": "true",
    "web.proof_of_work": "Always",
    "web.internal_port": "9100",
    "web.internal_listen": "::1",
    "storage.url": "postgresql+asyncpg://clamour@db/clamour",
    "storage.pool_size": "4",
    "storage.key_file": "database.key",
    "storage.key": "0123456789abcdef" * 4,
    "storage.tombstones": "elsewhere.tombstones",
    "backup.folder": "elsewhere",
    "backup.at": "04:45",
    "backup.keep_days": "9",
    "campaigns.files": "one.toml, two.toml",
    "staff.owners": "1, 22",
    "inbox.keep_days": "30",
    "email.host": "mail.example.org",
    "email.port": "465",
    "email.tls": "TLS",
    "email.user": "petition",
    "email.password": "secret",
    "email.sender": "petition@example.org",
    "email.seconds": "5",
    "email.per_minute": "1200",
    "mailbox.host": "imap.example.org",
    "mailbox.port": "143",
    "mailbox.tls": "None",
    "mailbox.user": "petition@example.org",
    "mailbox.password": "secret",
    "mailbox.folder": "Petition",
    "mailbox.seconds": "5",
    "limits.updates": "60",
    "limits.seconds": "20",
    "limits.all_updates": "0",
    "limits.signings": "3",
    "limits.all_signings": "100",
    "limits.site_people": "100",
    "log.level": "Error",
    "log.format": "JSON",
}
NEEDED_BY_OTHERS = {
    "CLAMOUR_WEBHOOK__URL": "https://bot.example.org/",
    "CLAMOUR_WEB__PORT": "8080",
    "CLAMOUR_WEB__PUBLIC_URL": "https://bot.example.org",
    "CLAMOUR_MAILBOX__USER": "office@example.org",
    "CLAMOUR_MAILBOX_PASSWORD": "needed",
}
EVERY_KEY = [f"{section}.{key}" for section, names in keys().items() for key in names]


def value_of(settings: Settings, key: str) -> object:
    section, _, name = key.partition(".")
    value: object = getattr(getattr(settings, section), name)
    return value


@pytest.mark.parametrize("key", EVERY_KEY)
def test_every_key_can_be_set_in_the_environment_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    for name, needed in NEEDED_BY_OTHERS.items():
        monkeypatch.setenv(name, needed)
    file = write_config(tmp_path)
    write_private(tmp_path / "database.key", "f" * 64)
    before = load(file)

    monkeypatch.setenv(variable(*key.split(".")), OTHER_VALUES[key])
    after = load(file)

    if key == "telegram.token_file":  # the same file, so that there is a token
        assert after == before
    else:
        assert value_of(after, key) != value_of(before, key)


def test_lists_are_separated_by_commas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAMOUR_CAMPAIGNS__FILES", "one.toml, two.toml,")
    monkeypatch.setenv("CLAMOUR_STAFF__OWNERS", "1, 22")

    settings = load(write_config(tmp_path))

    assert settings.campaigns.files == (tmp_path / "one.toml", tmp_path / "two.toml")
    assert settings.staff.owners == (1, 22)


def test_a_wrong_value_in_the_environment_is_told_by_the_variables_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAMOUR_LOG__LEVEL", "loud")
    file = write_config(tmp_path, '[telegram]\ntoken_file = "bot-token"\n[log]\nlevel = "info"')

    with pytest.raises(ConfigError) as told:
        load(file)

    (problem,) = told.value.problems
    assert problem.source == "CLAMOUR_LOG__LEVEL"
    assert problem.line is None
    assert str(problem).startswith('CLAMOUR_LOG__LEVEL: log.level: "loud" is not one of')


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("CLAMOUR_TELEGRM__MODE", "did you mean CLAMOUR_TELEGRAM__MODE"),
        ("CLAMOUR_TELEGRAM__MOD", "did you mean mode"),
        ("CLAMOUR_LOG_LEVEL", "write CLAMOUR_LOG__LEVEL, with two underscores"),
        ("clamour_log_level", "write CLAMOUR_LOG__LEVEL, with two underscores"),
        ("CLAMOUR_TELEGRAM", "write CLAMOUR_TELEGRAM__KEY"),
    ],
)
def test_a_variable_that_would_do_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, advice: str
) -> None:
    monkeypatch.setenv("CLAMOUR_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv(name, "x")

    with pytest.raises(ConfigError) as told:
        load(write_config(tmp_path))

    assert advice in str(told.value)
    assert name in str(told.value)


def test_variables_of_the_tests_are_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAMOUR_TEST_POSTGRES", "x")
    monkeypatch.setenv("CLAMOUR_REQUIRE_ALL", "1")

    assert load(write_config(tmp_path))
