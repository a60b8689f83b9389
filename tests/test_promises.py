"""Promises of `make promises`, the list that docs/developer.md links."""

import re
from pathlib import Path

from tests import promises

ROOT = Path(__file__).parents[1]


def test_a_tests_name_is_told_as_a_sentence() -> None:
    assert promises.sentence("test_a_second_tap_signs_once") == "A second tap signs once"


def test_every_test_is_in_the_list_under_its_file() -> None:
    told = "\n".join(promises.lines())
    files = [file for found in promises.areas().values() for file in found]
    assert Path(__file__) in files
    for file in files:
        assert f"\n{file.relative_to(ROOT).as_posix()}\n" in told
        names = re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
        assert names, f"{file} promises nothing"
        assert [promises.sentence(name) for name in names] == list(promises.promises(file))
