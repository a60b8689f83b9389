"""How far people come on the way to a signature. Kept, not counted.

A person comes to a step once and for good, however often they go back, cancel and begin again: what
they have come to is kept with them (their dialog's row), and counted in the same transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from campaign.definition.model import Definition
from campaign.petition import Petition
from campaign.questionnaire import REVIEW
from storage import funnel_counts
from storage.database import Connection
from storage.together import Change

EMAIL, CODE, SIGNED = "email", "code", "signed"
PAST = "past:"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: a field's kind, "review", "code" (from an email) or "signed".
        people: who have come to it.
        lost: who have not come to the one after it; None of the last.
    """

    name: str
    people: int
    lost: int | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """All steps in their order.

    Attributes:
        since: when counting began, UTC; None while nobody has come.
    """

    steps: tuple[Step, ...]
    since: datetime | None

    @property
    def began(self) -> int:
        return self.steps[0].people

    @property
    def signed(self) -> int:
        return self.steps[-1].people

    @property
    def hardest(self) -> Step | None:
        """The step at which most have stopped; None if nobody has."""
        stopped = [step for step in self.steps if step.lost]
        return max(stopped, key=lambda step: step.lost or 0, default=None)


def steps_of(definition: Definition) -> tuple[str, ...]:
    """What lies on everybody's way, in the order in which it is asked."""
    asked = [one.kind for one in definition.fields]
    if definition.identifying is not None and definition.identifying not in asked:
        asked.append(definition.identifying)
    by_code = [CODE] if definition.identity == "email" else []
    return (*asked, REVIEW, *by_code, SIGNED)


def _side_steps(definition: Definition) -> tuple[str, ...]:
    """What is asked besides of those whose channel does not answer for them."""
    usual = steps_of(definition)
    return tuple(step for step in (EMAIL, CODE) if step not in usual)


def _way(definition: Definition, *, by_email: bool) -> tuple[str, ...]:
    """One person's way; behind a side step, that they have come past it."""
    side = _side_steps(definition) if by_email else ()
    way: list[str] = []
    for step in steps_of(definition):
        before = EMAIL if step == REVIEW else CODE if step == SIGNED else None
        if before in side:
            way += [before, PAST + before]
        way.append(step)
    return tuple(way)


def record_step(
    db: Connection,
    petition: Petition,
    step: str,
    before: Collection[str],
    *,
    by_email: bool = False,
    now: datetime,
) -> tuple[list[str], list[Change]]:
    """A person has come to a step, and so past those in front of it.

    Args:
        before: what the person had come to before.
        by_email: they are asked for their email address and a code, whatever the campaign asks.
        now: UTC.

    Returns:
        What is new to them, to be kept with the rest; and how to count it, in the same
        transaction.
    """
    way = _way(petition.definition, by_email=by_email)
    if step not in way:
        return [], []
    new = [name for name in way[: way.index(step) + 1] if name not in before]
    return new, funnel_counts.one_more(db, petition.id, new, now=now)


async def funnel(db: Connection, petition: Petition) -> Funnel:
    """How many have come to each step that the campaign has today. A side step is among them as
    soon as somebody has come to it; who stops there has not stopped at the step before it."""
    people = await funnel_counts.of_campaign(db, petition.id)
    way = steps_of(petition.definition)
    counted = {name: people.get(name, 0) for name in way}
    # A question that came later has been asked of fewer; nobody is lost by that.
    lost = {name: max(0, counted[name] - counted[after]) for name, after in pairwise(way)}
    asked = [name for name in _side_steps(petition.definition) if people.get(name)]
    for name in asked:
        counted[name] = people[name]
        lost[name] = max(0, people[name] - people.get(PAST + name, 0))
        front = _front_of(way, name)
        lost[front] = max(0, lost[front] - lost[name])
    steps = [
        Step(name, counted[name], lost.get(name))
        for name in _way(petition.definition, by_email=bool(asked))
        if name in counted
    ]
    return Funnel(tuple(steps), await funnel_counts.since(db, petition.id))


def _front_of(way: tuple[str, ...], side: str) -> str:
    """The step of everybody's way that a side step comes after."""
    return way[way.index(REVIEW if side == EMAIL else SIGNED) - 1]
