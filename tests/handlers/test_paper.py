"""Promises to staff who bring signatures on paper: nothing counts before the tap, and no doubt is
settled for them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from campaign.paper.check_table import check, digest, understand
from storage import campaigns, dialogs, paper_entries, paper_imports, staff
from storage.database import Database
from storage.migrate import upgrade
from storage.paper_imports import Import
from tests import engines
from tests.campaign import petitions
from tests.folded import for_each
from tests.handlers.routes_harness import NOW, RoutesHarness, message

EDITOR = 7
TABLE = (
    b"name,postcode,town\nGrace Hopper,E17 4PP,\nAda Lovelace,N/A,London\n"
    b"Bo,E17 4PP,\nBo,E17 4PP,\n"
)


class Desk:
    """An editor at their phone."""

    def __init__(self, doors: RoutesHarness) -> None:
        self.doors = doors

    @property
    def database(self) -> Database:
        return self.doors.services.database

    async def says(self, text: str) -> None:
        await self.doors.says(EDITOR, text)

    async def taps(self, data: str) -> None:
        await self.doors.taps(EDITOR, data)

    async def chooses(self, choice: str) -> None:
        await self.taps(f"sheet:{await self.serial()}:{choice}")

    async def serial(self) -> int:
        return (await self._dialog()).serial

    async def step(self) -> str:
        dialog = await self._dialog()
        return dialog.step if dialog.flow == "sheet" else ""

    async def given(self) -> dict[str, object]:
        found: dict[str, object] = (await self._dialog()).answers.get("sheet", {})
        return found

    async def on_paper(self) -> int:
        async with self.database.reading() as db:
            return (await campaigns.totals(db, self.doors.petition.id)).offline

    async def notes(self) -> list[tuple[int, str]]:
        async with self.database.reading() as db:
            newest = await paper_entries.newest(db, self.doors.petition.id, 10)
            return [(one.count, one.note) for one in newest]

    async def sends(self, content: bytes, **answers: str) -> int:
        """A table, as the background job leaves it."""
        report, people = understand(content, None, answers)
        async with self.database.transaction() as db:
            made = await paper_imports.add(
                db,
                campaign_id=self.doors.petition.id,
                requested_by=None,
                file_id="f",
                file_name="s.csv",
                now=NOW,
            )
            sha256 = digest(content, answers)
            report = await check(db, self.doors.petition.id, sha256, report, people)
            values = {"report": report.to_dict(), "sha256": sha256, "answers": answers}
            await paper_imports.move(db, made.id, ("queued",), "looked", **values)
        return made.id

    async def table(self, number: int) -> Import:
        async with self.database.reading() as db:
            found = await paper_imports.of(db, number)
        assert found is not None
        return found

    async def _dialog(self) -> dialogs.Dialog:
        async with self.database.transaction() as db:
            _, dialog = await dialogs.open(
                db, telegram_id=EDITOR, first_name="E", telegram_language="en", now=NOW
            )
        return dialog


@pytest.fixture(params=engines.params())
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    await engines.require(request.param)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(engines.fresh_url(request.param, tmp_path))
        await upgrade(url)
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        petition = await petitions.published(database, "keep-the-unit", NOW)
        async with database.transaction() as db:
            await staff.upsert(db, EDITOR, "editor", NOW, petition.id)
        yield Desk(await stack.enter_async_context(RoutesHarness.to(database, petition)))


async def test_a_number_counts_after_the_tap_and_once(desk: Desk) -> None:
    await desk.says("/paper 1 000 x")
    assert (await desk.step(), await desk.on_paper()) == ("look", 0)
    serial = await desk.serial()
    await desk.taps(f"sheet:{serial}:save")
    await desk.taps(f"sheet:{serial}:save")
    assert await desk.notes() == [(1000, "x")]
    await desk.says("/paper -4 counted twice")
    await desk.chooses("save")
    assert await desk.on_paper() == 996
    await desk.says("/paper -997")
    await desk.chooses("save")
    assert (await desk.on_paper(), await desk.step()) == (996, "")


async def test_a_number_in_doubt_is_asked_and_its_place_is_not_lost(desk: Desk) -> None:
    await desk.says("/offline 2,4 Market stall")
    assert (await desk.step(), await desk.on_paper()) == ("count", 0)
    for unclear in ("12-15", "15 00", "12 34", "12 & 13", "3 sheets of 12", "2 dalen"):
        await desk.says(unclear)
        assert await desk.step() == "count", unclear
    await desk.says("24")
    assert await desk.step() == "day", "where they are from was said"
    await desk.says("Yesterday")
    assert (await desk.given())["on"] == "2009-11-25"
    await desk.says("skip")
    await desk.chooses("save")
    assert await desk.notes() == [(24, "Market stall")]
    await desk.says("/paper 24 100 High Street")
    assert await desk.step() == "read"
    await desk.chooses("second")
    await desk.chooses("save")
    assert (await desk.notes())[0] == (24, "100 High Street")
    await desk.says("/paper")
    await desk.says("2 500 stall")
    await desk.chooses("first")
    assert (await desk.step(), (await desk.given())["count"]) == ("day", 2500)
    await desk.says("12 from the market")
    assert await desk.step() == "day", "no day"


async def test_a_second_sheet_asks_which_to_go_on_with(desk: Desk) -> None:
    await desk.says("/paper")
    await desk.says("24")
    await desk.says("/paper 5 Church")
    assert await desk.step() == "open"
    await desk.says("/paper 6 Chapel")
    old = await desk.serial()
    await desk.chooses("keep")
    assert (await desk.step(), (await desk.given())["count"]) == ("place", 24)
    await desk.taps(f"sheet:{old}:new")
    assert await desk.step() == "place", "a stale button"
    await desk.says("/paper 5 Church")
    await desk.chooses("new")
    await desk.chooses("save")
    assert await desk.notes() == [(5, "Church")]
    await desk.says("/paper 7")
    await desk.says("/cancel")
    assert (await desk.step(), await desk.on_paper()) == ("", 5)
    assert desk.doors.shown["paper/cancelled"] == 1


async def test_a_button_that_is_typed_does_what_it_says_in_each_language(desk: Desk) -> None:
    await desk.says("/paper")
    await desk.says("3")
    await desk.says("SKIP")
    await desk.says("ddoe")
    assert (await desk.given())["on"] == "2009-11-25"
    await desk.says("/language cy")
    await desk.says("Hepgor")
    await desk.doors.comes({"message": message(EDITOR, sticker=None, text="x")})
    assert "note" not in await desk.given()


async def test_a_table_counts_when_every_doubt_is_decided(desk: Desk) -> None:
    number = await desk.sends(TABLE)
    await desk.taps(f"table:count:{number}")
    assert await desk.on_paper() == 0, "a button of before, while something is asked"
    await desk.taps(f"table:say:{number}:no_postcode.count")
    await desk.taps(f"table:say:{number}:no_postcode.count")
    await desk.taps(f"table:say:{number}:nonsense.count")
    await desk.taps(f"table:count:{number}:3")
    assert await desk.on_paper() == 0
    await desk.taps(f"table:say:{number}:repeated.count")
    await desk.taps(f"table:count:{number}:3")
    assert await desk.on_paper() == 0, "a button that said another number"
    await desk.taps(f"table:say:{number}:repeated.leave")
    await desk.taps(f"table:count:{number}:3")
    await desk.taps(f"table:count:{number}:3")
    assert await desk.on_paper() == 3
    await desk.taps(f"table:say:{number}:repeated.count")
    assert (await desk.table(number)).answers == {"no_postcode": "count", "repeated": "leave"}
    assert "Grace" not in repr(await desk.table(number))


@for_each(
    "content, answer",
    [
        (b'name,postcode\n"Ann Lee,E17 4PP\nBob Lee,E17 4PP\n', "quotes.rows"),
        (b"Ann Lee\nBob Lee\n", "heading.person"),
        (b"Organisation,Postcode\nThe Unit,E17 4PP\n", "columns.right"),
    ],
)
async def test_a_question_about_the_whole_table_has_it_read_again(
    content: bytes, answer: str, desk: Desk
) -> None:
    number = await desk.sends(content)
    asked, _, said = answer.partition(".")
    await desk.taps(f"table:count:{number}:1")
    await desk.taps(f"table:say:{number}:{asked}.nonsense")
    assert (await desk.table(number)).status == "looked"
    await desk.taps(f"table:say:{number}:{answer}")
    await desk.taps(f"table:say:{number}:{answer}")
    table = await desk.table(number)
    assert (table.status, table.answers) == ("queued", {asked: said})
    assert await desk.on_paper() == 0


async def test_a_table_of_the_version_before_is_read_again_not_counted(desk: Desk) -> None:
    number = await desk.sends(TABLE)
    async with desk.database.transaction() as db:
        before = {"headings": [], "columns": {"name": 0}, "rows": 3, "good": 3, "problems": []}
        await paper_imports.move(db, number, ("looked",), "looked", report=before)
    await desk.taps(f"table:count:{number}")
    assert ((await desk.table(number)).status, await desk.on_paper()) == ("queued", 0)
