"""The timeline for staff: all entries, one entry, and removing one."""

from dataclasses import replace
from math import ceil
from typing import Literal

from campaign import decisions, timeline
from campaign.errors import ChangedSince, Settled
from campaign.handin import plan
from campaign.petition import Petition
from campaign.timeline import Entry
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import preview
from handlers.staff.desk.buttons import to_desk
from handlers.staff.permissions import petition_as
from handlers.staff.timeline.announce import tell
from handlers.staff.timeline.buttons import (
    EditEntry,
    ListEntries,
    OfferKinds,
    ReportDecision,
    WorkOnEntry,
)
from storage import broadcasts, events, handins
from storage import decisions as kept_decisions
from storage.events import Event

ON_A_PAGE = 8


async def everything(context: Context, petition: Petition, page: int = 0) -> Screen:
    """What stands in it, the newest first, and what can be added."""
    found = await timeline.of_events(context.db, petition, context.language)
    pages = max(1, ceil(len(found) / ON_A_PAGE))
    page = min(page, pages - 1)
    rows = [
        [Button("story_entry", WorkOnEntry(one.event_id, "see"), variables=_named(context, one))]
        for one in found[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    ]
    turn = [("story_later", page - 1), ("story_earlier", page + 1)]
    leaves = [Button(label, ListEntries(petition.id, to)) for label, to in turn if 0 <= to < pages]
    variables = {"campaign": petition.view(context.language), "count": len(found)}
    add = Button("story_add", OfferKinds(petition.id))
    return Screen(
        Text("timeline/list", variables),
        [*rows, *([leaves] if leaves else []), [add, to_desk(petition.id)]],
    )


def _named(context: Context, entry: Entry) -> dict[str, str]:
    kind = context.services.renderer.label(f"story_kind_{entry.kind}", context.language)
    return {"kind": kind, "words": entry.who or entry.what or entry.place}


async def changed(context: Context, petition: Petition, event_id: int) -> Screen:
    """The entry as it is now, after a change."""
    return replace(await see(context, petition, event_id), toast="toast/saved", fresh=True)


async def see(context: Context, petition: Petition, event_id: int) -> Screen:
    """One entry as supporters see it, and what can be done with it."""
    entry = await timeline.one(context.db, petition, event_id, context.language)
    if entry is None:
        return replace(await everything(context, petition), toast="toast/stale")
    variables = {
        "campaign": petition.view(context.language),
        "entry": entry,
        "zone": petition.definition.timezone,
    }
    acts = [Button("story_tell", WorkOnEntry(event_id, "tell"))]
    if entry.state not in ("made", "held", "cancelled"):
        acts.insert(0, Button("story_edit", EditEntry(event_id)))
    rows = [acts]
    if entry.state in ("expected", "asked"):
        rows.append(
            [
                Button("decision_announced", ReportDecision(entry.decision_id, "announced")),
                Button("decision_postponed", ReportDecision(entry.decision_id, "postponed")),
            ]
        )
    if entry.state == "planned":
        rows.append([Button("handin_off", WorkOnEntry(event_id, "off"))])
    elif entry.state != "held":
        rows.append([Button("story_remove", WorkOnEntry(event_id, "remove"))])
    rows.append([Button("back", ListEntries(petition.id, 0))])
    return Screen(Text("timeline/entry", variables), rows)


async def event_as_editor(context: Context, event_id: int) -> tuple[Petition, Event]:
    """An event and its campaign, for those who may change them.

    Raises:
        Gone: there is no such event, or its campaign is gone.
        NotAllowed: the person is no editor there.
    """
    event = await events.of(context.db, event_id)
    if event is None:
        raise Gone
    petition = await petition_as(context, event.campaign_id, "editor")
    return petition, event


async def work_on(context: Context, action: WorkOnEntry) -> Screen:
    """See one, tell of it, call it off or take it out; the latter two ask once more."""
    event_id = action.event_id
    petition, _ = await event_as_editor(context, event_id)
    if action.act in ("remove", "off") and not action.sure:
        return await _sure(context, petition, event_id, action.act)
    try:
        match action.act:
            case "remove":
                return await _remove(context, petition, event_id)
            case "off":
                return await _call_off(context, petition, event_id)
            case "tell":
                return await _tell(context, petition, event_id)
    except (ChangedSince, Settled):
        return replace(await see(context, petition, event_id), toast="toast/stale")
    return await see(context, petition, event_id)


async def _sure(
    context: Context, petition: Petition, event_id: int, act: Literal["remove", "off"]
) -> Screen:
    entry = await timeline.one(context.db, petition, event_id, context.language)
    if entry is None:
        return replace(await everything(context, petition), toast="toast/stale")
    variables = {"entry": entry, "zone": petition.definition.timezone, "act": act}
    yes = Button(f"story_{act}_yes", WorkOnEntry(event_id, act, "yes"))
    back = Button("back", WorkOnEntry(event_id, "see"))
    return Screen(Text("timeline/sure", variables), [[yes], [back]])


async def _remove(context: Context, petition: Petition, event_id: int) -> Screen:
    event = await events.of(context.db, event_id)
    if event is None or event.removed_at is not None:
        raise ChangedSince
    planned = await handins.planned(context.db, petition.id)
    if planned is not None and planned.event_id == event.id:
        raise Settled  # it is called off instead
    await timeline.remove(context.db, event, actor=context.supporter.telegram_id, now=context.now)
    if decision := await kept_decisions.of_event(context.db, event.id):
        await decisions.drop(context.db, decision, by=context.supporter, now=context.now)
    return replace(await everything(context, petition), toast="toast/saved")


async def _call_off(context: Context, petition: Petition, event_id: int) -> Screen:
    planned = await handins.planned(context.db, petition.id)
    if planned is None or planned.event_id != event_id:
        raise Settled
    await plan.call_off(context.db, planned, by=context.supporter, now=context.now)
    return await tell(context, petition, event_id, "handin_off")


async def _tell(context: Context, petition: Petition, event_id: int) -> Screen:
    """The update that lies ready; a new one if it has gone out, or is older than the entry."""
    entry = await timeline.one(context.db, petition, event_id, context.language)
    event = await events.of(context.db, event_id)
    if entry is None or event is None:
        raise ChangedSince
    draft = await broadcasts.of(context.db, event.broadcast_id or 0)
    if draft and draft.status == "draft" and draft.created_at >= event.updated_at:
        return await preview.show(context, petition, draft)
    templates = {"made": "outcome", "held": "handin_held", "cancelled": "handin_off"}
    return await tell(context, petition, event_id, templates.get(entry.state, ""))


ROUTES = Routes(actions={WorkOnEntry: work_on})
