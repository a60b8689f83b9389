"""Compare the results of updates. From kept figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.petition import Petition
from storage import broadcast_taps, broadcasts, signature_times
from storage.database import Connection

AFTER = timedelta(hours=24)
NEWEST, LOOKED_AT = 30, 200


@dataclass(frozen=True, slots=True)
class Update:
    """One update that has gone out.

    Attributes:
        started_at: UTC.
        sent: whom it has reached.
        tapped: taps on its buttons to sign or to share; each person once for each.
        left: who want no more of this kind, or none at all, by its buttons.
        signed: signatures, from whomever, in the 24 hours after it began: whether because of it,
            nobody knows.
    """

    kind: str
    started_at: datetime
    sent: int
    tapped: int
    left: int
    signed: int


async def compared(db: Connection, petition: Petition) -> list[Update]:
    """The newest updates that have gone out, newest first."""
    begun = [
        (one, one.started_at)
        for one in await broadcasts.of_campaign(db, petition.id, LOOKED_AT)
        if one.act == "send" and one.started_at is not None and one.sent
    ][:NEWEST]
    found = []
    for one, started_at in begun:
        taps = await broadcast_taps.count_by_button(db, one.id)
        after = started_at + AFTER
        found.append(
            Update(
                kind=one.kind,
                started_at=started_at,
                sent=one.sent,
                tapped=taps.get("sign", 0) + taps.get("share", 0),
                left=taps.get("kind", 0) + taps.get("stop", 0),
                signed=await signature_times.between(db, petition.id, started_at, after),
            )
        )
    return found
