"""The states of a broadcast, and which may follow which.

draft ──────────────► scheduled ──► sending ──► done
  │  ▲                    │          │   ▲
  │  └────────────────────┤          ▼   │
  └──► awaiting_approval ─┘         paused
An update for more people than may get it without agreement waits in awaiting_approval, wherever it
has come to (agreement.py); if some have got it, it never becomes a draft again.
Anything but what is done can be cancelled; what is done goes on for those it has failed for.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaign.broadcasts import quiet_hours as broadcasts_quiet_hours
from campaign.errors import CampaignError
from storage import broadcast_editors, broadcasts, deliveries
from storage.addresses import EMAIL
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.delivery_claims import Recipient

KINDS_OF_A_CAMPAIGN = (
    "news",
    "milestone",
    "endorsement",
    "media",
    "event",
    "decision",
    "thanks",
)
"""What those who hear of a campaign are told."""

KINDS = (*KINDS_OF_A_CAMPAIGN, ANNOUNCEMENT)
OPEN = ("draft", "awaiting_approval", "scheduled", "sending", "paused")
BY_STAFF = "staff"
STALE = "stale"
"""Why an update pauses."""

STALE_AFTER = timedelta(hours=6)
WEEK = timedelta(weeks=1)
_GOES_ON = {"paused_why": None, "pause_told": False}


class NotInThatState(CampaignError):
    """The broadcast is in a state from which this cannot be done; it stays as it is."""


class OwnUpdate(CampaignError):
    """Who has worked on an update cannot be the second pair of eyes."""


class ChangedMeanwhile(CampaignError):
    """Somebody else has changed the draft: look at theirs first."""


@dataclass(frozen=True, slots=True)
class Options:
    """What staff chose for a broadcast.

    Attributes:
        resend_unknown: whether a message whose fate is unknown is sent again; None: by its kind.
        quiet_hours: as "21:00-08:00", when none of it is sent; "" if it does not matter.
        zone: on whose clocks.
        in_quiet_hours: whether staff have said that it may not wait. For decisions only.
        expected: how many people it was to go to when it was confirmed; by_email: how many of them
            by email.
        most_a_day: how many updates one person gets in a day at most; 0 for any number.
        weekly: whether it is sent again each week, at the same time on its clocks.
        titles: of what the bot has written, the digest of the campaign's titles that it quotes.
    """

    resend_unknown: bool | None = None
    quiet_hours: str = ""
    zone: str = "UTC"
    in_quiet_hours: bool = False
    expected: int = 0
    by_email: int = 0
    weekly: bool = False
    most_a_day: int = 0
    titles: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Options":
        """Back from `to_dict`; what is missing has its default, what is not ours is left out."""
        return cls(**{name: kept[name] for name in _OPTIONS if name in kept})


_OPTIONS = tuple(one.name for one in fields(Options))  # for each of many recipients


def resends_unknown(broadcast: Broadcast, channel: str) -> bool:
    """A decision twice is better than a decision never; of anything else, once is enough. What only
    changes or deletes a message can be done twice; by email, a correction is another email."""
    if broadcast.act != "send" and channel != EMAIL:
        return True
    chosen = Options.from_dict(broadcast.options).resend_unknown
    return broadcast.kind == "decision" if chosen is None else chosen


def quiet_until(broadcast: Broadcast, now: datetime) -> datetime | None:
    """Until when it waits because it is quiet time (UTC); None if it can be sent now (UTC)."""
    options = Options.from_dict(broadcast.options)
    if broadcast.act != "send" or (options.in_quiet_hours and broadcast.kind == "decision"):
        return None
    return broadcasts_quiet_hours.quiet_until(now, options.quiet_hours, ZoneInfo(options.zone))


def day_began(broadcast: Broadcast, now: datetime) -> datetime:
    """When the day (UTC) began that it is on its clocks. `now` is UTC."""
    return broadcasts_quiet_hours.day_began(
        now, ZoneInfo(Options.from_dict(broadcast.options).zone)
    )


def waits_until(broadcast: Broadcast, recipient: Recipient, now: datetime) -> datetime | None:
    """Until when this one person's message waits (UTC): for the end of their own quiet hours, or
    for the next day if they have had enough for today. None if it can be sent now (UTC).

    A correction waits for nothing; a decision for quiet hours only, and not if staff have said so.
    """
    options = Options.from_dict(broadcast.options)
    if broadcast.act != "send" or (options.in_quiet_hours and broadcast.kind == "decision"):
        return None
    if 0 < options.most_a_day <= recipient.sent_today and broadcast.kind != "decision":
        return broadcasts_quiet_hours.next_day(now, ZoneInfo(options.zone))
    return broadcasts_quiet_hours.quiet_until(
        now, recipient.quiet_hours or "", ZoneInfo(options.zone)
    )


async def change(db: Connection, broadcast: Broadcast, *, now: datetime, **values: Any) -> None:
    """Change a draft that nobody has changed since it was read.

    Raises:
        ChangedMeanwhile: nothing is changed.
        NotInThatState: it is no draft any more.
    """
    if broadcast.status != "draft":
        raise NotInThatState(broadcast.status)
    if not await broadcasts.change(db, broadcast.id, broadcast.version, now, **values):
        raise ChangedMeanwhile


async def start(db: Connection, broadcast_id: int, *, now: datetime) -> None:
    """Send it now.

    Raises:
        NotInThatState: it has been sent, is being sent, or has been cancelled.
    """
    await locked(db, broadcast_id)
    came_from = ("draft", "awaiting_approval", "scheduled")
    await _move(db, broadcast_id, came_from, "sending", started_at=now, due_at=now)
    await _reach_the_followed(db, broadcast_id, now)


async def schedule(db: Connection, broadcast_id: int, due_at: datetime, *, now: datetime) -> None:
    """Send it at a time (UTC); a second call moves it.

    Raises:
        NotInThatState: it is on its way already.
    """
    came_from = ("draft", "awaiting_approval", "scheduled")
    await _move(db, broadcast_id, came_from, "scheduled", due_at=due_at, updated_at=now)


async def ask_approval(db: Connection, broadcast_id: int, *, now: datetime) -> None:
    """Wait until somebody else agrees.

    Raises:
        NotInThatState: it is no draft any more.
    """
    await _move(db, broadcast_id, ("draft",), "awaiting_approval", updated_at=now)


async def go_ahead(db: Connection, broadcast_id: int, *, now: datetime) -> None:
    """Send what somebody has agreed to: at its time, or now if that has come, or go on.

    Raises:
        NotInThatState: it does not wait for that.
    """
    broadcast = await locked(db, broadcast_id)
    if broadcast is None or broadcast.status != "awaiting_approval":
        raise NotInThatState(broadcast.status if broadcast else "gone")
    came_from = ("awaiting_approval",)
    if broadcast.started_at is not None:
        await _move(db, broadcast_id, came_from, "sending", **_GOES_ON)
        return
    if broadcast.due_at is not None and broadcast.due_at > now:
        await _move(db, broadcast_id, came_from, "scheduled", **_GOES_ON)
        return
    await _plan_next(db, broadcast, now)
    await _move(db, broadcast_id, came_from, "sending", started_at=now, due_at=now, **_GOES_ON)
    await _reach_the_followed(db, broadcast_id, now)


async def take_back(db: Connection, broadcast_id: int, *, now: datetime) -> None:
    """Make it a draft again, of which nothing has been sent. Nobody has agreed to it any more.

    Raises:
        NotInThatState: it is on its way, or a draft already.
    """
    broadcast = await locked(db, broadcast_id)
    if broadcast is not None and broadcast.started_at is not None:
        raise NotInThatState(broadcast.status)
    came_from = ("awaiting_approval", "scheduled")
    values = {**broadcasts.UNAGREED, **_GOES_ON}
    await _move(db, broadcast_id, came_from, "draft", updated_at=now, **values)


async def pause(db: Connection, broadcast_id: int) -> None:
    """Hand on no more messages; what is on its way arrives.

    Raises:
        NotInThatState: it is not being sent.
    """
    broadcast = await locked(db, broadcast_id)
    begun = broadcast is not None and broadcast.started_at is not None
    came_from = ("sending", "awaiting_approval") if begun else ("sending",)
    await _move(db, broadcast_id, came_from, "paused", paused_why=BY_STAFF)


async def resume(db: Connection, broadcast_id: int, *, now: datetime) -> None:
    """Go on where it was paused: wait for its time if that is still to come, or send it.

    Raises:
        NotInThatState: it is not paused.
    """
    broadcast = await broadcasts.of(db, broadcast_id, lock=True)
    if broadcast is None or broadcast.status != "paused":
        raise NotInThatState(broadcast.status if broadcast else "gone")
    if broadcast.started_at is not None:
        await _move(db, broadcast_id, ("paused",), "sending", **_GOES_ON)
        return
    if broadcast.due_at is not None and broadcast.due_at > now:
        await _move(db, broadcast_id, ("paused",), "scheduled", updated_at=now, **_GOES_ON)
        return
    if broadcast.paused_why != STALE:  # the next one of a stale update is planned already
        await _plan_next(db, broadcast, now)
    await _move(db, broadcast_id, ("paused",), "sending", started_at=now, **_GOES_ON)


def can_move(broadcast: Broadcast) -> bool:
    """Whether an update can be given another time: it has one, and nobody has got it yet."""
    if broadcast.started_at is not None or broadcast.due_at is None or broadcast.act != "send":
        return False
    repeated = Options.from_dict(broadcast.options).weekly
    return broadcast.status in ("scheduled", "awaiting_approval") or (
        broadcast.status == "paused" and not repeated
    )


async def reschedule(db: Connection, broadcast_id: int, due_at: datetime, *, now: datetime) -> None:
    """Give an update another time (UTC); one that is paused waits for that time.

    Raises:
        NotInThatState: it has no time, or has begun to go out.
    """
    broadcast = await locked(db, broadcast_id)
    if broadcast is None or not can_move(broadcast):
        raise NotInThatState(broadcast.status if broadcast else "gone")
    to = "scheduled" if broadcast.status == "paused" else broadcast.status
    goes_on = _GOES_ON if broadcast.status == "paused" else {}
    values = {"due_at": due_at, "updated_at": now, **goes_on}
    await _move(db, broadcast_id, (broadcast.status,), to, **values)


def a_week_later(broadcast: Broadcast, now: datetime) -> datetime | None:
    """When it is due again (UTC), at the same time on its clocks; None if it is not repeated.

    Weeks that have passed meanwhile are left out: it is caught up once.
    """
    options = Options.from_dict(broadcast.options)
    if not options.weekly or broadcast.due_at is None:
        return None
    zone = ZoneInfo(options.zone)
    here = broadcast.due_at.astimezone(zone).replace(tzinfo=None)
    due = broadcast.due_at
    while due <= now:
        here += WEEK
        due = here.replace(tzinfo=zone).astimezone(UTC)
    return due


async def begin(db: Connection, broadcast: Broadcast, *, now: datetime) -> None:
    """Its time has come: send it, or ask staff if that was too long ago; and plan the next one, if
    it is repeated. Done once, however many see that it is due."""
    stale = is_stale(broadcast, now)
    to: dict[str, Any] = {"paused_why": STALE} if stale else {"started_at": now}
    status = "paused" if stale else "sending"
    if await broadcasts.move(db, broadcast.id, ["scheduled"], status, **to):
        await _plan_next(db, broadcast, now)


def is_stale(broadcast: Broadcast, now: datetime) -> bool:
    """Whether its time was so long ago that staff are asked whether it is still right."""
    return broadcast.due_at is not None and now - broadcast.due_at > STALE_AFTER


async def locked(db: Connection, broadcast_id: int) -> Broadcast | None:
    """The broadcast, locked until the transaction ends; before it, the one that it follows. Whoever
    needs both locks them in this order."""
    broadcast = await broadcasts.of(db, broadcast_id)
    if broadcast is not None and broadcast.follows is not None:
        await broadcasts.of(db, broadcast.follows, lock=True)
    return await broadcasts.of(db, broadcast_id, lock=True)


async def cancel(db: Connection, broadcast_id: int, *, now: datetime) -> None:
    """End it for good; what has been sent stays sent.

    Raises:
        NotInThatState: it has ended.
    """
    await _move(db, broadcast_id, OPEN, "cancelled", ended_at=now, **_GOES_ON)


def may_retry(broadcast: Broadcast) -> bool:
    """Whether there is anybody whom it could still reach: it has ended, and failed for some."""
    return broadcast.status == "done" and broadcast.act == "send" and broadcast.failed > 0


async def retry_failed(db: Connection, broadcast_id: int) -> int:
    """Send it to those whom it has failed for; gives how many.

    Raises:
        NotInThatState: there is nobody such, or it has been taken back.
    """
    broadcast = await locked(db, broadcast_id)
    if broadcast is None or not may_retry(broadcast):
        raise NotInThatState(broadcast.status if broadcast else "gone")
    if any(one.act == "retract" for one in await broadcasts.following(db, broadcast_id)):
        raise NotInThatState("retracted")
    failed = await deliveries.retry_failed(db, broadcast_id)
    await broadcasts.count(db, broadcast_id, {"failed": -failed})
    await _move(db, broadcast_id, ("done",), "sending", ended_at=None)
    return failed


async def pause_all(db: Connection) -> int:
    """Pause everything that is being sent or waits for its time; gives how many."""
    paused = 0
    for broadcast in await broadcasts.in_state(db, "sending", "scheduled"):
        paused += await broadcasts.move(
            db, broadcast.id, ["sending", "scheduled"], "paused", paused_why=BY_STAFF
        )
    return paused


async def _move(
    db: Connection, broadcast_id: int, came_from: tuple[str, ...], to: str, **values: Any
) -> None:
    if not await broadcasts.move(db, broadcast_id, came_from, to, **values):
        broadcast = await broadcasts.of(db, broadcast_id)
        raise NotInThatState(broadcast.status if broadcast else "gone")


async def _plan_next(db: Connection, broadcast: Broadcast, now: datetime) -> None:
    """Schedule the next one of an update that is repeated: the same words, for the same people, of
    the same writers, agreed to by the same person."""
    due_at = a_week_later(broadcast, now)
    if due_at is None:
        return
    following = await broadcasts.add(
        db,
        campaign_id=broadcast.campaign_id,
        kind=broadcast.kind,
        author_id=broadcast.author_id,
        content=broadcast.content,
        audience=broadcast.audience,
        options={name: v for name, v in broadcast.options.items() if name != "progress"},
        now=now,
    )
    await broadcast_editors.copy(db, broadcast.id, following.id)
    if broadcast.approved_by is not None and broadcast.approved_digest is not None:
        agreed = (broadcast.approved_by, broadcast.approved_digest)
        await broadcasts.agree_to(db, following.id, *agreed)
    await schedule(db, following.id, due_at, now=now)


async def _reach_the_followed(db: Connection, broadcast_id: int, now: datetime) -> None:
    """A correction puts its words into what it corrects, for those who get that later on; what is
    taken back goes to nobody any more, and nor do corrections of it."""
    broadcast = await broadcasts.of(db, broadcast_id)
    if broadcast is None or broadcast.follows is None:
        return
    if broadcast.act == "correct":
        await broadcasts.correct(db, broadcast.follows, broadcast.content)
        await broadcast_editors.copy(db, broadcast.id, broadcast.follows)
        if broadcast.author_id is not None:
            await broadcast_editors.add(db, broadcast.follows, broadcast.author_id, now)
        waits = {"paused_why": BY_STAFF}
        await broadcasts.move(db, broadcast.follows, ["awaiting_approval"], "paused", **waits)
        return
    others = [one.id for one in await broadcasts.following(db, broadcast.follows)]
    for other in {broadcast.follows, *others} - {broadcast.id}:
        await broadcasts.move(db, other, OPEN, "cancelled", ended_at=now, **_GOES_ON)
