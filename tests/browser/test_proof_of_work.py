"""Promises of what a browser shows for an act while very many sign; no browser here."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.browser import proof_of_work
from channels.browser.acts import Act
from tests.browser.solver import solved

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
ACT = Act.tap("sign:1:only", "500", NOW).by("a" * 64)
SECOND = timedelta(seconds=1)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=20,
)


@cache
def a_solution() -> str:
    return solved(proof_of_work.challenge(ACT, key=KEY, now=NOW))


def is_solved(given: str, act: str = ACT, *, key: bytes = KEY, now: datetime = NOW) -> bool:
    return proof_of_work.is_solved(given, act, key=key, now=now)


def test_a_solution_is_good_for_its_act_for_an_hour() -> None:
    solution = a_solution()
    assert is_solved(solution)
    assert is_solved(solution, now=NOW + proof_of_work.VALID_FOR)
    assert not is_solved(solution, now=NOW + proof_of_work.VALID_FOR + SECOND)
    assert len(solution) < proof_of_work.LONGEST / 2


def test_a_solution_is_good_for_nothing_else() -> None:
    solution = a_solution()
    tapped_later = Act.tap("sign:1:only", "501", NOW).by("a" * 64)
    another = Act.tap("code:1:again", "500", NOW).by("a" * 64)
    of_others = Act.tap("sign:1:only", "500", NOW).by("b" * 64)
    for act in (tapped_later, another, of_others):
        assert not is_solved(solution, act)
    assert not is_solved(solution, key=OTHER_KEY)


def changed(given: Any, name: str, value: Any) -> Any:
    """The same with this value in place of its own, wherever a part of this name is in it."""
    if not isinstance(given, dict):
        return given
    return {
        one: value if one == name else changed(inner, name, value) for one, inner in given.items()
    }


@given(value=JSON)
@settings(max_examples=50, deadline=None)
def test_a_forged_solution_is_none(value: Any) -> None:
    genuine = json.loads(base64.b64decode(a_solution()))
    of_challenge = genuine["challenge"]["parameters"]
    more = ("act", "until", "parameters", "signature", "derivedKey", "challenge", "solution")
    for name in (*of_challenge, *more):
        forged = changed(genuine, name, value)
        if forged != genuine:
            assert not is_solved(base64.b64encode(json.dumps(forged).encode()).decode()), name


@given(st.text() | st.binary().map(lambda raw: base64.b64encode(raw).decode()))
@settings(max_examples=300)
def test_garbage_is_no_solution(given: str) -> None:
    assert not is_solved(given)


@given(JSON)
@settings(max_examples=300)
def test_any_json_is_no_solution(value: Any) -> None:
    assert not is_solved(base64.b64encode(json.dumps(value).encode()).decode())


def test_what_is_very_long_or_deep_is_not_even_read() -> None:
    deep = base64.b64encode(b"[" * 1_400).decode()
    assert len(deep) < proof_of_work.LONGEST
    assert not is_solved(deep)
    assert not is_solved("A" * 1_000_000)


def left(shown: str, act: str = ACT, *, now: datetime = NOW) -> timedelta | None:
    return proof_of_work.still_to_wait(shown, act, key=KEY, now=now)


def test_who_has_waited_goes_on_and_who_comes_early_hears_how_long() -> None:
    ticket = proof_of_work.ticket(ACT, key=KEY, now=NOW)
    assert left(ticket) == proof_of_work.WAIT
    assert left(ticket, now=NOW + 5 * SECOND) == proof_of_work.WAIT - 5 * SECOND
    assert left(ticket, now=NOW + proof_of_work.WAIT) == timedelta(0)
    assert left(ticket, now=NOW + proof_of_work.VALID_FOR) == timedelta(0)


def test_a_ticket_is_good_for_its_act_for_an_hour_and_for_nothing_else() -> None:
    ticket = proof_of_work.ticket(ACT, key=KEY, now=NOW)
    assert left(ticket, now=NOW + proof_of_work.VALID_FOR + SECOND) is None
    assert left(ticket, now=NOW - SECOND) is None, "the clock has been set back"
    assert left(ticket, "another act") is None
    assert proof_of_work.still_to_wait(ticket, ACT, key=OTHER_KEY, now=NOW) is None
    since, _, signature = ticket.partition(".")
    assert left(f"{int(since) - 20}.{signature}") is None


@given(st.text() | st.from_regex(r"\d{1,30}\.[0-9a-f]{64}", fullmatch=True))
@settings(max_examples=300)
def test_garbage_is_no_ticket(shown: str) -> None:
    assert left(shown) is None


def test_the_bar_fills_while_people_wait() -> None:
    css = Path(__file__).resolve().parents[2] / "bot" / "web" / "assets" / "page.css"
    assert f"waits {proof_of_work.WAIT.seconds}s linear" in css.read_text("utf-8")
