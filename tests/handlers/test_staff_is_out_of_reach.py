"""Promise: whatever somebody sends who is not of the staff, in whatever order, no act of staff is
done, none of their screens is shown, and nothing breaks."""

import asyncio
import random
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import router
from handlers.staff.stats import board
from tests.amount import cases
from tests.handlers.forged_buttons import DISMISSED, OWNER, SIGNER, VIEWER, WORDS, forged, of_staff
from tests.handlers.routes_harness import RoutesHarness, message, tap, user

STRANGER = 1
OUTSIDERS = (STRANGER, SIGNER, DISMISSED)
OF_VIEWERS = {
    "staff/funnel",
    "staff/weeks",
    "staff/source_list",
    "staff/source_refused",
    "staff/which",
    "broadcasts/progress",
    *(f"stats/{name}" for name in (*board.VIEWS, "ahead_none", "nothing", "table", "morning_off")),
}


def forged_data() -> st.SearchStrategy[str]:
    """Data of every pattern there is, with numbers and words that mean something here."""
    plausible = "|".join(WORDS)

    def shaped(pattern: str) -> str:
        pattern = re.sub(r"(?:\\d|\[0-9\])(\{[^}]*\}|\+)?", "(?:[0-4]|99999)", pattern)
        return re.sub(r"(\\w|\[\\w\.?-\])(\{[^}]*\}|\+)", f"(?:{plausible})", pattern)

    patterns = [shaped(pattern) for pattern in router.patterns()]
    ours = st.sampled_from(patterns).flatmap(lambda one: st.from_regex(one, fullmatch=True))
    return (ours | st.text(min_size=1, max_size=16)).filter(lambda data: len(data) <= 64)


def commands() -> st.SearchStrategy[str]:
    names = st.sampled_from([*router.commands(), "nonsense"])
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


def test_no_sequence_of_acts_reaches_the_staff(
    runner: asyncio.Runner, doors: RoutesHarness
) -> None:
    before = runner.run(doors.belongings_of_staff())

    @settings(
        max_examples=cases(short=8, full=100),
        suppress_health_check=list(HealthCheck),
        database=None,
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


def test_a_viewer_reaches_numbers_only(runner: asyncio.Runner, doors: RoutesHarness) -> None:
    before = runner.run(doors.belongings_of_staff())
    chance = random.Random(8)

    async def try_all() -> None:
        for pattern in router.patterns():
            for data in forged(pattern, chance, cases(short=5, full=20)):
                await doors.taps(VIEWER, data)
        for name in router.commands():
            for words in ("", " 1", " keep-the-unit 24", " last 1 hour"):
                await doors.says(VIEWER, f"/{name}{words}")

    runner.run(try_all())
    assert of_staff(doors) <= OF_VIEWERS
    assert runner.run(doors.belongings_of_staff()) == before


def test_the_same_buttons_do_reach_an_owner(runner: asyncio.Runner, doors: RoutesHarness) -> None:
    """Without this, the promises above could be kept by a house without doors."""
    before = runner.run(doors.belongings_of_staff())
    chance = random.Random(9)

    async def try_all() -> None:
        for pattern in router.patterns():
            for data in forged(pattern, chance, cases(short=10, full=30)):
                await doors.taps(OWNER, data)
        for name in router.commands():
            await doors.says(OWNER, f"/{name} 1")

    runner.run(try_all())
    reached = of_staff(doors)
    wanted = {"staff/members", "staff/quarantine_try", "staff/block", "staff/funnel"}
    assert wanted <= reached
    assert len(reached) > 15
    assert runner.run(doors.belongings_of_staff()) != before
