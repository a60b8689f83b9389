"""The token and the webhook's secret: where they may stand, and that they are never shown."""

from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, load
from bot.config.token_file import write_private
from tests.bot.commandline import TOKEN, UNKNOWN_TOKEN, write_config

SECRET = "a-secret-of-our-own_0123456789"


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLAMOUR_TELEGRAM_TOKEN", "CLAMOUR_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)


def told(folder: Path) -> str:
    with pytest.raises(ConfigError) as error:
        load(folder / "config.toml")
    return str(error.value)


def test_the_token_is_read_from_its_file(tmp_path: Path) -> None:
    settings = load(write_config(tmp_path, token=f"\n{TOKEN}\n\n"))

    assert settings.telegram.token.get_secret_value() == TOKEN


def test_the_token_in_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAMOUR_TELEGRAM_TOKEN", UNKNOWN_TOKEN)
    file = write_config(tmp_path)
    (tmp_path / "bot-token").unlink()

    assert load(file).telegram.token.get_secret_value() == UNKNOWN_TOKEN


def test_the_token_file_can_be_named_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_private(tmp_path / "another", UNKNOWN_TOKEN)
    monkeypatch.setenv("CLAMOUR_TELEGRAM__TOKEN_FILE", "another")

    assert load(write_config(tmp_path)).telegram.token.get_secret_value() == UNKNOWN_TOKEN


def test_the_mail_password_comes_from_the_environment_and_from_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_config(tmp_path)
    monkeypatch.setenv("CLAMOUR_EMAIL_PASSWORD", SECRET)
    settings = load(file)
    assert settings.email.password is not None
    assert settings.email.password.get_secret_value() == SECRET
    assert SECRET not in repr(settings)
    file.write_text(f'{file.read_text()}\n[email]\npassword = "{SECRET}"\n')
    words = told(tmp_path)
    assert "email.password: does not belong in this file" in words
    assert "CLAMOUR_EMAIL_PASSWORD" in words
    assert SECRET not in words


def test_a_token_in_the_configuration_is_refused_and_told_where_to_go(tmp_path: Path) -> None:
    write_config(tmp_path, f'[telegram]\ntoken = "{TOKEN}"')

    words = told(tmp_path)

    assert "line 2: telegram.token: does not belong in this file" in words
    assert "CLAMOUR_TELEGRAM_TOKEN" in words
    assert TOKEN not in words
    assert "\n" not in words


def test_a_webhook_secret_in_the_configuration_is_refused(tmp_path: Path) -> None:
    write_config(tmp_path, f'[telegram]\ntoken_file = "bot-token"\n[webhook]\nsecret = "{SECRET}"')

    words = told(tmp_path)

    assert "webhook.secret: does not belong in this file" in words
    assert SECRET not in words


def test_without_a_token_the_error_says_both_places_for_it(tmp_path: Path) -> None:
    write_config(tmp_path, "[log]")

    words = told(tmp_path)

    assert "telegram.token: is missing" in words
    assert "CLAMOUR_TELEGRAM_TOKEN" in words
    assert "token file" in words


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602])
def test_a_token_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    file = write_config(tmp_path)
    (tmp_path / "bot-token").chmod(mode)

    words = told(tmp_path)

    assert "line 2: telegram.token_file" in words
    assert f"chmod 600 {tmp_path}/bot-token" in words
    (tmp_path / "bot-token").chmod(0o400)
    assert load(file)


@pytest.mark.parametrize("content", [b"", b"my token", TOKEN[:-8].encode(), b"\xff\xfe"])
def test_a_token_file_without_a_token_is_refused_without_showing_it(
    tmp_path: Path, content: bytes
) -> None:
    write_config(tmp_path)
    (tmp_path / "bot-token").write_bytes(content)

    words = told(tmp_path)

    assert "telegram.token_file" in words
    assert not content or content.decode("latin-1") not in words


def test_a_missing_token_file_is_told_once_and_hides_no_other_problem(tmp_path: Path) -> None:
    write_config(tmp_path, '[telegram]\ntoken_file = "nowhere"\n[log]\nlevel = "loud"')

    words = told(tmp_path)

    assert words.count("\n") == 1
    assert f"there is no file {tmp_path}/nowhere" in words
    assert "log.level" in words


def test_a_malformed_token_in_the_environment_is_told_without_showing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAMOUR_TELEGRAM_TOKEN", "hush:hush")
    write_config(tmp_path, "[log]")

    words = told(tmp_path)

    assert "CLAMOUR_TELEGRAM_TOKEN: telegram.token: does not look like a bot token" in words
    assert "hush" not in words


def test_the_webhook_secret_is_the_one_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAMOUR_WEBHOOK_SECRET", SECRET)

    assert _secret(load(write_config(tmp_path))) == SECRET


def test_a_derived_webhook_secret_is_the_same_at_every_start_and_differs_between_bots(
    tmp_path: Path,
) -> None:
    first, again = load(write_config(tmp_path)), load(write_config(tmp_path))
    other = load(write_config(tmp_path, token=UNKNOWN_TOKEN))

    assert _secret(first) == _secret(again) != _secret(other)
    assert len(_secret(first)) == 64  # within Telegram's 1 to 256
    assert _secret(first).isalnum()
    assert TOKEN.partition(":")[2] not in _secret(first)


@pytest.mark.parametrize("weak", ["tiny-one", "with spaces in it, long enough", "x" * 257])
def test_a_webhook_secret_that_telegram_would_refuse_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weak: str
) -> None:
    monkeypatch.setenv("CLAMOUR_WEBHOOK_SECRET", weak)
    write_config(tmp_path)

    words = told(tmp_path)

    assert "CLAMOUR_WEBHOOK_SECRET: webhook.secret" in words
    assert weak not in words


def test_no_secret_shows_when_settings_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAMOUR_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("CLAMOUR_STORAGE__URL", "postgresql+asyncpg://clamour:hush@db/clamour")
    settings = load(write_config(tmp_path))

    for shown in (repr(settings), str(settings), f"{settings.storage} {settings.telegram}"):
        assert TOKEN not in shown
        assert SECRET not in shown
        assert "hush" not in shown


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_password_in_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    text = (
        '[telegram]\ntoken_file = "bot-token"\nproxy = "socks5://{who}proxy.example:1080"\n'
        '[storage]\nurl = "postgresql+asyncpg://{who}db/clamour"\n'
    )
    file = write_config(tmp_path, text.format(who="clamour:hush@"))
    file.chmod(mode)

    words = told(tmp_path)

    assert "line 3: telegram.proxy: holds a password" in words
    assert "line 5: storage.url: holds a password" in words
    assert f"chmod 600 {file}" in words
    assert "CLAMOUR_STORAGE__URL" in words
    assert "CLAMOUR_TELEGRAM__PROXY" in words
    assert "hush" not in words
    file.chmod(0o600)
    assert load(file)
    file.write_text(text.format(who=""))
    file.chmod(mode)
    assert load(file), "without a password there is nothing to hide"


def test_a_private_file_is_its_owners_alone_even_if_an_open_one_was_there(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "bot-token"
    file.parent.mkdir()
    file.write_text("old and long")
    file.chmod(0o666)

    write_private(file, "new")

    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in file.parent.iterdir()] == ["bot-token"]


def _secret(settings: Settings) -> str:
    assert settings.webhook.secret is not None
    return settings.webhook.secret.get_secret_value()
