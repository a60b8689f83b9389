"""Reminders: each once, kindly, and never to somebody who would rather not.

"unfinished" is a service message about what the person has begun themselves: it asks whether to go
on, and promotes nothing. "share" asks for support, so it takes their consent to updates (PECR reg.
22, https://www.legislation.gov.uk/uksi/2003/2426/regulation/22). See docs/privacy.md.

Where a chat cannot be written to, both go by email: "share" to who hears of the petition there,
"unfinished" to who hears of any. An address that no code has proved gets neither.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from campaign.broadcasts import quiet_hours
from campaign.petition import Petition
from storage import deliveries, personal_letters, reminders
from storage.addresses import EMAIL, TELEGRAM
from storage.database import Connection
from storage.reminders import Due
from storage.supporters import Supporter

Kind = Literal["unfinished", "share"]
AFTER: Mapping[Kind, timedelta] = {"unfinished": timedelta(days=1), "share": timedelta(days=3)}
TOO_LATE = timedelta(days=14)
"""What could not be sent for so long (the bot was away) would surprise, not remind."""

Decision = Literal["send", "drop"] | datetime
"""A moment (UTC): look again then."""


async def arm(
    db: Connection, petition: Petition, supporter_id: int, kind: Kind, *, now: datetime
) -> None:
    """From now (UTC) on the person may have to be reminded. Once: not if they have been before."""
    await reminders.arm(db, petition.id, supporter_id, kind, now + AFTER[kind], now=now)


async def decline(
    db: Connection, petition: Petition, supporter: Supporter, kind: Kind, *, now: datetime
) -> None:
    """Never again of this petition. `now` is UTC."""
    await reminders.settle(db, petition.id, supporter.id, kind, "declined", now=now)


async def never(db: Connection, supporter: Supporter, *, now: datetime) -> None:
    """Never again, whatever the petition. `now` is UTC."""
    await reminders.never(db, supporter.id, now)


async def claim_next(
    db: Connection,
    petitions: Mapping[int, Petition],
    *,
    now: datetime,
    look_at: int = 100,
    emails: bool = False,
) -> tuple[Due | None, bool]:
    """Take the reminder that has waited longest for sent, before it is: whatever happens, nobody
    gets it twice. What need not be sent any more is settled on the way, what has to wait waits, and
    what goes by email is left to storage.personal_letters.

    Args:
        petitions: those published, by id.
        now: UTC.
        look_at: at most so many rows.
        emails: whether there are emails.

    Returns:
        The reminder for a chat, if there is one; and whether there may be more.
    """
    due = await reminders.due(db, now, look_at)
    for one in due:
        through = channel_of(one)
        if through == EMAIL and not emails:
            through = None
        decision = await decide(db, petitions.get(one.campaign_id), one, now) if through else "drop"
        if isinstance(decision, datetime):
            await reminders.wait(db, one, decision)
            continue
        outcome: reminders.Outcome = "sent" if decision == "send" else "dropped"
        await reminders.settle(db, one.campaign_id, one.supporter_id, one.kind, outcome, now=now)
        if decision == "send" and through == EMAIL:
            await personal_letters.add(db, one.supporter_id, one.campaign_id, one.kind, now=now)
        elif decision == "send":
            return one, True
    return None, len(due) == look_at


async def give_back(db: Connection, one: Due) -> None:
    """It is known not to have been sent: it is due again."""
    await reminders.give_back(db, one)


def channel_of(one: Due) -> str | None:
    """By which channel it goes: the chat, where that can be written to and they hear there; None
    if by none."""
    unfinished = one.kind == "unfinished"
    if one.reachable and (unfinished or one.hears):
        return TELEGRAM
    return EMAIL if (one.has_email if unfinished else one.emailed) else None


async def decide(db: Connection, petition: Petition | None, one: Due, now: datetime) -> Decision:
    """Whether a reminder whose time has come is sent now (UTC), later, or not at all."""
    if petition is None or not petition.is_open or one.never:
        return "drop"
    if now - one.due_at > TOO_LATE:
        return "drop"
    if one.kind == "unfinished":
        decision = _of_unfinished(petition, one, now)
    else:
        decision = await _of_share(db, petition, one, now)
    if decision != "send":
        return decision
    hours = [petition.definition.quiet_hours, one.quiet_hours or ""]
    return quiet_hours.quiet_for_all_until(now, hours, petition.zone) or "send"


def _of_unfinished(petition: Petition, one: Due, now: datetime) -> Decision:
    form = one.answers.get(str(petition.id))
    if not petition.definition.remind_unfinished or one.signed or form is None:
        return "drop"
    if form.get("amending"):
        return "drop"
    rested = one.wrote_at + AFTER["unfinished"]
    return rested if rested > now else "send"


async def _of_share(db: Connection, petition: Petition, one: Due, now: datetime) -> Decision:
    wanted = petition.definition.remind_share and not one.mutes
    if not wanted or not one.signed or one.shared_at is not None:
        return "drop"
    most = petition.definition.most_a_day
    if most == 0:
        return "send"
    today = quiet_hours.day_began(now, petition.zone)
    if await deliveries.sent_since(db, one.supporter_id, today) < most:
        return "send"
    return quiet_hours.next_day(now, petition.zone)
