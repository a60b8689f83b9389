"""Report on an update: failures, taps on its buttons, and signatures after it."""

from dataclasses import replace
from datetime import datetime

from campaign.broadcasts.content import Content
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts.controls import progress
from handlers.staff.permissions import broadcast_as
from storage import broadcast_taps, delivery_stats
from storage.broadcasts import Broadcast
from storage.database import Connection

ENDED = ("done", "cancelled")
MOST_REASONS = 3


class RefreshReport(Action, prefix="report"):
    broadcast_id: int


async def refresh(context: Context, action: RefreshReport) -> Screen:
    """The report with the figures of this moment."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "viewer")
    if broadcast.status not in ENDED:
        return await progress(context.db, broadcast, petition, context.language, context.now)
    newest = await report(context.db, broadcast, petition, context.language, context.now)
    return replace(newest, toast="toast/newest")


async def report(
    db: Connection, broadcast: Broadcast, petition: Petition, language: str, now: datetime
) -> Screen:
    """How an update that has ended went. `now` is UTC."""
    ended = await progress(db, broadcast, petition, language, now)
    if broadcast.act != "send" or broadcast.started_at is None:
        return ended
    content = Content.from_dict(broadcast.content)
    taps = await broadcast_taps.count_by_button(db, broadcast.id)
    variables = {
        "reasons": await delivery_stats.reasons(db, broadcast.id, MOST_REASONS),
        "taps": {one.kind: taps.get(one.kind, 0) for one in content.buttons if one.kind != "link"},
        "left_kind": taps.get("kind", 0),
        "left_all": taps.get("stop", 0),
        "signed": await delivery_stats.signed_after(db, broadcast),
        "at": now,
        "zone": petition.definition.timezone,
    }
    return replace(
        ended,
        above=ended.body,
        body=Text("broadcasts/report", variables),
        buttons=[*ended.buttons, [Button("report_again", RefreshReport(broadcast.id))]],
    )


ROUTES = Routes(actions={RefreshReport: refresh})
