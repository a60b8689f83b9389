"""What a person gave when they signed other petitions, to be offered when they sign one more.

Only what stands under a live signature: a person who takes their name off is not reminded of
what they gave there. A comment is about one petition, so it is not offered for another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaign.signing.form import given_under
from storage import signatures
from storage.database import Connection

ABOUT_ONE_PETITION = frozenset({"comment"})


@dataclass(frozen=True, slots=True)
class Earlier:
    """The answers under one signature.

    Attributes:
        campaign_id: of the petition they were given for.
        given_at: when they were given, or changed last, UTC.
        answers: by field kind; the person themselves is always who gave them.
    """

    campaign_id: int
    given_at: datetime
    answers: Mapping[str, str]


async def answers(
    db: Connection, supporter_id: int, campaign_id: int, kinds: Collection[str]
) -> list[Earlier]:
    """What this person gave for other petitions than this one, the newest first.

    Args:
        kinds: the questions that are asked now.
    """
    found = []
    for signature in await signatures.live_of(db, supporter_id):
        if signature.campaign_id == campaign_id:
            continue
        given = {
            kind: value
            for kind, value in given_under(signature).items()
            if value is not None and kind in kinds and kind not in ABOUT_ONE_PETITION
        }
        if given:
            at = signature.changed_at or signature.signed_at
            found.append(Earlier(signature.campaign_id, at, given))
    return sorted(found, key=lambda one: one.given_at, reverse=True)
