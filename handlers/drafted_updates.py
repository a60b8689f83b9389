"""Updates that the bot writes itself, for staff to send: their words and their buttons."""

from collections.abc import Mapping
from typing import Any

from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.petition import Petition
from handlers.services import Services
from messages.personal import escape_variables
from storage.campaigns import Totals


def written(
    services: Services,
    petition: Petition,
    template: str,
    variables: Mapping[str, Mapping[str, Any]],
    buttons: tuple[LinkButton, ...] = (),
) -> Content:
    """A message in each language of the campaign, with no variables in it that are filled in later.

    Args:
        template: a message in messages/<language>/broadcast_drafts/.
        variables: what it takes, by language.
    """
    versions = {}
    for language in petition.definition.languages:
        spoken = services.renderer.match(language)
        html = services.renderer.html(f"broadcast_drafts/{template}", spoken, **variables[language])
        versions[language] = Version(escape_variables(html))
    return Content(versions, buttons)


def milestone(services: Services, petition: Petition, number: int, totals: Totals) -> Content:
    """The news that so many have signed."""
    variables = {
        language: {"campaign": petition.view(language, totals), "number": number}
        for language in petition.definition.languages
    }
    buttons = (LinkButton("sign"), LinkButton("share"))
    return written(services, petition, "milestone", variables, buttons)
