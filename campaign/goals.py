"""Numbers of signatures worth telling, the goal, which moves on before it is reached, and the next
step towards it. Whatever shows a total or a goal asks here, at the moment of showing it."""

from collections.abc import Iterator, Sequence
from itertools import chain, count

from campaign.definition.model import Definition


def usual() -> Iterator[int]:
    """Give 100, 250, 500, 1,000, 2,500, 5,000, 10,000 and so on."""
    return chain.from_iterable((10**n, 25 * 10 ** (n - 1), 5 * 10**n) for n in count(2))


def crossed(numbers: Sequence[int] | None, before: int, total: int) -> list[int]:
    """Give the milestones above one total and up to the other, lowest first; None: the usual."""
    if numbers is not None:
        return sorted({number for number in numbers if before < number <= total})
    found: list[int] = []
    for number in usual():
        if number > total:
            return found
        if number > before:
            found.append(number)
    raise AssertionError("there is always another")


def raised(goal: int, most: int) -> int:
    """Give the goal, moved on to the next usual number as often as nine tenths of it are reached.

    Args:
        most: the highest total so far.
    """
    while most * 10 >= goal * 9:
        goal = next(number for number in usual() if number > goal)
    return goal


def goal_of(definition: Definition, most: int) -> int:
    """What an open campaign aims for.

    Args:
        most: the highest total so far, the one of this moment included.
    """
    return raised(definition.goal, most) if definition.raises_goal else definition.goal


def next_step(definition: Definition, total: int, goal: int) -> int:
    """The next number to reach on the way to the goal: nobody is cheered by "1 of 2,000".

    Milestones that the campaign names are steps beside the usual ones. The goal itself where
    nothing lies before it, or where it is reached.
    """
    named = (number for number in definition.milestones or () if number > total)
    ahead = next(number for number in usual() if number > total)
    return min(goal, ahead, *named) if total < goal else goal
