"""What the morning summary says."""

from campaign.petition import Petition
from campaign.stats.morning import Summary
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from handlers.staff.stats.board import Show, StopMornings


def screen(services: Services, petition: Petition, found: Summary, language: str) -> Screen:
    """One message, with the way to the pictures and the way out."""
    source = found.source
    name = None
    if source is not None:
        told = source.name if source.kind == "source" else ""
        name = told or services.renderer.label(f"source_{source.kind}", language)
    variables = {
        "campaign": petition.view(language),
        "day": found.day,
        "added": found.added,
        "total": found.total,
        "goal": petition.goal,
        "source": name,
        "brought": source.signatures if source else 0,
        "updates": found.updates,
        "entries": list(found.entries),
        "doubtful": found.doubtful,
        "comments": found.comments,
    }
    return Screen(
        Text("stats/morning", variables),
        [
            [Button("stats_growth", Show("growth", petition.id))],
            [Button("stats_no_mornings", StopMornings(petition.id))],
        ],
    )
