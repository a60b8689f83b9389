"""Promises that no file holds up the bot: what is heavy is read elsewhere, and ended if need be."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

import bot.jobs.paper_imports
import campaign.handin.build_pack
import campaign.uploads
import campaign.worker
from bot.jobs import loops
from campaign.definition.campaign_file import load_definition
from campaign.handin import request_pack
from campaign.worker import Limits
from storage import campaigns, handin_packs, paper_imports, supporters
from storage.database import Database
from storage.paper_imports import Import
from tests import poison
from tests.amount import cases
from tests.conversations.broadcast_steps import shows
from tests.conversations.test_campaign_file_in_chat import gets_file, sends, with_summary
from tests.conversations.test_paper import TABLE, brings
from tests.e2e.people import Answer, Arrives, Person
from tests.e2e.running_bot import RunningBot, simulator_within
from tests.stage.bot import EXAMPLE, OWNER, ROOT
from tests.watchdog import watching

HELD = 0.05
"""Seconds for which nothing that anybody sends may hold the loop."""

JOINER = "\u2060"
"""Between the parts of what would be tappable otherwise; messages/harmless.py."""

QUOTES = b'"a","b"' + b'"' * 383
HEAVY = {
    f"n = {'9' * 5_000}": "too many digits",
    f"n = 0x{'f' * 50_000}": "too many digits",
    "n = " + "[1, " * 20_000: "can’t be used",
    "n = " + "[" * 20_000: "nested without end",
    "n" + ".n" * 50_000 + " = 1": "nested without end",
    "\n".join(f"k{n} = {n}" for n in range(10_000)): "not a key known here",
    'n = "' + "\\u0041" * 20_000 + '"': "not a key known here",
}
POISONED = b"name,postcode\npoison,E17 4PP\n"


@pytest.fixture
def poisonous(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that names it ends the worker, and so does any pack."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(bot.jobs.paper_imports, "understand_by_pages", poison.read_table)
    monkeypatch.setattr(campaign.handin.build_pack, "make_files", poison.make_pack)


async def imports(database: Database) -> list[Import]:
    async with database.reading() as db:
        found = [await paper_imports.of(db, number) for number in range(1, 10)]
    return [one for one in found if one is not None]


async def test_390_bytes_hold_up_nobody(stage: RunningBot, eddie: Person, ada: Person) -> None:
    assert len(QUOTES) == 390
    await brings(eddie, TABLE, "Will count")  # what is done for the first time is done
    async with watching() as dog:
        answer, hello = await asyncio.gather(
            _brings_what_cannot_be_counted(eddie, QUOTES), ada.says("/start")
        )
    assert "Will count: 0" in answer.text or "not read" in answer.text or "Nothing" in answer.text
    assert hello.text
    assert dog.longest < HELD


async def _brings_what_cannot_be_counted(person: Person, table: bytes) -> Answer:
    answer = await person.sends_file("document", table, name="quotes.csv")
    return answer if "I’m reading" not in answer.text else await person.reads()


async def test_a_large_table_holds_up_nobody(stage: RunningBot, eddie: Person) -> None:
    await brings(eddie, TABLE, "Will count")
    rows = "".join(f"Ada Lovelace{n},E17 4PP,ada{n}@example.org\n" for n in range(20_000))
    async with watching() as dog:
        answer = await brings(eddie, f"name,postcode,email\n{rows}".encode(), "20,000")
    assert "Rows with something in them: 20,000" in answer.text
    assert dog.longest < HELD


@pytest.mark.usefixtures("poisonous")
async def test_a_table_that_kills_twice_is_put_aside_and_the_others_go_on(
    stage: RunningBot, eddie: Person, owner: Person
) -> None:
    await owner.says("/start")
    await eddie.sends_file("document", POISONED, name="poison.csv")
    await eddie.sends_file("document", TABLE, name="good.csv")
    told = [(await shows(eddie, words)).text for words in ("Will count", "put it aside")]
    assert "“poison.csv”" in told[1].replace(JOINER, "")
    assert "Nothing has been counted" in told[1]
    assert "put it aside" in (await shows(owner, "put it aside")).text
    assert {one.file_name: one.status for one in await imports(stage.database)} == {
        "poison.csv": "failed",
        "good.csv": "looked",
    }


@pytest.mark.usefixtures("poisonous")
async def test_a_pack_that_kills_twice_is_put_aside_and_its_owner_is_told_in_their_language(
    stage: RunningBot, arrives: Arrives
) -> None:
    olwen = await arrives("Olwen", id=OWNER, language_code="cy")
    await olwen.says("/start")
    async with stage.database.transaction() as db:
        unit = await campaigns.by_slug(db, "keep-the-unit")
        by = await supporters.by_telegram_id(db, olwen.id)
        assert unit is not None
        pack = await request_pack.ask(db, unit.id, "redacted", asked_by=by, now=datetime.now(UTC))
    stage.services.pack_asked.set()
    assert "Ddwywaith" in (await shows(olwen, "Ddwywaith")).text
    async with stage.database.reading() as db:
        kept = await handin_packs.of(db, pack.id)
        assert kept is not None
        assert (kept.status, await handin_packs.waiting(db)) == ("failed", None)


async def test_what_was_begun_twice_is_not_begun_by_the_next_start(tmp_path: Path) -> None:
    """As if the whole process had died with it, twice: nothing is left but the count."""
    async with simulator_within() as address, aiohttp.ClientSession() as session:
        async with RunningBot.open(address, tmp_path) as stage:
            owner = await Person.arrive(session, address, "Olive", id=OWNER)
            await owner.says("/start")
        database = await Database.open(stage.settings.storage.url)
        async with database.transaction() as db:
            unit = await campaigns.by_slug(db, "keep-the-unit")
            by = await supporters.by_telegram_id(db, owner.id)
            assert unit is not None
            assert by is not None
            for name in ("deadly.csv", "next.csv"):
                await paper_imports.add(
                    db,
                    campaign_id=unit.id,
                    requested_by=by.id,
                    file_id="not there",
                    file_name=name,
                    now=datetime.now(UTC),
                    attempts=2 if name == "deadly.csv" else 0,
                )
        await database.close()
        async with RunningBot.open(address, tmp_path):
            assert "“deadly.csv”" in (await shows(owner, "put it aside")).text.replace(JOINER, "")


async def test_a_stop_in_the_middle_counts_against_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "SECONDS", 0.1)
    begun = asyncio.Event()

    async def stay(*_: object, **__: object) -> None:
        begun.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(campaign.worker, "run", stay)
    async with simulator_within() as address, aiohttp.ClientSession() as session:
        async with RunningBot.open(address, tmp_path) as stage:
            owner = await Person.arrive(session, address, "Olive", id=OWNER)
            await owner.says("/start")
            await owner.sends_file("document", TABLE, name="good.csv")
            async with asyncio.timeout(60):
                await begun.wait()
            (table,) = await imports(stage.database)
            assert table.attempts == 1
        database = await Database.open(stage.settings.storage.url)
        (table,) = await imports(database)
        assert (table.status, table.attempts) == ("queued", 0)
        await database.close()


async def test_a_campaign_file_that_is_heavy_holds_up_nobody_and_is_answered(
    stage: RunningBot, eddie: Person
) -> None:
    text = await gets_file(eddie)
    await sends(eddie, with_summary(text))
    await eddie.taps("Discard changes")
    for heavy, words in list(HEAVY.items())[:: cases(short=2, full=1)]:
        async with watching() as dog:
            answer = await sends(eddie, f"{heavy}\n{text}")
        assert words in answer.text, heavy[:20]
        assert dog.longest < HELD, heavy[:20]
    repeated = "resend_unknown = [" + '"news", ' * 10_000 + "]"
    async with watching() as dog:
        answer = await sends(eddie, re.sub("resend_unknown = .*", repeated, text))
    assert "has 10000 entries" in answer.text.replace(JOINER, "")
    assert dog.longest < HELD
    line = 1 + text.count("\n")
    assert f"Line {line}" in (await sends(eddie, f"{text}n = {'9' * 5_000}")).text


async def test_two_files_of_the_same_few_words_are_compared_at_once(
    stage: RunningBot, eddie: Person
) -> None:
    await stage.publish(**_about("a b " * 480))
    text = await gets_file(eddie)
    await sends(eddie, with_summary(text))
    await eddie.taps("Discard changes")
    changed = text.replace("a b " * 479, "b b a " * 300)
    assert changed != text
    async with watching() as dog:
        answer = await sends(eddie, changed)
    assert "This is what the file would change" in answer.text
    assert dog.longest < HELD


async def test_a_campaign_file_that_kills_its_worker_is_answered_kindly(
    stage: RunningBot, eddie: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = await gets_file(eddie)
    monkeypatch.setattr(campaign.uploads, "LIMITS", Limits(seconds=0.01))
    answer = await sends(eddie, with_summary(text))
    assert "takes too much time or memory" in answer.text
    assert "Nothing has been changed" in answer.text


def _about(words: str) -> dict[str, object]:
    texts = load_definition(EXAMPLE).text
    english = texts["en"].model_copy(update={"about": words.strip()})
    return {"text": {**texts, "en": english}}
