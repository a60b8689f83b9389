"""A view of the numbers: words, a picture, and a table of the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Text
from messages import Renderer
from pictures.canvas import AxisFormat

Cell = str | int | date


@dataclass(frozen=True, slots=True)
class View:
    """One view.

    Attributes:
        body: says in words what the picture shows.
        draw: makes the picture; None where there is nothing to draw yet.
        columns: keys of the table's headings.
    """

    body: Text
    draw: Callable[[], bytes] | None = None
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """Short words of a language, for pictures."""

    say: Callable[..., str]

    @property
    def speech(self) -> AxisFormat:
        return AxisFormat(self.number, self.day)

    def number(self, value: int) -> str:
        return self.say("chart_number", value=value)

    def day(self, value: date) -> str:
        return self.say("chart_day", day=value)

    def share(self, part: int, whole: int) -> str:
        return self.say("chart_share", share=part / whole if whole else 0.0)


def wording(renderer: Renderer, language: str) -> Wording:
    """In one language."""

    def say(key: str, **variables: object) -> str:
        return renderer.label(key, language, **variables)

    return Wording(say)


def nothing(context: Context, petition: Petition, what: str) -> View:
    """A kind word where there is nothing to show yet.

    Args:
        what: "signatures", "areas", "steps", "updates" or "words".
    """
    variables = {"campaign": petition.view(context.language), "what": what}
    return View(Text("stats/nothing", variables))


def caption(context: Context, petition: Petition, name: str, **variables: object) -> Text:
    """The words of a view."""
    return Text(f"stats/{name}", {"campaign": petition.view(context.language), **variables})


drawing = partial
"""What is drawn later, beside the event loop."""
