"""The morning summary."""

from campaign.stats import morning
from handlers.context import Gone
from handlers.notifications import Reader
from handlers.screens import Button, Screen, Text
from handlers.staff.inbox.conversations import door
from handlers.staff.stats.board import Show, StopMornings


async def notification(reader: Reader) -> Screen:
    """The message, with the way to the pictures and the way out; nothing once its day is over."""
    petition, language, now = reader.petition, reader.language, reader.services.clock()
    if now.astimezone(petition.zone).date() != reader.variables["day"]:
        raise Gone
    found = await morning.summary(reader.db, petition, language, now=now)
    source = found.source
    name = None
    if source is not None:
        told = source.name if source.kind == "source" else ""
        name = told or reader.services.renderer.label(f"source_{source.kind}", language)
    variables = {
        "campaign": petition.view(language),
        "day": found.day,
        "added": found.added,
        "total": found.total,
        "goal": petition.goal(found.total),
        "source": name,
        "brought": source.signatures if source else 0,
        "updates": found.updates,
        "entries": list(found.entries),
        "doubtful": found.doubtful,
        "comments": found.comments,
        "waiting": found.waiting,
    }
    return Screen(
        Text("stats/morning", variables),
        [
            *([[door(petition, found.waiting)]] if found.waiting else []),
            [Button("stats_growth", Show("growth", petition.id))],
            [Button("stats_no_mornings", StopMornings(petition.id))],
        ],
    )
