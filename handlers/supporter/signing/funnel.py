"""How far a person has come on the way to a signature: counted once for each step."""

from dataclasses import replace

from campaign.petition import Petition
from campaign.signing import funnel
from handlers.context import Visit


async def come_to(visit: Visit, petition: Petition, step: str) -> None:
    """Count that the person has come to this step, if they never had."""
    key = f"reached:{petition.id}"
    before = visit.dialog.answers.get(key) or []
    new = await funnel.come_to(visit.db, petition, step, before, now=visit.now)
    if new:
        answers = {**visit.dialog.answers, key: [*before, *new]}
        visit.dialog = replace(visit.dialog, answers=answers)
