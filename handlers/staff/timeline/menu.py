"""/event: staff add to the story, and change what stands in it."""

from typing import Any

from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.permissions import petition_as
from handlers.staff.timeline import flows, form, overview, state
from handlers.staff.timeline.buttons import EditEntry, ListEntries, OfferKinds
from storage import decisions, handins
from storage.events import Event


class BeginEntry(Action, prefix="event:new"):
    petition_id: int
    kind: str


@command_as("editor")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/event: what to add; or go on with what has been begun. For staff only."""
    return await form.resumed(context) or await _kinds(context, petition)


async def list_entries(context: Context, action: ListEntries) -> Screen:
    """All that stands in the story, page by page."""
    petition = await petition_as(context, action.petition_id, "editor")
    return await overview.everything(context, petition, action.page)


async def offer_kinds(context: Context, action: OfferKinds) -> Screen:
    """What can be added."""
    petition = await petition_as(context, action.petition_id, "editor")
    return await _kinds(context, petition)


async def begin(context: Context, action: BeginEntry) -> Screen:
    """A kind has been chosen: its first question."""
    petition, kind = await petition_as(context, action.petition_id, "editor"), action.kind
    if kind not in flows.NEW:
        raise Gone
    if kind == "handin" and (planned := await handins.planned(context.db, petition.id)):
        return await overview.see(context, petition, planned.event_id)
    return await form.begin(context, petition, kind)


async def edit(context: Context, action: EditEntry) -> Screen:
    """Change one: its sheet, filled in with what stands there."""
    petition, event = await overview.event_as_editor(context, action.event_id)
    answers = await _answers(context, petition, event)
    if event.removed_at is not None or answers is None:
        return await overview.see(context, petition, event.id)
    return await form.begin(
        context, petition, event.kind, about=event.id, version=event.version, answers=answers
    )


async def _kinds(context: Context, petition: Petition) -> Screen:
    buttons = [Button(f"story_kind_{kind}", BeginEntry(petition.id, kind)) for kind in flows.NEW]
    rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
    whole = Button("story_all", ListEntries(petition.id, 0))
    return Screen(
        Text("timeline/kinds", {"campaign": petition.view(context.language)}), [*rows, [whole]]
    )


async def _answers(context: Context, petition: Petition, event: Event) -> dict[str, Any] | None:
    """What stands there as answers; None if it is settled and can be changed no more."""
    answers: dict[str, Any] = {
        "link": event.link,
        "when": event.starts_at.isoformat() if event.starts_at else None,
    }
    if event.kind == "decision":
        decision = await decisions.of_event(context.db, event.id)
        if decision is None or decision.state not in decisions.OPEN:
            return None
        first, last = decision.expected_from, decision.expected_to
        answers["days"] = {"first": first.isoformat(), "last": last.isoformat()}
    if event.kind == "handin":
        handin = (await handins.of_campaign(context.db, petition.id)).get(event.id)
        if handin is None or handin.state != "planned":
            return None
        answers["closes"] = "closes_yes" if handin.closes_signing else "closes_no"
    for asked in state.asked_of(petition, flows.STEPS[event.kind]):
        if asked.language:
            words = event.texts.get(asked.language, {}).get(asked.name)
            answers[asked.key] = words
    return answers


ROUTES = Routes(
    commands={"event": Command(command, least="editor")},
    actions={
        BeginEntry: begin,
        ListEntries: list_entries,
        OfferKinds: offer_kinds,
        EditEntry: edit,
    },
)
