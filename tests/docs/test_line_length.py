"""Promise of the guides: they are read in a terminal, too."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIDEST = 110
GUIDES = sorted(
    [*ROOT.glob("docs/**/*.md"), *(ROOT / name for name in ("README.md", "SECURITY.md"))]
)
LEFT_AS_THEY_ARE = re.compile(r"\||!\[|    |\s*`<|\s*\S+$")
"""Tables, pictures, code, and what has no blank to break at."""


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_no_line_of_prose_is_longer_than_a_screen_is_wide(guide: Path) -> None:
    lines = guide.read_text("utf-8").splitlines()
    assert [one for one in lines if len(one) > WIDEST and not LEFT_AS_THEY_ARE.match(one)] == []
