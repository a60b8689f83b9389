"""What came of a decision: the question that staff are asked when its day is over."""

from dataclasses import replace

from campaign import decisions as rules
from campaign import timeline
from campaign.errors import Settled
from campaign.petition import Petition
from handlers.context import Context
from handlers.notifications import Reader
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import may_edit
from handlers.staff.timeline import entries, form
from handlers.staff.timeline.announce import tell
from handlers.supporter.home import home
from storage import decisions, handins
from storage.decisions import Decision


async def question(reader: Reader) -> Screen | None:
    """It was expected, and nobody has said what came of it: announced, postponed, still open?"""
    petition, decision = reader.petition, await decisions.of(reader.db, reader.subject_id)
    if petition is None or decision is None or decision.state != "asked":
        return None
    entry = await timeline.one(reader.db, petition, decision.event_id, reader.language)
    if entry is None:
        return None
    variables = {
        "campaign": petition.view(reader.language),
        "entry": entry,
        "zone": petition.definition.timezone,
    }
    acts = ("announced", "postponed", "waiting")
    rows = [[Button(f"decision_{act}", f"decided:{decision.id}:{act}")] for act in acts]
    return Screen(Text("timeline/passed", variables), rows)


async def counted(reader: Reader) -> Screen | None:
    """The petition has been handed in: with how many, and the thanks that are ready."""
    petition, handin = reader.petition, await handins.of(reader.db, reader.subject_id)
    if petition is None or handin is None:
        return None
    variables = {
        "campaign": petition.view(reader.language),
        "total": handin.total or 0,
        "live": handin.live or 0,
        "offline": handin.offline or 0,
        "at": handin.frozen_at,
        "zone": petition.definition.timezone,
        "closed": handin.closes_signing,
    }
    look = f"thanks:{handin.id}"
    return Screen(Text("timeline/counted", variables), [[Button("story_thanks", look)]])


async def tapped(context: Context) -> Screen:
    """Somebody of the staff answers; what is settled already is shown as it is."""
    decision = await decisions.of(context.db, int(context.args[0]))
    petition = context.find_petition(decision.campaign_id) if decision else None
    if decision is None or petition is None or not await may_edit(context, petition):
        return await home(context)
    if decision.state not in decisions.OPEN:
        return await _settled(context, petition, decision)
    match context.args[1]:
        case "announced":
            return await form.begin(context, petition, "outcome", about=decision.id)
        case "postponed":
            return await form.begin(context, petition, "postponed", about=decision.id)
    try:
        await rules.still_waiting(
            context.db, petition, decision, by=context.supporter, now=context.now
        )
    except Settled:
        return await _settled(context, petition, decision)
    return await tell(context, petition, decision.event_id, "waiting")


async def _settled(context: Context, petition: Petition, decision: Decision) -> Screen:
    shown = await entries.see(context, petition, decision.event_id)
    return replace(shown, toast="toast/done_already", fresh=True)
