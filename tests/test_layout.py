"""Promises about the program's layout: names that say one thing, imports without a circle."""

from collections import defaultdict
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "channels", "handlers", "pictures", "messages", "campaign", "packs", "storage")
TREES = (*PRODUCT, "simulator", "replay", "bench")
ROLES = {
    "__init__.py",
    "__main__.py",
    "buttons.py",
    "form.py",
    "home.py",
    "menu.py",
    "overview.py",
    "state.py",
}
"""Names that say what a file is for its folder."""
SAME_THING = {
    "demo.py": "the demo, and the command that runs it",
    "comments.py": "why people sign: the parser of it, and what becomes of it",
    "next_steps.py": "what is offered after signing: in the file, in the chat, in the tables",
    **dict.fromkeys(
        (
            *("addresses.py", "broadcasts.py", "inbox.py", "invalidations.py"),
            *("notifications.py", "personal_letters.py", "staff.py"),
        ),
        "the tables of a subject, and its queries",
    ),
}
"""Names that stand twice in a tree, for one thing in two layers."""


def modules(tree: str) -> list[Path]:
    return [one for one in (ROOT / tree).rglob("*.py") if "versions" not in one.parts]


@pytest.mark.parametrize("tree", TREES)
def test_no_two_files_of_one_name_hold_different_things(tree: str) -> None:
    found = defaultdict(list)
    for one in modules(tree):
        found[one.name].append(one.parent.relative_to(ROOT).as_posix())
    twice = {name: where for name, where in found.items() if len(where) > 1}
    assert twice.keys() - ROLES - SAME_THING.keys() == set(), twice


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph(*PRODUCT)
    circles = [
        (one, other)
        for one in graph.modules
        for other in graph.find_modules_directly_imported_by(one)
        if graph.chain_exists(importer=other, imported=one)
    ]
    assert circles == []


def test_no_handler_asks_whether_there_is_a_petition() -> None:
    """What is not there is refused by an error: handlers/refusals.py."""
    found = [
        f"{one.relative_to(ROOT)}: {line.strip()}"
        for one in modules("handlers")
        for line in one.read_text("utf-8").splitlines()
        if "petition is None" in line
    ]
    assert found == []
