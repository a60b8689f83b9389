"""Promises of the counter as SVG: it is XML, whatever stands in a title."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictures.previews import Labels, counter_svg
from tests import hostile

HIDDEN = ("\x00", "\x0b", "\x1b", "\x9f", "\u202e", "\u2067", "\ufffe", "\uffff", "\ufdd0")
HIDDEN += ("\U0001fffe", "\U0010ffff", "\ud800")


def drawn(text: str) -> str:
    """Everything that is read or heard of a drawing."""
    svg = counter_svg(Labels(text, text, text, "Sign", 0.5)).decode()
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    return "".join(root.itertext()) + root.attrib["aria-label"]


@pytest.mark.parametrize("character", HIDDEN)
def test_a_character_that_no_file_may_hold_is_left_out(character: str) -> None:
    found = drawn(f"Keep{character}it")
    assert "Keepit" in found
    assert character not in found


@given(st.one_of(st.sampled_from(hostile.VALUES), st.text(st.characters(codec=None), max_size=60)))
def test_any_title_makes_a_drawing_that_can_be_parsed(title: str) -> None:
    assert drawn(title) is not None
