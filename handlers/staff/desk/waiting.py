"""What waits for staff: each kind with its count, and what a tap on it opens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from campaign import desk
from campaign.broadcasts import agreement
from campaign.petition import Petition
from campaign.staff import may
from handlers.context import Context, Gone
from handlers.screens import Button, Screen
from handlers.staff import comments, lookalikes
from handlers.staff.broadcasts import approval
from handlers.staff.desk import updates
from handlers.staff.desk.buttons import SeeWaiting, to_desk
from handlers.staff.inbox import conversations
from handlers.staff.permissions import petition_as
from handlers.staff.timeline import overview
from storage import broadcasts
from storage import comments as kept_comments
from storage import inbox as kept_inbox
from storage import lookalikes as kept_lookalikes
from storage.broadcasts import Broadcast


@dataclass(frozen=True, slots=True)
class Provider:
    """One kind of thing that may wait.

    Attributes:
        name: its button's label is `desk_<name>`, with the count.
        least: the lowest role that sees it.
        opens: the first of them, or a list.
    """

    name: str
    least: str
    count: Callable[[Context, Petition], Awaitable[int]]
    opens: Callable[[Context, Petition], Awaitable[Screen]]


async def waiting_for(context: Context, petition: Petition, role: str) -> list[Button]:
    """A button for each kind of which something waits for this role, in their order."""
    found = []
    for one in PROVIDERS:
        if may(role, one.least) and (count := await one.count(context, petition)):
            action = SeeWaiting(petition.id, one.name)
            found.append(Button(f"desk_{one.name}", action, variables={"count": count}))
    return found


async def see(context: Context, action: SeeWaiting) -> Screen:
    """The first of what waits, with the way back to the desk."""
    provider = next((one for one in PROVIDERS if one.name == action.what), None)
    if provider is None:
        raise Gone
    petition = await petition_as(context, action.petition_id, provider.least)
    shown, back = await provider.opens(context, petition), to_desk(petition.id)
    leads_back = any(back in row for row in shown.buttons)
    return shown if leads_back else replace(shown, buttons=[*shown.buttons, [back]])


async def _approvals(context: Context, petition: Petition) -> list[Broadcast]:
    """Updates that the person can agree to: they have not worked on them."""
    found = await broadcasts.waiting(context.db, petition.id, "awaiting_approval")
    me = context.supporter.id
    return [one for one in found if me not in await agreement.worked_on(context.db, one)]


async def _count_approvals(context: Context, petition: Petition) -> int:
    return len(await _approvals(context, petition))


async def _approve(context: Context, petition: Petition) -> Screen:
    for one in await _approvals(context, petition):
        return replace(await approval.asked(context, petition, one), fresh=True)
    return await updates.listed(context, petition)


async def _count_paused(context: Context, petition: Petition) -> int:
    return len(await broadcasts.waiting(context.db, petition.id, "paused"))


async def _paused(context: Context, petition: Petition) -> Screen:
    """The one that is paused; the list, which begins with them, if they are several."""
    found = await broadcasts.waiting(context.db, petition.id, "paused")
    if len(found) == 1:
        return await updates.sheet(context, petition, found[0])
    return await updates.listed(context, petition)


async def _count_dates(context: Context, petition: Petition) -> int:
    return len(await desk.asked_about(context.db, petition))


async def _dates(context: Context, petition: Petition) -> Screen:
    for one in await desk.asked_about(context.db, petition):
        return await overview.see(context, petition, one.event_id)
    return await overview.everything(context, petition)


async def _count_inbox(context: Context, petition: Petition) -> int:
    return await kept_inbox.count_waiting(context.db, petition.id)


async def _count_lookalikes(context: Context, petition: Petition) -> int:
    return await kept_lookalikes.count(context.db, petition.id)


async def _count_comments(context: Context, petition: Petition) -> int:
    """Those of today and yesterday that nothing has been done with yet."""
    today = context.now.astimezone(petition.zone).date()
    since = datetime.combine(today - timedelta(days=1), time(), petition.zone)
    return await kept_comments.written_since(context.db, petition.id, since, undecided=True)


PROVIDERS: tuple[Provider, ...] = (
    Provider("paused", "editor", _count_paused, _paused),
    Provider("inbox", "editor", _count_inbox, conversations.page),
    Provider("approvals", "editor", _count_approvals, _approve),
    Provider("dates", "editor", _count_dates, _dates),
    Provider("lookalikes", "owner", _count_lookalikes, lookalikes.longest_waiting),
    Provider("comments", "editor", _count_comments, comments.newest),
)
"""In the order in which they are shown; another kind is another line, and a label."""
