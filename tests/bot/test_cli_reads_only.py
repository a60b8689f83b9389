"""Promises: a command that only reads makes nothing, and says what to do where there is nothing."""

from pathlib import Path

import pytest

from tests.amount import cases
from tests.bot.commandline import bot_api, clamour, write_campaign, write_config
from tests.folded import for_each

READING = (
    "status",
    "campaign list",
    "campaign export unit",
    "broadcasts list",
    "offline list --campaign unit",
    "invalidate list unit",
    "staff list",
    "audit list",
    "audit verify",
    "db recount",
    "backup --to copy.db",
    "db encrypt",
    "db decrypt",
)
WRITING = (
    "broadcasts pause --all",
    "campaign offline unit 3 --note stall",
    "offline undo 1",
    "staff remove 8",
    "handin make unit",
    "db recount --apply",
    "invalidate undo 1",
    "person stop unit 1",
    "db copy sqlite+aiosqlite:///clamour.db sqlite+aiosqlite:///other.db",
)


@for_each("command", (*READING, *WRITING))
def test_without_a_database_commands_say_so_and_make_none(tmp_path: Path, command: str) -> None:
    config = write_config(tmp_path)
    config.write_text(config.read_text() + '[storage]\nkey_file = "key"\n')
    if not (tmp_path / "key").exists():
        assert clamour("db", "new-key", "key", folder=tmp_path).returncode == 0
    there = {file.name for file in tmp_path.iterdir()}
    told = clamour(*command.split(), folder=tmp_path)
    assert told.returncode == 1, told
    assert "There is no database yet" in " ".join(told.stderr.split()), told
    assert "clamour db upgrade" in " ".join(told.stderr.split())
    assert {file.name for file in tmp_path.iterdir()} == there


@for_each("command", ("status", "check", "db upgrade", "campaign list", "person stop unit 1"))
def test_where_its_folder_is_missing_commands_name_it(tmp_path: Path, command: str) -> None:
    config = write_config(tmp_path)
    config.write_text(config.read_text() + '[storage]\nurl = "sqlite+aiosqlite:///no/where/c.db"\n')
    told = clamour(*command.split(), folder=tmp_path)
    assert told.returncode == 1, told
    said = " ".join((told.stdout + told.stderr).split())
    assert "no/where, is not there" in said
    assert "storage.url" in said
    assert not (tmp_path / "no").exists()


def test_a_campaign_can_be_looked_at_before_there_is_a_database(tmp_path: Path) -> None:
    write_config(tmp_path)
    write_campaign(tmp_path)
    told = clamour("campaign", "load", "campaign.toml", "--dry-run", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "A new campaign" in told.stdout
    assert not (tmp_path / "clamour.db").exists()


def test_a_backup_that_is_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    write_config(tmp_path)
    there = {file.name for file in tmp_path.iterdir()}
    told = clamour("restore", "nothing.db", folder=tmp_path)
    assert told.returncode == 1
    assert "no such file" in told.stderr
    assert {file.name for file in tmp_path.iterdir()} == there


def test_where_nobody_can_use_a_staff_command_check_says_so(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    with bot_api() as api:
        text = f'[telegram]\ntoken_file = "bot-token"\napi_url = "{api}"\n'
        write_config(tmp_path, text)
        nobody = clamour("check", folder=tmp_path)
        write_config(tmp_path, text + "[staff]\nowners = [8]\n")
        somebody = clamour("check", folder=tmp_path)
        write_config(tmp_path, text)
        assert clamour("staff", "add", "8", "owner", folder=tmp_path).returncode == 0
        added = clamour("check", folder=tmp_path)

    assert nobody.returncode == somebody.returncode == added.returncode == 0
    assert "There is no owner" in nobody.stdout
    assert "There is no owner" not in somebody.stdout + added.stdout


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://bot.example.org:8080/t", "Telegram calls 80, 88, 443 and 8443 only"),
        ("https://10.0.0.4/t", "is no address on the internet"),
        ("https://192.168.1.2:8443/t", "is no address on the internet"),
        ("https://[fd00::1]/t", "is no address on the internet"),
        ("https://server/t", "is no address on the internet"),
        ("https://bot.local/t", "is no address on the internet"),
        ("http://127.0.0.1:8443/t", "does not begin with https://"),
        ("https://bot.example.org:99999/t", "no port"),
    ][:: cases(short=3, full=1)],
)
def test_a_webhook_that_telegram_refuses_is_refused_first(
    tmp_path: Path, address: str, why: str
) -> None:
    text = '[telegram]\ntoken_file = "bot-token"\nmode = "webhook"\n'
    write_config(tmp_path, text + f'[webhook]\nurl = "{address}"\n')
    told = clamour("check", folder=tmp_path)
    assert told.returncode == 1
    assert why in " ".join(told.stdout.split()), told.stdout


@pytest.mark.parametrize("port", ["", ":80", ":88", ":443", ":8443"])
def test_a_webhook_that_telegram_calls_is_taken(port: str) -> None:
    from bot.config.values import refused_by_telegram

    assert refused_by_telegram(f"https://bot.example.org{port}/t") == ""
    assert refused_by_telegram(f"https://149.154.167.220{port}/t") == ""


def test_the_help_names_every_section(tmp_path: Path) -> None:
    assert "backup.folder" in clamour("backup", "--help", folder=tmp_path).stdout
