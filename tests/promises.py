"""The promises that the tests keep, by area, as sentences: `make promises`. Nothing is run."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent


def areas() -> dict[str, list[Path]]:
    """The files of tests in each folder; those in none are about the repository."""
    found: dict[str, list[Path]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        folder = file.parent.relative_to(TESTS).as_posix()
        found.setdefault("the repository" if folder == "." else folder, []).append(file)
    return found


def promises(file: Path) -> Iterator[str]:
    """The names of a file's tests as sentences, in its order."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_collected(node.name):
            yield sentence(node.name)


def sentence(name: str) -> str:
    """`test_a_second_tap_signs_once` → "A second tap signs once"."""
    words = name.removeprefix("test_").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _is_collected(name: str) -> bool:
    return name.startswith("test_")


def lines() -> Iterator[str]:
    total = 0
    for area, files in areas().items():
        told = {file: list(promises(file)) for file in files}
        count = sum(map(len, told.values()))
        total += count
        yield f"\n# {area}: {count:,}"
        for file, sentences in told.items():
            yield f"\n{file.relative_to(ROOT).as_posix()}"
            yield from (f"- {one}" for one in sentences)
    yield f"\n{total:,} promises in all."


if __name__ == "__main__":
    print(*lines(), sep="\n")  # noqa: T201 - this is what it is for
