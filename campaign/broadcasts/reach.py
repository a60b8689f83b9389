"""Count the people an update goes to, and all who will have read its words."""

from dataclasses import dataclass

from campaign.broadcasts import audience as audiences
from campaign.broadcasts.terms import terms_of, words_of
from storage import audiences as found
from storage import broadcasts, delivery_stats, unagreed_readers
from storage.addresses import EMAIL
from storage.broadcasts import Broadcast
from storage.database import Connection

_MAY_GO_ON = ("awaiting_approval", "paused", "sending")


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an update is for.

    Attributes:
        people: who get it, or have its words changed.
        readers: who will have read its words in all: also those who get a corrected update later,
            and those who got the same words otherwise.
        by_email: how many of the people get it by email.
    """

    people: int
    readers: int
    by_email: int = 0


async def reach_of(db: Connection, broadcast: Broadcast) -> Reach:
    """How many people an update is for, as things are."""
    given = await terms_of(db, broadcast.campaign_id)
    if broadcast.follows is not None:
        original = await broadcasts.of(db, broadcast.follows)
        if original is None:
            return Reach(0, 0)
        emailed = 0
        if broadcast.act == "correct":
            emailed = (await delivery_stats.emails_of(db, original.id)).sent
        readers = original.sent + await _still_to_come(db, original)
        return Reach(original.sent, readers, emailed)
    if broadcast.started_at is not None:
        handled = broadcast.sent + broadcast.unknown
        people = handled + await _still_to_come(db, broadcast)
        return Reach(people, people)
    whom = audiences.from_dict(broadcast.audience)
    through = await found.count_by_channel(db, broadcast.campaign_id, broadcast.kind, whom)
    people, by_email = sum(through.values()), through[EMAIL]
    if not given.limit:
        return Reach(people, people, by_email)
    elsewhere = await unagreed_readers.count_outside(
        db, broadcast.campaign_id, words_of(broadcast, given), broadcast.kind, whom
    )
    return Reach(people, people + elsewhere, by_email)


async def _still_to_come(db: Connection, broadcast: Broadcast) -> int:
    """How many get an update that has begun, if it goes on."""
    if broadcast.status not in _MAY_GO_ON:
        return 0
    left = broadcast.total - broadcast.ended
    if broadcast.walked or broadcast.follows is not None:
        return left
    whom = audiences.from_dict(broadcast.audience)
    return left + await found.count(
        db, broadcast.campaign_id, broadcast.kind, whom, after=broadcast.cursor
    )
