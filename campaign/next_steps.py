"""One more step: what a signer can do beside signing, in the order the campaign names it.

Each is offered once by itself; a person who asks what else there is sees all that are still open.
"""

from collections.abc import Sequence
from datetime import datetime

from campaign import timeline
from campaign.petition import Petition
from campaign.signing.standing import signature_of
from storage import next_steps, referral_links
from storage.database import Connection
from storage.supporters import Supporter


async def still_open(
    db: Connection, petition: Petition, supporter: Supporter, *, language: str, now: datetime
) -> Sequence[str]:
    """Steps the signer has not done, those they have put off too; in the campaign's order.

    Args:
        now: UTC.

    Raises:
        campaign.errors.NotSigned: steps are for signers.
    """
    await signature_of(db, petition, supporter)
    taken = await next_steps.taken(db, petition.id, supporter.id)
    left = (step for step in petition.definition.steps if taken.get(step) != "done")
    return [
        step for step in left if await _can_be_done(db, petition, supporter, step, language, now)
    ]


async def next_one(
    db: Connection, petition: Petition, supporter: Supporter, *, language: str, now: datetime
) -> str | None:
    """The step to offer next: the first that is open and was never answered; None if that is all.

    A campaign whose first step is sharing has offered it with its thanks for the signature.

    Raises:
        campaign.errors.NotSigned: steps are for signers.
    """
    taken = await next_steps.taken(db, petition.id, supporter.id)
    order = petition.definition.steps
    offered = {*taken, "share"} if order[:1] == ("share",) else set(taken)
    left = await still_open(db, petition, supporter, language=language, now=now)
    return next((step for step in left if step not in offered), None)


def has_more(petition: Petition) -> bool:
    """Whether the campaign offers anything beside sharing."""
    return any(step != "share" for step in petition.definition.steps)


async def finish(
    db: Connection, petition: Petition, supporter: Supporter, step: str, *, now: datetime
) -> bool:
    """Keep that a step is done; False if it was before. `now` is UTC.

    Raises:
        campaign.errors.NotSigned: steps are for signers.
    """
    await signature_of(db, petition, supporter)
    return await next_steps.record(db, petition.id, supporter.id, step, "done", now=now)


async def put_off(
    db: Connection, petition: Petition, supporter: Supporter, step: str, *, now: datetime
) -> None:
    """Not now: the step is not offered again by itself. `now` is UTC.

    Raises:
        campaign.errors.NotSigned: steps are for signers.
    """
    await signature_of(db, petition, supporter)
    await next_steps.record(db, petition.id, supporter.id, step, "skipped", now=now)


async def _can_be_done(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    step: str,
    language: str,
    now: datetime,
) -> bool:
    match step:
        case "share" if not petition.is_open:
            return False
        case "share":
            link = await referral_links.of(db, petition.id, supporter.id)
            return link is None or link.shared_at is None
        case "letter":
            return petition.texts(language).letter is not None
        case "event":
            return await timeline.upcoming(db, petition, language, now=now) is not None
    return True
