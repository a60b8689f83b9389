"""Promises of the charts: they show what has been recorded, and the page shows them."""

from xml.etree import ElementTree

import pytest

from bench.charts import FOLDER, drawn
from bench.charts.pictures import PICTURES

PAGES = (FOLDER.with_suffix(".md"), FOLDER.with_name("scaling.md"))


@pytest.mark.parametrize("name", PICTURES)
def test_each_chart_is_the_one_of_its_figures(name: str) -> None:
    kept = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert kept == PICTURES[name](), "draw it anew: python -m bench.charts"
    ElementTree.fromstring(kept)  # noqa: S314 - our own


def test_every_chart_is_shown_and_none_is_left_over() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert {file.name for file in FOLDER.iterdir()} == drawn().keys()
    for name in drawn():
        assert f"](performance/{name})" in pages
