"""The conversations about the story: each is a list of steps, and what is done at its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.screen import Screen
from handlers.staff.story import saving, steps
from handlers.staff.story.paper import Sheet
from handlers.staff.story.steps import Step
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class Flow:
    """What is asked, and what is done with the answers."""

    steps: tuple[Step, ...]
    save: Callable[[Visit, Sheet], Awaitable[Screen]]


FLOWS: dict[str, Flow] = {
    "endorsement": Flow((steps.WHO, steps.QUOTE), saving.event),
    "media": Flow((steps.WHAT, steps.LINK, steps.STARTS_PERHAPS), saving.event),
    "event": Flow((steps.WHAT, steps.PLACE, steps.STARTS, steps.LINK), saving.event),
    "news": Flow((steps.WHAT, steps.LINK), saving.event),
    "decision": Flow((steps.WHO, steps.WHAT, steps.DAYS), saving.decision),
    "handin": Flow(
        (steps.STARTS, steps.PLACE, steps.WATCH, steps.LINK, steps.CLOSES), saving.hand_in
    ),
    "outcome": Flow((steps.OUTCOME, steps.MEANS, steps.NEXT), saving.outcome),
    "postponed": Flow((steps.DAYS_PERHAPS,), saving.postponed),
}

STEPS: dict[str, tuple[Step, ...]] = {kind: flow.steps for kind, flow in FLOWS.items()}
NEW = ("endorsement", "media", "event", "decision", "handin", "news")
"""The kinds that staff can add, in the order in which they are offered."""
