"""/event: staff add to the story, and change what stands in it."""

from typing import Any

from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_edit
from handlers.staff.timeline import entries, flows, form, state
from handlers.supporter.home import front_door
from storage import decisions, events, handins
from storage.events import Event


@command_as("editor")
async def command(visit: Visit, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/event: what shall be added; or where one is with what one has begun. For staff only."""
    if await state.current(visit, flows.STEPS) is not None:
        return await form.present(visit)
    return await _kinds(visit, petition)


async def listed(visit: Visit) -> Screen:
    """All that stands in the story, page by page; or what can be added."""
    petition, page = visit.petition(visit.args[0]), visit.args[1]
    if petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    if page == "add":
        return await _kinds(visit, petition)
    return await entries.everything(visit, petition, int(page))


async def new(visit: Visit) -> Screen:
    """A kind has been chosen: its first question."""
    petition, kind = visit.petition(visit.args[0]), visit.args[1]
    if petition is None or kind not in flows.NEW or not await may_edit(visit, petition):
        return await front_door(visit)
    if kind == "handin" and (planned := await handins.planned(visit.db, petition.id)):
        return await entries.see(visit, petition, planned.event_id)
    return await form.begin(visit, petition, kind)


async def edit(visit: Visit) -> Screen:
    """Change one: its sheet, filled in with what stands there."""
    event = await events.of(visit.db, int(visit.args[0]))
    petition = visit.petition(event.campaign_id) if event else None
    if event is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    answers = await _answers(visit, petition, event)
    if event.removed_at is not None or answers is None:
        return await entries.see(visit, petition, event.id)
    return await form.begin(
        visit, petition, event.kind, about=event.id, version=event.version, answers=answers
    )


async def _kinds(visit: Visit, petition: Petition) -> Screen:
    buttons = [
        Button(f"story_kind_{kind}", f"event:new:{petition.id}:{kind}") for kind in flows.NEW
    ]
    rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
    whole = Button("story_all", f"events:{petition.id}:0")
    return Screen(
        Text("story/kinds", {"campaign": petition.view(visit.language)}), [*rows, [whole]]
    )


async def _answers(visit: Visit, petition: Petition, event: Event) -> dict[str, Any] | None:
    """What stands there as answers; None if it is settled and can be changed no more."""
    answers: dict[str, Any] = {
        "link": event.link,
        "when": event.starts_at.isoformat() if event.starts_at else None,
    }
    if event.kind == "decision":
        decision = await decisions.of_event(visit.db, event.id)
        if decision is None or decision.state not in decisions.OPEN:
            return None
        first, last = decision.expected_from, decision.expected_to
        answers["days"] = {"first": first.isoformat(), "last": last.isoformat()}
    if event.kind == "handin":
        handin = (await handins.of_campaign(visit.db, petition.id)).get(event.id)
        if handin is None or handin.state != "planned":
            return None
        answers["closes"] = "closes_yes" if handin.closes_signing else "closes_no"
    for asked in state.asked_of(petition, flows.STEPS[event.kind]):
        if asked.language:
            words = event.texts.get(asked.language, {}).get(asked.name)
            answers[asked.key] = words
    return answers
