"""Ask staff what came of a decision when its day is over."""

from dataclasses import replace
from typing import get_args

from campaign import decisions as rules
from campaign import timeline
from campaign.errors import Settled
from campaign.petition import Petition
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import petition_as
from handlers.staff.timeline import form, overview
from handlers.staff.timeline.announce import tell
from handlers.staff.timeline.buttons import DecisionAnswer, ReportDecision
from handlers.staff.timeline.thanks import ShowThanks
from storage import decisions, handins
from storage.decisions import Decision


async def question(reader: Reader) -> Screen:
    """It was expected, and nobody has said what came of it: announced, postponed, still open?"""
    petition, decision = reader.petition, await decisions.of(reader.db, reader.subject_id)
    if decision is None or decision.state != "asked":
        raise Gone
    entry = await timeline.one(reader.db, petition, decision.event_id, reader.language)
    if entry is None:
        raise Gone
    variables = {
        "campaign": petition.view(reader.language),
        "entry": entry,
        "zone": petition.definition.timezone,
    }
    rows = [
        [Button(f"decision_{answer}", ReportDecision(decision.id, answer))]
        for answer in get_args(DecisionAnswer)
    ]
    return Screen(Text("timeline/passed", variables), rows)


async def counted(reader: Reader) -> Screen:
    """The petition has been handed in: with how many, and the thanks that are ready."""
    petition, handin = reader.petition, await handins.of(reader.db, reader.subject_id)
    if handin is None:
        raise Gone
    variables = {
        "campaign": petition.view(reader.language),
        "total": handin.total or 0,
        "live": handin.live or 0,
        "offline": handin.offline or 0,
        "at": handin.frozen_at,
        "zone": petition.definition.timezone,
        "closed": handin.closes_signing,
    }
    thanks = Button("story_thanks", ShowThanks(handin.id))
    return Screen(Text("timeline/counted", variables), [[thanks]])


async def report(context: Context, action: ReportDecision) -> Screen:
    """Somebody of the staff answers; what is settled already is shown as it is."""
    decision = await decisions.of(context.db, action.decision_id)
    if decision is None:
        raise Gone
    petition = await petition_as(context, decision.campaign_id, "editor")
    if decision.state not in decisions.OPEN:
        return await _settled(context, petition, decision)
    match action.answer:
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
    shown = await overview.see(context, petition, decision.event_id)
    return replace(shown, toast="toast/done_already", fresh=True)


ROUTES = Routes(actions={ReportDecision: report})
