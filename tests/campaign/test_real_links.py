"""Promise: what an app or a mail program makes tappable goes into no name and no comment."""

import re
from pathlib import Path

import pytest

from campaign import fields
from campaign.fields import FieldProblem
from tests.folded import for_each

_FILE = Path(__file__).with_name("real_links.txt")
LINKS = [
    re.sub(r"\\u(\w{4})", lambda code: chr(int(code[1], 16)), link)
    for link in _FILE.read_text(encoding="utf-8").split()
]
HANDLES = ("@durov", "@ada", "Ada @lovelace", "@Ada_Lovelace4", "＠durov", "@\u200bdurov", "A@HOME")


def test_there_are_more_than_two_hundred_writings() -> None:
    assert len(set(LINKS)) >= 250


@for_each("link", LINKS)
def test_no_name_is_or_has_a_link(link: str) -> None:
    for text in (link, f"Ada {link}", f"{link} Lovelace", f"Ada ({link})", f"Ada\n{link}"):
        assert _reason(fields.name, text) == "link"


@for_each("link", LINKS)
def test_no_comment_is_or_has_a_link(link: str) -> None:
    for text in (link, f"Please look at {link}", f"{link} says it all", f"Keep it! ({link})"):
        assert _reason(fields.comment, text) == "link"


@for_each("handle", HANDLES)
def test_no_name_has_a_handle(handle: str) -> None:
    assert _reason(fields.name, handle) == "link"


def _reason(parse: object, text: str) -> str:
    assert callable(parse)
    with pytest.raises(FieldProblem) as raised:
        parse(text)
    return raised.value.reason
