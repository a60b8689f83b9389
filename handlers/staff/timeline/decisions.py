"""What came of a decision: the question that staff are asked when its day is over."""

from dataclasses import replace

from campaign import decisions as rules
from campaign.errors import Settled
from campaign.petition import Petition
from campaign.timeline import Entry
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import may_edit
from handlers.staff.timeline import entries, form
from handlers.staff.timeline.announce import tell
from handlers.supporter.home import front_door
from storage import decisions
from storage.decisions import Decision
from storage.handins import Handin


def question(petition: Petition, entry: Entry, language: str) -> Screen:
    """It was expected, and nobody has said what came of it: announced, postponed, still open?"""
    variables = {
        "campaign": petition.view(language),
        "entry": entry,
        "zone": petition.definition.timezone,
    }
    which = entry.decision_id
    acts = ("announced", "postponed", "waiting")
    rows = [[Button(f"decision_{act}", f"decided:{which}:{act}")] for act in acts]
    return Screen(Text("story/passed", variables), rows)


def counted(petition: Petition, handin: Handin, language: str) -> Screen:
    """The petition has been handed in: with how many, and the thanks that are ready."""
    variables = {
        "campaign": petition.view(language),
        "total": handin.total or 0,
        "live": handin.live or 0,
        "offline": handin.offline or 0,
        "at": handin.frozen_at,
        "zone": petition.definition.timezone,
        "closed": handin.closes_signing,
    }
    look = f"thanks:{handin.id}"
    return Screen(Text("story/counted", variables), [[Button("story_thanks", look)]])


async def tapped(visit: Visit) -> Screen:
    """Somebody of the staff answers; what is settled already is shown as it is."""
    decision = await decisions.of(visit.db, int(visit.args[0]))
    petition = visit.petition(decision.campaign_id) if decision else None
    if decision is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    if decision.state not in decisions.OPEN:
        return await _settled(visit, petition, decision)
    match visit.args[1]:
        case "announced":
            return await form.begin(visit, petition, "outcome", about=decision.id)
        case "postponed":
            return await form.begin(visit, petition, "postponed", about=decision.id)
    try:
        await rules.still_waiting(visit.db, petition, decision, by=visit.supporter, now=visit.now)
    except Settled:
        return await _settled(visit, petition, decision)
    return await tell(visit, petition, decision.event_id, "waiting")


async def _settled(visit: Visit, petition: Petition, decision: Decision) -> Screen:
    shown = await entries.see(visit, petition, decision.event_id)
    return replace(shown, toast="toast/done_already", fresh=True)
