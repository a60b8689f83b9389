"""`clamour db copy`: an operator moves to another database."""

from pathlib import Path

from tests import engines, migrated
from tests.bot.commandline import clamour, load_campaign, write_campaign, write_config


async def test_a_campaign_moves_to_postgresql_and_back(tmp_path: Path) -> None:
    await engines.require("postgresql")
    write_config(tmp_path, '[telegram]\ntoken_file = "bot-token"\n')
    load_campaign(tmp_path)
    assert (
        clamour("campaign", "offline", "unit", "24", "--note", "stall", folder=tmp_path).returncode
        == 0
    )
    here = f"sqlite+aiosqlite:///{tmp_path / 'clamour.db'}"
    back = f"sqlite+aiosqlite:///{tmp_path / 'back.db'}"
    async with migrated.migrated_url("postgresql", tmp_path) as there:
        for source, target in ((here, there), (there, back), (here, back)):
            told = clamour("db", "copy", source, target, folder=tmp_path)
            assert told.returncode == 0, told.stderr
            assert "the same in both" in told.stdout
    listed = clamour("campaign", "list", folder=tmp_path, CLAMOUR_STORAGE__URL=back).stdout.split()
    assert listed[-6:] == ["unit", "open", "2,000", "0", "24", "24"]


def test_a_target_with_other_data_and_a_changed_source_are_named(tmp_path: Path) -> None:
    urls = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        write_config(folder, '[telegram]\ntoken_file = "bot-token"\n')
        write_campaign(folder)
        assert clamour("campaign", "load", "campaign.toml", "--yes", folder=folder).returncode == 0
        urls.append(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
    told = clamour("db", "copy", *urls, folder=tmp_path)
    assert told.returncode == 1
    assert "not the same in both" in told.stderr or "other data" in told.stderr
    assert clamour("db", "copy", urls[0], "mysql://x/y", folder=tmp_path).returncode != 0
