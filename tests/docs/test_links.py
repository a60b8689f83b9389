"""Every link in the guides leads to something in the repository; `make docs` tries the site's."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.guides import GUIDES, ROOT

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.M | re.S)


def anchors(guide: Path) -> set[str]:
    """What may stand after # in a link to it: GitHub's way to turn a heading into an address."""
    text = _CODE.sub(lambda found: found.group().strip("`"), guide.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in headings}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(guide: Path) -> None:
    lost = []
    for link in _LINK.findall(_CODE.sub("", guide.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (guide.parent / path).resolve() if path else guide
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []
