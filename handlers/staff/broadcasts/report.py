"""What has come of an update: why some failed, what people tapped, and who signed after it."""

from dataclasses import replace
from datetime import datetime

from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts.controls import progress
from handlers.staff.permissions import may_look
from handlers.supporter.home import home
from storage import broadcast_taps, broadcasts, delivery_stats
from storage.broadcasts import Broadcast
from storage.database import Connection

ENDED = ("done", "cancelled")
MOST_REASONS = 3


async def again(context: Context) -> Screen:
    """The report with the figures of this moment."""
    broadcast = await broadcasts.of(context.db, int(context.args[0]))
    petition = context.find_petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_look(context, petition):
        return await home(context)
    if broadcast.status not in ENDED:
        return progress(broadcast, petition, context.language, context.now)
    newest = await report(context.db, broadcast, petition, context.language, context.now)
    return replace(newest, toast="toast/newest")


async def report(
    db: Connection, broadcast: Broadcast, petition: Petition, language: str, now: datetime
) -> Screen:
    """How an update that has ended went. `now` is UTC."""
    ended = progress(broadcast, petition, language, now)
    if broadcast.act != "send" or broadcast.started_at is None:
        return ended
    taps = await broadcast_taps.count_by_button(db, broadcast.id)
    variables = {
        "reasons": await delivery_stats.reasons(db, broadcast.id, MOST_REASONS),
        "taps": {button: taps.get(button, 0) for button in ("sign", "share")},
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
        buttons=[*ended.buttons, [Button("report_again", f"report:{broadcast.id}")]],
    )
