"""`clamour invalidate`: an operator holds signatures back, and lets them count again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.catalogue import Catalogue
from storage import campaigns
from storage.database import Database
from tests.bot.commandline import clamour, load_campaign, write_config
from tests.campaign import petitions

PEOPLE = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    load_campaign(tmp_path)
    asyncio.run(signed(tmp_path))
    return tmp_path


async def signed(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
    (petition,) = await Catalogue(database).petitions()
    for who in range(PEOPLE):
        async with database.transaction() as db:
            now = datetime.now(UTC)
            supporter = await petitions.person(db, 100 + who, now)
            await petitions.signs(db, petition, supporter, now)
    await database.close()


def live(folder: Path) -> int:
    async def look() -> int:
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
        async with database.reading() as db:
            (campaign,) = await campaigns.all(db)
            found = await campaigns.totals(db, campaign.id)
            assert found == await campaigns.recount(db, campaign.id)
        await database.close()
        return found.live

    return asyncio.run(look())


def say(folder: Path, *arguments: str, code: int = 0, typed: str = "") -> str:
    told = clamour("invalidate", *arguments, folder=folder, typed=typed)
    assert told.returncode == code, told.stderr
    return told.stdout + told.stderr


def test_signatures_are_held_back_and_count_again(folder: Path) -> None:
    looked = say(folder, "try", "unit", "postcode", "SW1A")
    assert "3 signatures match" in looked
    assert "no. 3, no. 2, no. 1" in looked
    assert "Ada" not in looked, "names are for the chat of owners and editors"
    assert live(folder) == PEOPLE
    rule = ("postcode", "SW1A", "number", "2")
    say(folder, "apply", "unit", *rule, "--reason", "a test", typed="n\n")
    assert live(folder) == PEOPLE
    done = say(folder, "apply", "unit", *rule, "--reason", "a test", "--yes")
    assert "1 signatures do not count now" in done
    assert live(folder) == PEOPLE - 1
    assert "a test" in say(folder, "list", "unit")
    number = done.strip().split()[-1]
    assert "1 signatures count again" in say(folder, "undo", number)
    assert live(folder) == PEOPLE
    assert "undone already" in say(folder, "undo", number, code=1)


def test_what_cannot_be_is_explained(folder: Path) -> None:
    assert "“king” isn't part of a rule" in say(folder, "try", "unit", "king", code=1)
    assert "no such source link" in say(folder, "try", "unit", "link", "gone", code=1)
    assert "see clamour campaign list" in say(folder, "try", "gone", "doubles", code=2)
    assert "clamour invalidate list" in say(folder, "undo", "99", code=2)
    assert "Nothing has been held back" in say(folder, "list", "unit")


def test_an_account_is_blocked_and_let_sign_again(folder: Path) -> None:
    assert "Done" in say(folder, "block", "unit", "1")
    assert "already" in say(folder, "block", "unit", "1")
    assert "Done" in say(folder, "block", "unit", "1", "--undo")
    assert "no signature" in say(folder, "block", "unit", "77", code=2)
