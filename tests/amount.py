"""How much of a promise is tried: `make test` tries each promise, `make test-all` all of its cases.

A number of cases is said in its test, `cases(short=500, full=10_000)`; a test that only `make
test-all` runs is marked with what keeps its promise otherwise: `@pytest.mark.full("…")`.
"""

from typing import TypeVar

Amount = TypeVar("Amount")

_full = False


def choose(full: bool) -> None:
    """For this run; before any test is read."""
    global _full
    _full = full


def cases(*, short: Amount, full: Amount) -> Amount:
    """The number (or list) of cases to try in this run."""
    return full if _full else short
