"""Promises beside signing: languages, pages, staff, blocked people, failures."""

import asyncio
import re
from pathlib import Path

import pytest

from handlers.router import commands
from handlers.supporter import pages
from storage import supporters
from tests.conversations.form_steps import signs
from tests.e2e.people import Arrives, Person
from tests.folded import for_each
from tests.stage.bot import OWNER
from tests.stage.stage import Stage, Telegram

EVERY_COMMAND = (
    *(f"/{name}" for name in commands()),
    "/nonsense",
    "/start ../../etc",
    "/start@clamour_bot",
    "/offline 5",
)


async def test_the_language_comes_from_telegram_and_can_be_chosen(
    stage: Stage, arrives: Arrives
) -> None:
    carys = await arrives("Carys", language_code="cy")
    assert "Read more" not in (await carys.says("/start")).buttons
    await carys.says("/language")
    answer = await carys.taps("English")
    assert "Read more" in answer.buttons
    assert "Read more" in (await carys.says("/start")).buttons


async def test_a_language_changed_in_the_middle_asks_the_same_question_in_it(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/sign")
    await ada.says("Ada King")
    await ada.says("/language")
    answer = await ada.taps("Cymraeg")
    assert "cod post" in answer.text
    assert "postcode" not in answer.text
    await ada.says("E1 6AN")
    assert "Bron â gorffen" in ada.last.text
    assert "Ada King" in ada.last.text


async def test_every_page_opens_and_leads_back(stage: Stage, ada: Person) -> None:
    welcome = await ada.says("/start")
    for page in ("Share", "Privacy", "Read more"):
        opened = await ada.taps(page, on=welcome)
        assert len(opened.text) > 60
        assert "Back to the petition" in opened.buttons
    questions = await ada.taps("Questions")
    for label, data in questions.buttons.items():
        if data.startswith("page:question:"):
            answer = await ada.taps_data(questions.messages[0]["message_id"], data)
            assert label.rstrip("…")[:20] in answer.text
    back = await ada.taps("Back to the petition")
    assert "Sign" in " ".join(back.buttons)


@for_each("command", EVERY_COMMAND)
async def test_every_command_is_answered_from_a_stranger(
    stage: Stage, ada: Person, command: str
) -> None:
    answer = await ada.says(command)
    assert answer.text
    assert "reference" not in answer.text.lower()


async def test_idle_chatter_is_answered_with_what_can_be_done(stage: Stage, ada: Person) -> None:
    assert "/help" in (await ada.says("a penny for your thoughts")).text
    assert "/start" in (await ada.sends(sticker=True)).text or ada.last.text


async def test_paper_signatures_count_and_only_staff_can_add_them(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await ada.says("/offline 24 Market stall")
    assert (await stage.totals()).offline == 0
    owner = await arrives("Sam", id=OWNER)
    assert "24" in (await owner.says("/offline 24 Market stall")).text
    assert (await stage.totals()).offline == 0
    await owner.taps("Yes, add them")
    await owner.says("/offline keep-the-unit -4 counted twice")
    assert "20" in (await owner.taps("Yes, take off 4")).text
    assert (await stage.totals()).offline == 20
    for refused in ("/offline", "/offline many", "/offline -21", "/offline 0", "/offline 9999999"):
        assert (await owner.says(refused)).text
    assert (await stage.totals()).offline == 20
    await signs(ada)
    assert "21" in ada.last.text


async def test_who_blocks_the_bot_is_not_reachable_until_they_come_back(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/start")
    await ada.blocks()
    await _until_reachable(stage, ada, False)
    await ada.unblocks()
    await _until_reachable(stage, ada, True)
    await ada.blocks()
    await _until_reachable(stage, ada, False)
    await ada.says("/start")
    await _until_reachable(stage, ada, True)


async def _until_reachable(stage: Stage, person: Person, expected: bool) -> None:
    for _ in range(200):
        async with stage.database.reading() as db:
            supporter = await supporters.by_telegram_id(db, person.id)
        if supporter is not None and supporter.reachable is expected:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"reachable is not {expected}")


async def test_a_picture_that_cannot_be_sent_leaves_the_text(stage: Stage, ada: Person) -> None:
    await stage.control("faults", method="sendPhoto", kind="500")
    welcome = await ada.says("/start")
    assert not welcome.has_picture
    assert "the Commissioner of the Met" in welcome.text


@pytest.mark.parametrize("kind", ["500", "502", "cut_before", "429"])
async def test_an_answer_survives_telegram_failing_twice(
    stage: Stage, ada: Person, kind: str
) -> None:
    await ada.says("/sign")
    await stage.control("faults", method="sendMessage", kind=kind, times=2, retry_after=1)
    assert "postcode" in (await ada.says("Ada King")).text


async def test_an_answer_that_was_cut_off_is_sent_again_and_the_step_is_done_once(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/sign")
    await stage.control("faults", method="sendMessage", kind="cut_after", times=1)
    assert "postcode" in (await ada.says("Ada King")).text
    await ada.reads()
    await ada.says("SW1A 1AA")
    assert "Ada King" in ada.last.text


async def test_an_error_in_a_handler_is_told_kindly_with_a_number_that_the_log_has(
    stage: Stage,
    ada: Person,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setitem(pages.PAGES, "more", broken)
    welcome = await ada.says("/start")
    answer = await ada.taps("Read more", on=welcome)
    reference = re.search(r"[0-9A-F]{6}", answer.text)
    assert reference is not None
    logged = capsys.readouterr().out
    assert reference.group() in logged
    assert "broken on purpose" in logged
    assert "What is your name?" in (await ada.says("/sign")).text


async def test_a_server_without_a_method_costs_the_nicety_and_not_the_start(
    tmp_path: Path,
) -> None:
    async with Telegram.open() as telegram:
        for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
            order = {"method": method, "kind": "500"}
            async with telegram.session.post("/control/faults", json=order) as answer:
                assert answer.status == 201
        async with Stage.on(telegram, tmp_path):
            ada = await telegram.arrives()
            assert (await ada.says("/start")).has_picture


async def test_a_restart_finds_everybody_where_they_were(tmp_path: Path) -> None:
    async with Telegram.open() as telegram:
        async with Stage.on(telegram, tmp_path):
            ada = await telegram.arrives()
            await ada.says("/sign")
            await ada.says("Ada King")
        await ada.writes("SW1A 1AA")
        async with Stage.on(telegram, tmp_path) as stage:
            assert "Nearly there." in (await ada.reads()).text
            await ada.taps("Just sign")
            signature = await stage.signature(ada.id)
    assert signature is not None
    assert (signature.full_name, signature.postcode) == ("Ada King", "SW1A 1AA")
