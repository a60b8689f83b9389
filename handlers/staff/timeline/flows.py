"""The conversations about the story: each is a list of steps, and what is done at its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.context import Context
from handlers.screens import Screen
from handlers.staff.timeline import questions
from handlers.staff.timeline import save as timeline_save
from handlers.staff.timeline.questions import Step
from handlers.staff.timeline.state import FormState


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What is asked, and what is done with the answers."""

    steps: tuple[Step, ...]
    save: Callable[[Context, FormState], Awaitable[Screen]]


FLOWS: dict[str, EntryForm] = {
    "endorsement": EntryForm((questions.WHO, questions.QUOTE), timeline_save.event),
    "media": EntryForm(
        (questions.WHAT, questions.LINK, questions.STARTS_PERHAPS), timeline_save.event
    ),
    "event": EntryForm(
        (questions.WHAT, questions.PLACE, questions.STARTS, questions.LINK), timeline_save.event
    ),
    "news": EntryForm((questions.WHAT, questions.LINK), timeline_save.event),
    "decision": EntryForm((questions.WHO, questions.WHAT, questions.DAYS), timeline_save.decision),
    "handin": EntryForm(
        (questions.STARTS, questions.PLACE, questions.WATCH, questions.LINK, questions.CLOSES),
        timeline_save.hand_in,
    ),
    "outcome": EntryForm(
        (questions.OUTCOME, questions.MEANS, questions.NEXT), timeline_save.outcome
    ),
    "postponed": EntryForm((questions.DAYS_PERHAPS,), timeline_save.postponed),
}

STEPS: dict[str, tuple[Step, ...]] = {kind: flow.steps for kind, flow in FLOWS.items()}
NEW = ("endorsement", "media", "event", "decision", "handin", "news")
"""The kinds that staff can add, in the order in which they are offered."""
