"""`clamour broadcasts`: an operator sees how updates go, and halts them."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.broadcasts import audience, states
from storage import broadcasts, campaigns
from storage.audiences import Audience
from storage.database import Database
from tests.bot.commandline import clamour, load_campaign, write_config

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    load_campaign(tmp_path)
    return tmp_path


def begun(folder: Path, *kinds: str) -> None:
    """Broadcasts that are being sent."""

    async def work() -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
        async with database.transaction() as db:
            (campaign,) = await campaigns.all(db)
            for kind in kinds:
                made = await broadcasts.add(
                    db,
                    campaign_id=campaign.id,
                    kind=kind,
                    author_id=None,
                    content={},
                    audience=audience.to_dict(Audience()),
                    options={},
                    now=NOW,
                )
                await states.start(db, made.id, now=NOW)
        await database.close()

    asyncio.run(work())


def say(folder: Path, *arguments: str) -> str:
    told = clamour("broadcasts", *arguments, folder=folder)
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_nothing_to_list_says_how_to_begin(folder: Path) -> None:
    assert "/update" in say(folder, "list")
    assert "Nothing was being sent" in say(folder, "pause", "--all")


def test_one_or_all_are_paused_and_listed(folder: Path) -> None:
    begun(folder, "news", "decision", "event")
    assert "Paused: 1" in say(folder, "pause", "--number", "2")
    assert "Nothing was being sent" in say(folder, "pause", "--number", "2")
    assert "Paused: 2" in say(folder, "pause", "--all")
    lines = say(folder, "list").splitlines()[1:]
    assert [line.split()[2:4] for line in lines] == [
        ["event", "paused"],
        ["decision", "paused"],
        ["news", "paused"],
    ]


def test_what_was_paused_is_in_the_audit_log(folder: Path) -> None:
    begun(folder, "news", "decision")
    say(folder, "pause", "--number", "1")
    say(folder, "pause", "--number", "1")
    say(folder, "pause", "--number", "77")
    say(folder, "pause", "--all")
    say(folder, "pause", "--all")
    listed = clamour("audit", "list", folder=folder).stdout
    assert [listed.count(act) for act in ("broadcast.paused", "broadcast.all_paused")] == [1, 1]
    assert "broadcast:1" in listed


@pytest.mark.parametrize("arguments", [[], ["--all", "--number", "1"], ["--number", "x"]])
def test_which_to_pause_has_to_be_said(folder: Path, arguments: list[str]) -> None:
    assert clamour("broadcasts", "pause", *arguments, folder=folder).returncode == 2
