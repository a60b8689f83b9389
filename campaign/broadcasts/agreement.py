"""The second pair of eyes: which updates need it, who may give it, and what exactly it covers.

An agreement covers an update as it was shown: every language, picture and button, the kind, the
audience, and when it may go. It ends with any change of those, and with the role of who gave it.
Nobody who has worked on an update can agree to it. What nobody has agreed to reaches at most
`approval_above` people, counted over all updates of the campaign with the same words.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from campaign.broadcasts import states
from campaign.broadcasts.reach import reach_of
from campaign.broadcasts.states import NotInThatState, Options, OwnUpdate
from campaign.broadcasts.terms import Terms, digest_of, digest_of_titles, terms_of, words_of
from campaign.errors import CampaignError
from campaign.staff import may, role_in, working
from storage import (
    broadcast_editors,
    broadcasts,
    campaigns,
    events,
    notifications,
    staff,
    supporters,
    unagreed_readers,
)
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.staff import Member

OUTGREW = "outgrew"
"""Why an update waits that was on its way, or about to go: more people than may would get it."""

REQUEST = "broadcasts/approve"
"""The template of a request for agreement in the outbox."""

_STOPPABLE = ("draft", "scheduled", "sending", "paused")


class NotAsSeen(CampaignError):
    """The update is not what they were shown when they were asked to agree."""


async def is_needed(db: Connection, broadcast: Broadcast) -> bool:
    """Whether somebody else has to agree before it goes, or goes on."""
    given = await terms_of(db, broadcast.campaign_id)
    if not given.limit or broadcast.act == "retract":
        return False
    readers = (await reach_of(db, broadcast)).readers
    return readers > given.limit and not await holds(db, broadcast, given)


async def holds(db: Connection, broadcast: Broadcast, given: Terms) -> bool:
    """Whether somebody has agreed to the update as it is now, and may still do so."""
    by = broadcast.approved_by
    if by is None or broadcast.approved_digest != digest_of(broadcast, given):
        return False
    if by in await worked_on(db, broadcast):
        return False
    supporter = await supporters.by_id(db, by)
    roles = await staff.roles_of(db, supporter.telegram_id) if supporter else {}
    return may(role_in(roles, broadcast.campaign_id), "editor")


async def worked_on(db: Connection, broadcast: Broadcast) -> frozenset[int]:
    """The supporter ids of all who have worked on an update, or on the one that it corrects."""
    ids = [broadcast.id, *([broadcast.follows] if broadcast.follows is not None else [])]
    return await broadcast_editors.of(db, ids)


async def could_agree(db: Connection, broadcast: Broadcast, *but: int) -> list[Member]:
    """The editors and owners who may agree to an update.

    Args:
        but: supporter ids of who is about to work on it.
    """
    theirs = await broadcast_editors.telegram_ids(db, [*await worked_on(db, broadcast), *but])
    editors = await working(db, broadcast.campaign_id, "editor")
    return [one for one in editors if one.telegram_id not in theirs]


async def quotes_event(db: Connection, broadcast_id: int, event_id: int, *, now: datetime) -> None:
    """Record that an update quotes an event of the story: nobody who wrote that, changed it, or
    said what came of it can agree to it."""
    event = await events.of(db, event_id)
    if event is not None and event.created_by is not None:
        await broadcast_editors.add(db, broadcast_id, event.created_by, now)
    await broadcast_editors.add_who_acted(db, broadcast_id, f"event:{event_id}", now)


async def ask(db: Connection, broadcast: Broadcast, by: int, *, now: datetime) -> None:
    """Let a draft wait until somebody else agrees, and ask those who could.

    Args:
        by: the supporter's id of who asks, who cannot agree any more.
        now: UTC.

    Raises:
        NotInThatState: it is no draft any more.
    """
    await broadcast_editors.add(db, broadcast.id, by, now)
    await states.ask_approval(db, broadcast.id, now=now)
    asked = [one.telegram_id for one in await could_agree(db, broadcast)]
    await _request(db, broadcast, asked, now)


async def hold_up(db: Connection, broadcast: Broadcast, *, now: datetime) -> None:
    """Let an update wait that more people would get than may; ask those who could agree, and tell
    those who have worked on it. `now` is UTC."""
    people = (await reach_of(db, broadcast)).people
    values = {"paused_why": OUTGREW, "updated_at": now}
    if not await broadcasts.move(db, broadcast.id, _STOPPABLE, "awaiting_approval", **values):
        return
    await broadcasts.expect(db, broadcast.id, people)
    editors = await working(db, broadcast.campaign_id, "editor")
    await _request(db, broadcast, [one.telegram_id for one in editors], now)


async def begin(db: Connection, broadcast: Broadcast, *, now: datetime) -> None:
    """Send an update whose time has come (`life.begin`), unless somebody has to agree first."""
    current = await states.locked(db, broadcast.id)
    if current is None or current.status != "scheduled":
        return
    if not states.is_stale(current, now) and await is_needed(db, current):
        await hold_up(db, current, now=now)
        return
    await states.begin(db, current, now=now)


async def start(db: Connection, broadcast_id: int, *, now: datetime) -> bool:
    """Send an update now; False if it waits until somebody has agreed.

    Raises:
        NotInThatState: it has been sent, is being sent, or has been cancelled.
    """
    current = await states.locked(db, broadcast_id)
    if current is not None and await is_needed(db, current):
        await hold_up(db, current, now=now)
        return False
    await states.start(db, broadcast_id, now=now)
    return True


async def resume(db: Connection, broadcast_id: int, *, now: datetime) -> bool:
    """Go on where an update was paused; False if it waits until somebody has agreed.

    Raises:
        NotInThatState: it is not paused.
    """
    current = await states.locked(db, broadcast_id)
    if current is not None and current.status == "paused" and await is_needed(db, current):
        await hold_up(db, current, now=now)
        return False
    await states.resume(db, broadcast_id, now=now)
    return True


async def move(
    db: Connection, broadcast_id: int, due_at: datetime, by: int, *, now: datetime
) -> None:
    """Give an update another time (UTC). Who moves it has worked on it: if they had agreed to it,
    somebody else has to.

    Args:
        by: the supporter's id of who moves it.

    Raises:
        NotInThatState: it has no time, or has begun to go out.
    """
    await states.reschedule(db, broadcast_id, due_at, now=now)
    await broadcast_editors.add(db, broadcast_id, by, now)
    moved = await broadcasts.of(db, broadcast_id)
    if moved is not None and moved.status == "scheduled" and await is_needed(db, moved):
        await hold_up(db, moved, now=now)


async def agree(
    db: Connection, broadcast_id: int, supporter_id: int, *, seen: str, now: datetime
) -> None:
    """Agree to an update: it goes at its time, or now if that has come.

    Args:
        supporter_id: of an editor or owner.
        seen: the digest of what they were shown, or how it begins.
        now: UTC.

    Raises:
        OwnUpdate: they have worked on it themselves.
        NotAsSeen: it has been changed since.
        NotInThatState: it does not wait for that.
    """
    current = await states.locked(db, broadcast_id)
    if current is None or current.status != "awaiting_approval":
        raise NotInThatState(current.status if current else "gone")
    given = await terms_of(db, current.campaign_id)
    digest = digest_of(current, given)
    if not seen or not digest.startswith(seen):
        raise NotAsSeen
    if supporter_id in await worked_on(db, current):
        raise OwnUpdate
    await broadcasts.agree_to(db, broadcast_id, supporter_id, digest)
    await states.go_ahead(db, broadcast_id, now=now)
    if current.act == "correct":
        await _pass_on(db, current, supporter_id, given)


async def agree_as_before(db: Connection, broadcast: Broadcast, before: Broadcast) -> None:
    """Let an agreement to what the bot wrote last time hold for what it has written now: other
    figures, under the same titles."""
    given = await terms_of(db, broadcast.campaign_id)
    titles = [Options.from_dict(one.options).titles for one in (broadcast, before)]
    if before.approved_by is None or titles != [digest_of_titles(given)] * 2:
        return
    if await holds(db, before, given):
        digest = digest_of(broadcast, given)
        await broadcasts.agree_to(db, broadcast.id, before.approved_by, digest)


async def refuse(db: Connection, broadcast_id: int, *, now: datetime) -> None:
    """Do not agree: it is a draft again, or paused if some have got it.

    Raises:
        NotInThatState: it does not wait for that.
    """
    current = await states.locked(db, broadcast_id)
    if current is not None and current.started_at is not None:
        if current.status != "awaiting_approval":
            raise NotInThatState(current.status)
        await states.pause(db, broadcast_id)
        return
    await states.take_back(db, broadcast_id, now=now)


async def admit(
    db: Connection, broadcast: Broadcast, supporter_ids: Sequence[int]
) -> Collection[int]:
    """Which of these people may be sent an update now: all, if somebody has agreed to it or nobody
    need; otherwise as many as may read its words in all, and those who may have read them."""
    if not supporter_ids or broadcast.act == "retract":
        return supporter_ids
    if not await campaigns.approval_above(db, broadcast.campaign_id):  # nearly always
        return supporter_ids
    given = await terms_of(db, broadcast.campaign_id)
    if await holds(db, broadcast, given):
        return supporter_ids
    campaign_id, words = broadcast.campaign_id, words_of(broadcast, given)
    await unagreed_readers.lock(db, campaign_id)
    known = await unagreed_readers.among(db, campaign_id, words, supporter_ids)
    readers = await unagreed_readers.count(db, campaign_id, words)
    room = max(0, given.limit - max(readers, broadcast.sent + broadcast.unknown))
    more = [one for one in supporter_ids if one not in known][:room]
    await unagreed_readers.add(db, campaign_id, words, more)
    return {*known, *more}


async def _request(
    db: Connection, broadcast: Broadcast, telegram_ids: Collection[int], now: datetime
) -> None:
    """Have each of these people told; what they were to be told before of it is out of date."""
    await notifications.withdraw(db, REQUEST, broadcast.id, now)
    await notifications.add(
        db,
        telegram_ids,
        REQUEST,
        campaign_id=broadcast.campaign_id,
        subject_id=broadcast.id,
        least_role="editor",
        now=now,
    )


async def _pass_on(db: Connection, correction: Broadcast, supporter_id: int, given: Terms) -> None:
    """Who agrees to a correction agrees to the words of the update that it corrects, once it has
    them: not while the correction still waits for its time."""
    original = await broadcasts.of(db, correction.follows) if correction.follows else None
    if original is not None and original.content == correction.content:
        await broadcasts.agree_to(db, original.id, supporter_id, digest_of(original, given))
