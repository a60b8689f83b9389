"""`clamour db recount`: an operator sees which kept figures are wrong, and has them corrected."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.commandline import clamour, load_campaign, write_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    load_campaign(tmp_path)
    return tmp_path


def test_figures_that_are_wrong_are_shown_first_and_corrected_when_wanted(folder: Path) -> None:
    right = clamour("db", "recount", folder=folder)
    assert (right.returncode, "every figure matches a fresh count" in right.stdout) == (
        0,
        True,
    )
    with closing(sqlite3.connect(folder / "clamour.db")) as plain, plain:
        plain.execute("UPDATE campaign_totals SET live = 7")
        plain.execute("INSERT INTO signature_areas (campaign_id, area, count) VALUES (1, 'SW', 3)")
        plain.execute(
            "INSERT INTO alerts (name, figure, since) VALUES ('figures:1', 0, '2009-11-26')"
        )
    for _ in range(2):
        dry = clamour("db", "recount", folder=folder)
        assert dry.returncode == 1
        assert "campaign_totals.live: kept 7, counted 0" in dry.stdout
        assert "signature_areas.count (SW): kept 3, counted 0" in dry.stdout
        assert "Nothing has been changed" in dry.stdout
    done = clamour("db", "recount", "--apply", folder=folder)
    assert (done.returncode, "2 figures corrected" in done.stdout) == (0, True)
    assert clamour("db", "recount", folder=folder).returncode == 0
    assert "figures.recounted" in clamour("audit", "list", folder=folder).stdout
    with closing(sqlite3.connect(folder / "clamour.db")) as plain:
        assert plain.execute("SELECT count(*) FROM alerts").fetchone() == (0,)
