"""Promise: docs/security.md names tests that exist, and numbers that they have."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
HEAD = "| threat | what stops it | test | cases |"


def rows() -> list[list[str]]:
    """The cells of every row of a table of threats."""
    found, inside = [], False
    for line in PAGE.splitlines():
        inside = line == HEAD or (inside and line.startswith("|"))
        if inside and line != HEAD and not line.startswith("|---"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def functions_in(file: str) -> set[str]:
    return set(re.findall(r"def (test_\w+)", (ROOT / file).read_text("utf-8")))


def test_every_threat_names_what_stops_it_and_a_test_that_is_there() -> None:
    threats = rows()
    assert len(threats) > 60
    file = ""
    for threat, stop, test, _ in threats:
        assert threat, threat
        assert stop, threat
        named = re.findall(r"`(tests/[\w/]+\.py|test_\w+)`", test)
        assert named or test == "the same", threat
        for name in named:
            if name.startswith("tests/"):
                file = name
                assert (ROOT / file).is_file(), f"{threat}: {file}"
                assert functions_in(file), file
            else:
                assert name in functions_in(file), f"{threat}: {file}: {name}"


def test_a_number_beside_a_constant_is_the_tests_own() -> None:
    named = re.findall(r"([\d,]+) \(`([A-Z_]+)`\)", PAGE)
    assert len(named) == 3
    sources = "\n".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    for number, constant in named:
        (value,) = re.findall(rf"^{constant} = ([\d_]+)$", sources, re.MULTILINE)
        assert int(value) == int(number.replace(",", "")), constant


@pytest.mark.parametrize("section", ["webhook", "Secrets", "Abuse", "Consent", "database away"])
def test_a_part_of_the_threat_model_is_there(section: str) -> None:
    assert re.search(rf"^## .*{section}", PAGE, re.MULTILINE)
