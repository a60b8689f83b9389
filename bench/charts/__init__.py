"""The charts of docs/performance.md, drawn from the recorded figures.

`python -m bench.charts` redraws all; so does every benchmark that records something. A test says
that each chart is the one of its figures.
"""

from pathlib import Path

from bench.charts.pictures import PICTURES

FOLDER = Path(__file__).parents[2] / "docs" / "performance"


def drawn() -> dict[str, str]:
    """Every chart as SVG, by the name of its file."""
    return {f"{name}.svg": picture() for name, picture in PICTURES.items()}


def draw_all() -> None:
    """Into docs/performance/."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in drawn().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
