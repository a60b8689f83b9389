"""Correct or retract an update that people have received.

Each is a broadcast of its own, that follows the first and goes to those whom that has reached.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

from campaign.broadcasts import states
from campaign.errors import CampaignError
from storage import broadcasts
from storage.broadcasts import Broadcast
from storage.database import Connection

Amendment = Literal["correct", "retract"]

RETRACT_WITHIN = timedelta(hours=48)
"""https://core.telegram.org/bots/api#deletemessage"""

_AFTER_SENDING = ("done", "cancelled", "paused", "awaiting_approval")
_UNDER_WAY = ("awaiting_approval", "sending", "paused")


class NotPossible(CampaignError):
    """It cannot be done about this update.

    Attributes:
        reason: "unsent" (nobody has it, or it is still going out), "late", "under_way" (it is
            being corrected already) or "retracted".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def offered(broadcast: Broadcast, now: datetime) -> tuple[Amendment, ...]:
    """What to offer under an update: "correct", "retract", both or none. `now` is UTC."""
    return tuple(act for act in get_args(Amendment) if not _problem(broadcast, act, now))


async def check(db: Connection, broadcast_id: int, act: str, *, now: datetime) -> Broadcast:
    """The update, locked until the transaction ends, if that can be done about it.

    Raises:
        NotPossible: with the reason.
    """
    broadcast = await broadcasts.of(db, broadcast_id, lock=True)
    if broadcast is None:
        raise NotPossible("unsent")
    if problem := _problem(broadcast, act, now):
        raise NotPossible(problem)
    following = await broadcasts.following(db, broadcast.id)
    if any(one.act == "retract" and one.started_at is not None for one in following):
        raise NotPossible("retracted")
    if act == "correct" and any(one.status in _UNDER_WAY for one in following):
        raise NotPossible("under_way")
    return broadcast


async def correct(db: Connection, broadcast_id: int, author_id: int, *, now: datetime) -> Broadcast:
    """A draft of other words for an update, which begins with those it has.

    Raises:
        NotPossible: with the reason.
    """
    return await _follow(
        db, await check(db, broadcast_id, "correct", now=now), "correct", author_id, now
    )


async def retract(
    db: Connection,
    broadcast_id: int,
    author_id: int,
    *,
    now: datetime,
    progress: Mapping[str, int] | None = None,
) -> Broadcast:
    """Take an update out of the chats of all who have got it; nobody else gets it.

    Args:
        progress: in which chat and message staff see how far it has come.

    Raises:
        NotPossible: with the reason.
    """
    original = await check(db, broadcast_id, "retract", now=now)
    made = await _follow(db, original, "retract", author_id, now, progress)
    await states.start(db, made.id, now=now)
    return await broadcasts.of(db, made.id) or made


async def _follow(
    db: Connection,
    original: Broadcast,
    act: str,
    author_id: int,
    now: datetime,
    progress: Mapping[str, int] | None = None,
) -> Broadcast:
    options = states.Options(
        zone=states.Options.from_dict(original.options).zone, expected=original.sent
    )
    return await broadcasts.add(
        db,
        campaign_id=original.campaign_id,
        kind=original.kind,
        author_id=author_id,
        content=original.content,
        audience=original.audience,
        options={**options.to_dict(), "progress": progress},
        now=now,
        act=act,
        follows=original.id,
    )


def _problem(broadcast: Broadcast, act: str, now: datetime) -> str:
    begun = broadcast.started_at
    if broadcast.act != "send" or begun is None or not broadcast.sent:
        return "unsent"
    if broadcast.status not in _AFTER_SENDING:
        return "unsent"
    return "late" if act == "retract" and now - begun >= RETRACT_WITHIN else ""
