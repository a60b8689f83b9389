"""By which ways signatures have come. From kept figures."""

from dataclasses import dataclass

from campaign.petition import Petition
from storage import campaigns, referral_counts, referral_links
from storage.database import Connection

MOST = 200


@dataclass(frozen=True, slots=True)
class Source:
    """One way.

    Attributes:
        kind: "source" (a link that staff have made), "friends" (signers' own links), "none" (in the
            chat without a link) or "paper".
        name: of a source link; "" of the others.
        opens: people who have opened it; None where that is not known.
    """

    kind: str
    name: str
    signatures: int
    opens: int | None = None


async def sources(db: Connection, petition: Petition) -> list[Source]:
    """Every way that has brought a signature, and every source link, what brought most first."""
    totals = await campaigns.totals(db, petition.id)
    of_links = await referral_counts.totals(db, petition.id)
    made = [
        Source("source", link.name or "", link.signatures, link.opens)
        for link in await referral_links.sources(db, petition.id, MOST)
    ]
    others = (
        Source("friends", "", of_links.friends),
        Source("none", "", totals.live - of_links.signatures),
        Source("paper", "", totals.offline),
    )
    found = [*made, *(one for one in others if one.signatures > 0)]
    return sorted(found, key=lambda one: (-one.signatures, one.kind, one.name))
