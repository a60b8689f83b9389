"""Ready updates about what is new in the story, one tap from being sent."""

from typing import Any

from campaign import timeline
from campaign.broadcasts import agreement, drafts
from campaign.broadcasts.content import LinkButton
from campaign.petition import Petition
from campaign.timeline import Entry
from handlers.context import Context
from handlers.drafted_updates import written
from handlers.screens import Screen
from handlers.staff.broadcasts import preview
from handlers.supporter.home import home
from storage import events
from storage.database import Connection

KIND_OF = {"handin": "event"}
"""As which kind of updates people choose to hear it, where the names differ."""


async def variables_of(
    db: Connection, petition: Petition, event_id: int
) -> dict[str, dict[str, Any]]:
    """What a message about an event takes, by language; nothing if it is not in the story."""
    found = {}
    for language in petition.definition.languages:
        entry = await timeline.one(db, petition, event_id, language)
        if entry is None:
            return {}
        found[language] = {
            "campaign": petition.view(language),
            "entry": entry,
            "zone": petition.definition.timezone,
        }
    return found


async def tell(context: Context, petition: Petition, event_id: int, template: str = "") -> Screen:
    """Make the draft of an update about something in the story, and show it as drafts are shown.

    Args:
        template: which message; the one of the event's kind, if none is named.
    """
    variables = await variables_of(context.db, petition, event_id)
    if not variables:
        return await home(context)
    entry: Entry = variables[petition.definition.languages[0]]["entry"]
    buttons = _buttons(context, petition, entry)
    draft = await drafts.make(
        context.db,
        petition,
        KIND_OF.get(entry.kind, entry.kind),
        written(context.services, petition, template or entry.kind, variables, buttons),
        author_id=context.supporter.id,
        now=context.now,
    )
    await agreement.quotes_event(context.db, draft.id, event_id, now=context.now)
    await events.told_by(context.db, event_id, draft.id)
    return await preview.show(context, petition, draft)


def _buttons(context: Context, petition: Petition, entry: Entry) -> tuple[LinkButton, ...]:
    """A page to look at, and the way to the calendar file for what is still to come; where the
    message asks to show it to a friend, the way to do so."""
    label = context.services.renderer.label
    language = context.services.renderer.match(petition.definition.languages[0])
    buttons = [LinkButton("share")] if entry.kind == "endorsement" and petition.is_open else []
    if entry.link and entry.state != "cancelled":
        name = f"story_open_{entry.kind}"
        buttons.append(LinkButton("link", label(name, language), entry.link, name))
    if entry.at and entry.at > context.now and entry.state != "cancelled":
        address = context.services.link(f"event_{entry.event_id}")
        buttons.append(LinkButton("link", label("calendar", language), address, "calendar"))
    return tuple(buttons)
