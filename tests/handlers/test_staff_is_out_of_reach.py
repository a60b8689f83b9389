"""Promise: whatever somebody sends who is not of the staff, in whatever order, no act of staff is
done, none of their screens is shown, and nothing breaks."""

import asyncio
import random
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import staff as crew
from campaign.quarantine import acting
from handlers.routes import BUTTONS, COMMANDS
from handlers.staff import funnel, members, quarantine
from handlers.staff.stats import board
from handlers.staff.updates import compose
from handlers.supporter import pages, sign
from storage import bursts, invalidations, staff, supporters
from storage.suspects import Rule
from tests import hostile
from tests.campaign import petitions
from tests.handlers.doors import NOW, Doors, message, tap, user

OWNER, STRANGER, SIGNER, DISMISSED, VIEWER = 4242, 1, 2, 3, 4
OUTSIDERS = (STRANGER, SIGNER, DISMISSED)
FORGERIES = 4_000
AT_ONCE = 100
OPEN_TO_ALL = {"staff/invitation_over"}
OF_VIEWERS = {
    "staff/funnel",
    "staff/weeks",
    "staff/source_list",
    "staff/source_refused",
    "update/progress",
    *(f"stats/{name}" for name in (*board.VIEWS, "ahead_none", "nothing", "table", "morning_off")),
}
WORDS = sorted(
    {
        *(*members.ACTS, *quarantine.ACTS, *quarantine.BEGINNINGS, *quarantine.REASONS),
        *(*pages.PAGES, *funnel.TABLES, *board.VIEWS, *sign.TAPS, *compose.ACTS, *crew.ROLES),
        *("hour", "day", "news", "decision", "ask", "yes", "no", "on", "off", "en", "x"),
    }
)


def forged_data() -> st.SearchStrategy[str]:
    """Data of every pattern there is, with numbers and words that mean something here."""
    plausible = "|".join(WORDS)

    def shaped(pattern: str) -> str:
        pattern = re.sub(r"\\d(\{[^}]*\}|\+)?", "(?:[0-4]|99999)", pattern)
        return re.sub(r"(\\w|\[\\w-\])(\{[^}]*\}|\+)", f"(?:{plausible})", pattern)

    patterns = [shaped(pattern) for pattern, _ in BUTTONS[:-1]]
    ours = st.sampled_from(patterns).flatmap(lambda one: st.from_regex(one, fullmatch=True))
    return (ours | st.text(min_size=1, max_size=16)).filter(lambda data: len(data) <= 64)


def commands() -> st.SearchStrategy[str]:
    names = st.sampled_from([*COMMANDS, "nonsense"])
    words = st.lists(
        st.sampled_from(
            [*WORDS, "keep-the-unit", "1", "-5", "24", "postcode", "SW1A", "last", "1 hour", "x"]
        ),
        max_size=4,
    )
    return st.builds(lambda name, rest: " ".join([f"/{name}", *rest]), names, words)


def acts() -> st.SearchStrategy[dict[str, Any]]:
    """Everything that can come from one person: taps, texts, edits, forwards, groups, inline."""
    who = st.sampled_from(OUTSIDERS)
    text = commands() | st.text(min_size=1, max_size=40) | st.sampled_from(["SW1A 1AA", "Ada King"])
    origin = {"type": "user", "date": 1, "sender_user": user(OWNER)}
    return st.one_of(
        st.builds(tap, who, forged_data(), st.booleans()),
        st.builds(lambda w, t, g: {"message": message(w, g, text=t)}, who, text, st.booleans()),
        st.builds(lambda w, t: {"edited_message": message(w, text=t, edit_date=2)}, who, text),
        st.builds(lambda w, t: {"message": message(w, text=t, forward_origin=origin)}, who, text),
        st.builds(
            lambda w, t: {"inline_query": {"id": "1", "from": user(w), "query": t, "offset": ""}},
            who,
            text,
        ),
    )


async def furnish(doors: Doors) -> None:
    """Staff at work: one of everything there is to forge a button for, under low numbers."""
    db_of = doors.house.database.transaction
    for who in (OWNER, SIGNER, DISMISSED, VIEWER):
        await doors.says(who, "/start")
    async with db_of() as db:
        await staff.put(db, OWNER, "owner", NOW)
        await staff.put(db, DISMISSED, "editor", NOW)
        await staff.put(db, VIEWER, "viewer", NOW)
        for who in (SIGNER, VIEWER):
            supporter = await supporters.by_telegram_id(db, who)
            assert supporter is not None
            await petitions.signs(db, doors.petition, supporter, NOW)
    for who in (OWNER, DISMISSED):  # the one who goes is in the middle of an update
        await doors.says(who, "/update")
        await doors.taps(who, f"upd:new:{doors.petition.id}:news")
        await doors.says(who, "Good news!")
    await doors.taps(OWNER, "crew:as:0:editor")
    await doors.says(OWNER, "/source leaflet")
    async with db_of() as db:
        for rule in (Rule(number=1), Rule(postcode="SW1A")):
            made = await acting.draft(db, doors.petition, rule, OWNER, now=NOW)
        await acting.apply(db, made, "other", OWNER, now=NOW)
        await invalidations.move(db, made.id, ["applying"], "applied", told=True)
        values = {"kind": "postcode", "key": "SW1A 1AA", "count": 30, "usual": 1}
        span = {"since": NOW, "until": NOW}
        await bursts.add(db, told=True, campaign_id=doors.petition.id, **values, **span)
        for member in await staff.all(db):
            if member.telegram_id == DISMISSED:
                await staff.remove(db, member.id)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def doors(runner: asyncio.Runner, tmp_path: Path) -> Iterator[Doors]:
    stack = AsyncExitStack()

    async def put_up() -> Doors:
        doors = await stack.enter_async_context(Doors.open(tmp_path))
        await furnish(doors)
        doors.shown.clear()
        return doors

    yield runner.run(put_up())
    runner.run(stack.aclose())


def of_staff(doors: Doors) -> set[str]:
    return {
        one for one in doors.shown if one.startswith(("staff/", "update/", "stats/"))
    } - OPEN_TO_ALL


def test_no_sequence_of_acts_reaches_the_staff(runner: asyncio.Runner, doors: Doors) -> None:
    before = runner.run(doors.belongings_of_staff())

    @settings(
        max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.lists(acts(), min_size=5, max_size=30))
    def whatever_they_do(sequence: list[dict[str, Any]]) -> None:
        async def all_of_it() -> list[Any]:
            for act in sequence:
                await doors.comes(act)
            return await doors.belongings_of_staff()

        assert runner.run(all_of_it()) == before
        assert of_staff(doors) == set()
        assert "error/oops" not in doors.shown

    whatever_they_do()


def test_thousands_of_forged_and_broken_buttons_break_nothing(
    runner: asyncio.Runner, doors: Doors
) -> None:
    before = runner.run(doors.belongings_of_staff())
    chance = random.Random(7)
    every = [made for pattern, _ in BUTTONS[:-1] for made in _of(pattern, chance, 250)]
    naughty = [text[:64] for text in hostile.VALUES if text.isprintable() and text.isascii()]
    while len(every) < FORGERIES:
        data = chance.choice(every)
        at = chance.randrange(len(data) + 1)
        every.append((data[:at] + chance.choice([*naughty, ":", "\n", "9" * 20]) + data[at:])[:64])

    async def send_all() -> None:
        for place in range(0, FORGERIES, AT_ONCE):
            forged = every[place : place + AT_ONCE]
            people = range(100, 100 + AT_ONCE)
            await asyncio.gather(
                *(doors.taps(who, data) for who, data in zip(people, forged, strict=True))
            )

    runner.run(send_all())
    assert "error/oops" not in doors.shown
    assert of_staff(doors) == set()
    assert runner.run(doors.belongings_of_staff()) == before


def test_a_viewer_reaches_numbers_only(runner: asyncio.Runner, doors: Doors) -> None:
    before = runner.run(doors.belongings_of_staff())
    chance = random.Random(8)

    async def try_all() -> None:
        for pattern, _ in BUTTONS[:-1]:
            for data in _of(pattern, chance, 20):
                await doors.taps(VIEWER, data)
        for name in COMMANDS:
            for words in ("", " 1", " keep-the-unit 24", " last 1 hour"):
                await doors.says(VIEWER, f"/{name}{words}")

    runner.run(try_all())
    assert of_staff(doors) <= OF_VIEWERS
    assert runner.run(doors.belongings_of_staff()) == before


def test_the_same_buttons_do_reach_an_owner(runner: asyncio.Runner, doors: Doors) -> None:
    """Without this, the promises above could be kept by a house without doors."""
    before = runner.run(doors.belongings_of_staff())
    chance = random.Random(9)

    async def try_all() -> None:
        for pattern, _ in BUTTONS[:-1]:
            for data in _of(pattern, chance, 30):
                await doors.taps(OWNER, data)
        for name in COMMANDS:
            await doors.says(OWNER, f"/{name} 1")

    runner.run(try_all())
    reached = of_staff(doors)
    wanted = {"staff/members", "staff/quarantine_try", "staff/block", "staff/funnel"}
    assert wanted <= reached
    assert len(reached) > 15
    assert runner.run(doors.belongings_of_staff()) != before


def _of(pattern: str, chance: random.Random, count: int) -> list[str]:
    """Data that the pattern takes, with plausible numbers and words."""
    found: list[str] = []
    while len(found) < count:
        text = re.sub(r"\\d(\{[^}]*\}|\+)?", lambda _: chance.choice("01234"), pattern)
        text = re.sub(r"(\\w|\[\\w-\])(\{[^}]*\}|\+)", lambda _: chance.choice(WORDS), text)
        while "(" in text:  # the innermost group: one of its alternatives, or nothing
            text = re.sub(r"\((\?:)?([^()]*)\)(\?)?", lambda m: _one(m, chance), text, count=1)
        found.append(text[:64])
    return found


def _one(group: "re.Match[str]", chance: random.Random) -> str:
    if group[3] and chance.random() < 0.5:
        return ""
    return chance.choice(group[2].split("|"))
