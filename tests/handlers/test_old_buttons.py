"""Promise: buttons in old chats go on working.

old_buttons.txt holds callback data of every kind that the version before typed actions sent:
recorded from its keyboards, with what its tests never showed added from its source.
"""

import asyncio
from pathlib import Path

import pytest

from handlers import router
from handlers.supporter import home
from storage import staff
from tests.folded import for_each
from tests.handlers.forged_buttons import OWNER, SIGNER
from tests.handlers.routes_harness import NOW, RoutesHarness

EDITOR, STRANGER = 43, 1
OLD = Path(__file__).with_name("old_buttons.txt").read_text("utf-8").split()


@pytest.fixture
def editor(runner: asyncio.Runner, doors: RoutesHarness) -> int:
    async def employ() -> None:
        async with doors.services.database.transaction() as db:
            await staff.upsert(db, EDITOR, "editor", NOW)

    runner.run(employ())
    return EDITOR


@for_each("data", OLD)
def test_every_old_button_is_known(data: str) -> None:
    handler = router.route(data)
    assert handler is not home.stale


@for_each("who, data", [(who, data) for who in (STRANGER, SIGNER, EDITOR, OWNER) for data in OLD])
def test_every_old_button_is_answered(
    runner: asyncio.Runner, doors: RoutesHarness, editor: int, who: int, data: str
) -> None:
    answered, failed = doors.calls["answerCallbackQuery"], doors.shown["error/oops"]
    runner.run(doors.taps(who, data))
    assert doors.calls["answerCallbackQuery"] == answered + 1
    assert doors.shown["error/oops"] == failed
