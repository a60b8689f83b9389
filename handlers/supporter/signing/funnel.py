"""Count how far a person has come towards a signature, once for each step."""

from dataclasses import replace

from campaign.petition import Petition
from campaign.signing import funnel
from handlers.context import Context


def record_step(context: Context, petition: Petition, step: str) -> None:
    """Let it be counted that the person has come to this step, if they never had."""
    key = f"reached:{petition.id}"
    before = context.dialog.answers.get(key) or []
    new, counted = funnel.record_step(
        context.db,
        petition,
        step,
        before,
        by_email=not context.can.proves_person,
        now=context.now,
    )
    if new:
        context.with_dialog += counted
        answers = {**context.dialog.answers, key: [*before, *new]}
        context.dialog = replace(context.dialog, answers=answers)
