"""`clamour status`: an operator sees in the terminal how things stand."""

from pathlib import Path

from tests.bot.commandline import clamour, load_campaign, write_config
from tests.bot.test_cli_broadcasts import begun


def status(folder: Path) -> str:
    told = clamour("status", folder=folder)
    assert told.returncode == 0, told.stderr
    return told.stdout


def backed_up(folder: Path) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text() + '[backup]\nfolder = "backups"\n', encoding="utf-8")
    (folder / "backups").mkdir()
    (folder / "backups" / "clamour-20091126T093000Z.db").touch()


def test_a_new_bot_has_nothing_to_show_and_says_so(tmp_path: Path) -> None:
    write_config(tmp_path)
    assert clamour("db", "upgrade", folder=tmp_path).returncode == 0
    told = status(tmp_path)
    assert "SQLite" in told
    assert "none yet" in told
    assert "none under way" in told
    assert "not known" in told


def test_campaigns_updates_backup_and_staff_are_shown(tmp_path: Path) -> None:
    write_config(tmp_path)
    load_campaign(tmp_path)
    paper = ("campaign", "offline", "unit", "1804", "--note", "sheets")
    assert clamour(*paper, folder=tmp_path).returncode == 0
    assert clamour("staff", "add", "8", "owner", folder=tmp_path).returncode == 0
    begun(tmp_path, "news")
    backed_up(tmp_path)
    rows = [line.split() for line in status(tmp_path).splitlines()]
    assert ["Staff", "1"] in rows
    assert ["Last", "backup", "2009-11-26", "09:30", "UTC"] in rows
    assert any(row[:3] == ["unit", "open", "1,804"] for row in rows)
    assert ["1", "unit", "news", "sending", "0", "0"] in rows
