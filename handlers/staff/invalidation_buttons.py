"""The buttons of invalidations, which other conversations and jobs show as well."""

from typing import Literal

from handlers.actions import Action

Span = Literal["hour", "day"]
Reason = Literal["double", "automatic", "made_up", "other"]


class ShowAll(Action, prefix="quar:home"):
    petition_id: int


class TryLast(Action, prefix="quar:last"):
    """A dry run on the signatures of the last hour or day."""

    petition_id: int
    span: Span


class TryLookalikes(Action, prefix="quar:doubles"):
    """A dry run on the signatures that look like another."""

    petition_id: int


class Show(Action, prefix="quar:show"):
    invalidation_id: int


class Ask(Action, prefix="quar:ask"):
    invalidation_id: int
    reason: Reason


class Apply(Action, prefix="quar:yes"):
    invalidation_id: int
    reason: Reason


class Undo(Action, prefix="quar:undo"):
    """Undo an invalidation; without "yes", ask first."""

    invalidation_id: int
    sure: Literal["yes"] | None = None


class Discard(Action, prefix="quar:throw"):
    invalidation_id: int
