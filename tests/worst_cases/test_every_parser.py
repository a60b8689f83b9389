"""The promise of every parser: 100 ms and 50 MB at the most, whatever is sent.

`make test` tries 25 cases of each, `make test-all` 200, WORST_CASES=10000 as many (`make
worst-cases`). A case is named by its number, so it can be made again: tests/worst_cases/cases.py.
"""

import ast
import contextlib
import gc
import os
import time
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.amount import cases
from tests.worst_cases.parsers import PARSERS, READS_NOTHING_OF_PEOPLES, REFUSALS, Parser

CASES = int(os.environ.get("WORST_CASES", cases(short=25, full=200)))
SECONDS = 0.1
BYTES = 50_000_000
WARM_UP = 10
SELDOM = 10
"""Memory is measured of every tenth case, and of the slowest: it makes all three times as slow."""

ROOT = Path(__file__).parents[2]
OURS = (
    *("bot", "campaign", "channels", "handlers"),
    *("messages", "packs", "pictures", "storage"),
)
READING = frozenset(
    {
        *("re", "csv", "json", "tomllib", "tomlkit", "xml", "html", "email", "urllib", "zipfile"),
        *("email_validator", "phonenumbers", "ukpostcodeutils", "charset_normalizer"),
        *("unicodedata", "difflib", "fnmatch", "shlex"),
    }
)


def number_of(parser: Parser, number: int) -> Any:
    return parser.make(Random(f"{parser.name} {number}"), parser.good, parser.longest)


def tried(parser: Parser, case: Any) -> None:
    """A refusal is an answer; any other exception is not."""
    with contextlib.suppress(*REFUSALS):
        parser.parse(case)


def cpu_seconds(parser: Parser, number: int) -> float:
    """The least of three where it seems too much: a busy machine makes everything slower."""
    least = float("inf")
    for _ in range(3):
        case = number_of(parser, number)
        before = time.thread_time()
        tried(parser, case)
        least = min(least, time.thread_time() - before)
        if least <= SECONDS:
            break
    return least


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> None:
    """Collecting what other tests have left is no parser's work, and takes longer than most."""
    gc.collect()
    gc.freeze()


@pytest.mark.timeout(60 + CASES)
@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_no_case_takes_long_or_much_memory(parser: Parser) -> None:
    for number in range(WARM_UP):  # what is read or compiled once is not the case's
        tried(parser, number_of(parser, number))
    took = {number: cpu_seconds(parser, number) for number in range(CASES)}
    slowest = max(took, key=took.__getitem__)
    most = 0
    tracemalloc.start()
    try:
        for number in {*range(0, CASES, SELDOM), slowest}:
            case = number_of(parser, number)
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            tried(parser, case)
            most = max(most, tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    if CASES >= 1_000:
        print(f"\n{parser.name}: {took[slowest] * 1000:.1f} ms, {most / 1e6:.1f} MB")  # noqa: T201
    assert took[slowest] <= SECONDS, f"case {slowest}"
    assert most <= BYTES


def test_no_module_that_reads_is_forgotten() -> None:
    """A module that uses a library for reading stands in the list, or says why it need not."""
    covered = {module for parser in PARSERS for module in parser.covers}
    reading = {_module(path) for path in _files() if _imported(path) & READING}
    assert reading - covered - READS_NOTHING_OF_PEOPLES.keys() == set()
    assert READS_NOTHING_OF_PEOPLES.keys() <= reading - covered, "said of one that is in the list"


def test_every_field_is_in_the_list() -> None:
    covered = {module for parser in PARSERS for module in parser.covers}
    fields = {_module(path) for path in (ROOT / "campaign" / "fields").glob("*.py")}
    assert fields - covered - READS_NOTHING_OF_PEOPLES.keys() == {"campaign.fields"}


def test_no_picture_of_anybody_is_ever_unpacked() -> None:
    """A picture of a few kilobytes may unpack to gigabytes. Those of staff go by Telegram's id, or
    as the bytes they are; only the QR codes that we have drawn ourselves are opened."""
    opened = {
        _module(path)
        for path in _files()
        if "Image.open" in path.read_text("utf-8") or "ImageFile" in path.read_text("utf-8")
    }
    assert opened == {"pictures.qr"}


def test_nothing_is_put_into_a_normal_form_without_a_limit_of_marks() -> None:
    """Thousands of marks in a row take the square of their number: campaign/normalisation.py."""
    by_themselves = {
        _module(path) for path in _files() if "unicodedata.normalize(" in path.read_text("utf-8")
    }
    short = {"messages.acts", "packs.glyphs"}  # of so few characters that it does not matter
    assert by_themselves == {"campaign.normalisation", *short}


def _files() -> list[Path]:
    found = (path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
