"""Promises to owners about what is done on the server, past the chat."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.jobs.audit_notices import TOLD_OF
from storage import audit, staff
from storage.tables import notifications
from tests.bot.commandline import clamour, write_config
from tests.e2e.people import Person
from tests.stage.stage import Stage, Telegram

SAID = "Something was done on the server"


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A bot that looks often, and the configuration that the command line reads."""
    monkeypatch.setattr("bot.background.SOON_SECONDS", 0.1)
    monkeypatch.setattr("bot.jobs.notifications.FIRST_DELAY", timedelta(seconds=0.1))
    write_config(
        tmp_path,
        '[telegram]\ntoken_file = "bot-token"\n[storage]\nurl = "sqlite+aiosqlite:///clamour.db"\n',
    )
    async with Telegram.open() as telegram, Stage.on(telegram, tmp_path) as stage:
        yield stage


async def does(folder: Path, *arguments: str) -> str:
    done = await asyncio.to_thread(clamour, *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def until_all_told(stage: Stage) -> None:
    async with asyncio.timeout(120):
        while True:
            async with stage.database.reading() as db:
                waiting = select(notifications.c.id).where(notifications.c.done_at.is_(None))
                if not await audit.untold(db, TOLD_OF) and not (await db.execute(waiting)).all():
                    return
            await asyncio.sleep(0.02)


async def heard(person: Person) -> list[str]:
    return [one["text"] for one in await person.chat() if SAID in one.get("text", "")]


async def test_owners_hear_of_a_new_owner_and_the_new_one_does_not(
    stage: Stage, owner: Person, ada: Person, eddie: Person, tmp_path: Path
) -> None:
    await owner.says("/start")
    await ada.says("/start")
    await does(tmp_path, "staff", "add", str(ada.id), "owner")
    await until_all_told(stage)
    (told,) = await heard(owner)
    assert "The command line made Ada: Owner, All campaigns." in told
    assert "ask the person who looks after the server" in told
    await does(tmp_path, "staff", "remove", str(ada.id))
    await until_all_told(stage)
    assert "took away what" in (await heard(owner))[-1]
    assert [len(await heard(one)) for one in (owner, ada, eddie)] == [2, 0, 0]


async def test_an_owner_of_one_campaign_hears_of_that_one_alone(
    stage: Stage, owner: Person, ada: Person, tmp_path: Path
) -> None:
    await owner.says("/start")
    await ada.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, ada.id, "owner", datetime.now(UTC), 1)
    await does(tmp_path, "handin", "make", "keep-the-unit", "--to", str(tmp_path / "pack"))
    await does(tmp_path, "staff", "add", "77", "viewer")
    await until_all_told(stage)
    assert len(await heard(owner)) == 2
    (told,) = await heard(ada)
    assert "The command line asked for a hand-in pack" in told


@pytest.mark.parametrize(
    ("fault", "more"), [("502", {}), ("cut_before", {}), ("429", {"retry_after": 1})]
)
async def test_what_could_not_be_said_is_said_later_and_a_blocked_bot_holds_up_nobody(
    stage: Stage, owner: Person, ada: Person, tmp_path: Path, fault: str, more: dict[str, Any]
) -> None:
    await owner.says("/start")
    await ada.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, ada.id, "owner", datetime.now(UTC))
    await ada.blocks()
    await stage.control("faults", method="sendMessage", kind=fault, times=2, **more)
    await does(tmp_path, "staff", "add", "77", "viewer")
    await until_all_told(stage)
    assert len(await heard(owner)) == 1


async def test_what_staff_do_in_the_chat_is_no_news(stage: Stage, owner: Person) -> None:
    await owner.says("/offline 24 Market stall")
    await owner.taps("Yes, add them")
    await owner.says("/source leaflet")
    await asyncio.sleep(0.5)
    assert await heard(owner) == []
