"""How much of a promise is tried: `make test` tries each promise, `make test-all` all of its cases.

A number of cases is said in its test, `cases(short=500, full=10_000)`; a test that only `make
test-all` runs is marked with what keeps its promise otherwise: `@pytest.mark.full("…")`.
"""

import ast
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

MAKES_MORE = frozenset({"cases", "crossed", "run_histories"})
"""What gives a test more to try in `make test-all`."""

Amount = TypeVar("Amount")

_full = False


def choose(full: bool) -> None:
    """For this run; before any test is read."""
    global _full
    _full = full


def cases(*, short: Amount, full: Amount) -> Amount:
    """The number (or list) of cases to try in this run."""
    return full if _full else short


@lru_cache
def cut_down(module: Path) -> frozenset[str]:
    """The names in a test module that mean more in `make test-all`: what is made with `cases`, and
    the tests, fixtures and numbers that come of it."""
    used: defaultdict[str, set[str]] = defaultdict(set)
    for statement in ast.parse(module.read_text("utf-8")).body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            for name in _defined(statement):
                used[name] |= _mentioned(statement)
    found, before = set(MAKES_MORE), 0
    while len(found) > before:
        before = len(found)
        found |= {name for name, others in used.items() if others & found}
    return frozenset(found)


def _defined(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _mentioned(statement: ast.stmt) -> set[str]:
    found = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                found.add(name)
    return found
