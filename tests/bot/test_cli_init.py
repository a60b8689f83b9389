"""`clamour init`: from a few answers to a bot that can start."""

import re
import stat
from pathlib import Path

import pytest

from bot.config import load
from tests.bot.commandline import TOKEN, UNKNOWN_TOKEN, at_a_terminal, bot_api, clamour

NOWHERE = "http://127.0.0.1:9"


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_options_alone_write_a_configuration_that_loads(tmp_path: Path) -> None:
    with bot_api() as api:
        told = clamour(
            *("init", "--no-input", "--api-url", api, "--owner", "11", "--owner", "22"),
            *("--campaign", "ours.toml", "--mode", "webhook"),
            *("--webhook-url", "https://bot.example.org/t"),
            folder=tmp_path,
            CLAMOUR_TELEGRAM_TOKEN=TOKEN,
        )

    assert told.returncode == 0, told.stderr
    assert "@unit_bot (Petition)" in told.stdout
    settings = load(tmp_path / "config.toml")
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert settings.telegram.mode == "webhook"
    assert settings.webhook.url == "https://bot.example.org/t"
    assert settings.staff.owners == (11, 22)
    assert settings.campaigns.files == (tmp_path / "ours.toml",)


def test_questions_are_asked_again_until_their_answers_are_right(tmp_path: Path) -> None:
    answers = ["nonsense", UNKNOWN_TOKEN, TOKEN]
    answers += ["carrier pigeon", "polling", "mysql://x", "", "ours.toml", "me", "11, 22"]
    with bot_api() as api:
        told = clamour("init", "--api-url", api, folder=tmp_path, typed="\n".join(answers) + "\n")

    assert told.returncode == 0, told.stderr
    settings = load(tmp_path / "config.toml")
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert settings.telegram.mode == "polling"
    assert settings.storage.url == f"sqlite+aiosqlite:///{tmp_path}/clamour.db"
    assert settings.staff.owners == (11, 22)
    assert told.stderr.count("Telegram does not know this token") == 2
    assert '"carrier pigeon" is not one of the choices' in told.stderr
    assert "is not the address of a database" in told.stderr
    assert '"me" is not a whole number' in told.stderr


def test_the_token_stands_in_its_file_alone_and_only_its_owner_can_read(tmp_path: Path) -> None:
    told = clamour(
        *("init", "--no-input", "--api-url", NOWHERE),
        folder=tmp_path,
        CLAMOUR_TELEGRAM_TOKEN=TOKEN,
    )

    assert (tmp_path / "bot-token").read_text() == f"{TOKEN}\n"
    assert mode_of(tmp_path / "bot-token") == 0o600
    assert mode_of(tmp_path / "config.toml") == 0o600
    for text in (told.stdout, told.stderr, (tmp_path / "config.toml").read_text()):
        assert TOKEN not in text


def test_the_token_is_not_shown_as_it_is_typed(tmp_path: Path) -> None:
    answers = [
        ("token", TOKEN),
        ("polling or webhook", ""),
        ("Database", ""),
        ("Campaign file", "ours.toml"),
        ("Telegram id", "11"),
    ]

    code, shown = at_a_terminal("init", "--api-url", NOWHERE, folder=tmp_path, answers=answers)

    assert code == 0, shown
    assert "ours.toml" in shown
    assert TOKEN not in shown
    assert load(tmp_path / "config.toml").telegram.token.get_secret_value() == TOKEN


def test_a_telegram_that_cannot_be_reached_does_not_stop_it(tmp_path: Path) -> None:
    told = clamour(
        *("init", "--no-input", "--api-url", NOWHERE),
        folder=tmp_path,
        CLAMOUR_TELEGRAM_TOKEN=TOKEN,
    )

    assert told.returncode == 0
    assert "could not be reached" in told.stdout
    assert load(tmp_path / "config.toml")


def test_a_token_that_telegram_does_not_know_is_not_written(tmp_path: Path) -> None:
    with bot_api() as api:
        told = clamour(
            *("init", "--no-input", "--api-url", api),
            folder=tmp_path,
            CLAMOUR_TELEGRAM_TOKEN=UNKNOWN_TOKEN,
        )

    assert told.returncode == 1
    assert "does not know the token" in told.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["config.toml", "bot-token"])
def test_files_are_replaced_only_when_somebody_agrees(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("precious")
    first = ("init", "--api-url", NOWHERE)
    answers = f"{TOKEN}\n\n\n\n\n"

    refused = clamour(*first, "--no-input", folder=tmp_path, CLAMOUR_TELEGRAM_TOKEN=TOKEN)
    declined = clamour(*first, folder=tmp_path, typed="n\n")

    assert (refused.returncode, declined.returncode) == (1, 1)
    assert f"Already there: {there}" in refused.stderr
    assert (tmp_path / there).read_text() == "precious"

    agreed = clamour(*first, folder=tmp_path, typed=f"y\n{answers}")

    assert agreed.returncode == 0, agreed.stderr
    assert load(tmp_path / "config.toml")


def test_overwrite_replaces_unasked(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("old")

    told = clamour(
        *("init", "--no-input", "--overwrite", "--api-url", NOWHERE),
        folder=tmp_path,
        CLAMOUR_TELEGRAM_TOKEN=TOKEN,
    )

    assert told.returncode == 0
    assert load(tmp_path / "config.toml")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--mode", "pigeon"),
        ("--webhook-url", "http://example.org"),
        ("--storage-url", "sqlite:///x"),
        ("--owner", "-5"),
        ("--api-url", "example.org"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_written(
    tmp_path: Path, option: str, value: str
) -> None:
    told = clamour(
        *("init", "--no-input", "--api-url", NOWHERE, option, value),
        folder=tmp_path,
        CLAMOUR_TELEGRAM_TOKEN=TOKEN,
    )

    assert told.returncode == 2
    assert "write" in told.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [([], "CLAMOUR_TELEGRAM_TOKEN"), (["--mode", "webhook"], "--webhook-url")],
)
def test_without_input_what_has_no_default_has_to_be_given(
    tmp_path: Path, arguments: list[str], missing: str
) -> None:
    given = {"CLAMOUR_TELEGRAM_TOKEN": TOKEN} if arguments else {}

    told = clamour(
        *("init", "--no-input", "--api-url", NOWHERE), *arguments, folder=tmp_path, **given
    )

    assert told.returncode == 2
    assert missing in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_end_of_input_leaves_nothing_behind(tmp_path: Path) -> None:
    told = clamour("init", "--api-url", NOWHERE, folder=tmp_path, typed=f"{TOKEN}\n")

    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_an_owner_a_link_makes_one_and_the_database_knows_it_only_by_its_hash(
    tmp_path: Path,
) -> None:
    with bot_api() as api:
        told = clamour(
            *("init", "--no-input", "--api-url", api),
            folder=tmp_path,
            CLAMOUR_TELEGRAM_TOKEN=TOKEN,
        )
    assert told.returncode == 0, told.stderr
    found = re.search(r"https://t\.me/unit_bot\?start=staff_(\S{22})", told.stdout)
    assert found, told.stdout
    assert found[1].encode() not in (tmp_path / "clamour.db").read_bytes()


@pytest.mark.parametrize("more", [("--owner", "11"), ("--no-claim",)])
def test_with_an_owner_or_if_told_so_no_link_and_no_database_is_made(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    with bot_api() as api:
        told = clamour(
            *("init", "--no-input", "--api-url", api, *more),
            folder=tmp_path,
            CLAMOUR_TELEGRAM_TOKEN=TOKEN,
        )
    assert told.returncode == 0, told.stderr
    assert "t.me" not in told.stdout
    assert not (tmp_path / "clamour.db").exists()


def test_where_telegram_is_away_it_says_how_to_become_the_owner_later(tmp_path: Path) -> None:
    told = clamour(
        *("init", "--no-input", "--api-url", NOWHERE),
        folder=tmp_path,
        CLAMOUR_TELEGRAM_TOKEN=TOKEN,
    )
    assert "clamour staff claim" in told.stdout
