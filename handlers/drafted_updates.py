"""Updates that the bot writes itself, for staff to send: their words and their buttons."""

from collections.abc import Mapping
from typing import Any

from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.petition import Petition
from handlers.services import House
from messages.personal import literal
from storage.campaigns import Totals


def written(
    house: House,
    petition: Petition,
    template: str,
    variables: Mapping[str, Mapping[str, Any]],
    buttons: tuple[LinkButton, ...] = (),
) -> Content:
    """A message in each language of the campaign, with no variables in it that are filled in later.

    Args:
        template: a message in messages/<language>/ready/.
        variables: what it takes, by language.
    """
    versions = {}
    for language in petition.definition.languages:
        spoken = house.renderer.match(language)
        html = house.renderer.html(f"ready/{template}", spoken, **variables[language])
        versions[language] = Version(literal(html))
    return Content(versions, buttons)


def milestone(house: House, petition: Petition, number: int, totals: Totals) -> Content:
    """The news that so many have signed."""
    variables = {
        language: {"campaign": petition.view(language, totals), "number": number}
        for language in petition.definition.languages
    }
    buttons = (LinkButton("sign"), LinkButton("share"))
    return written(house, petition, "milestone", variables, buttons)
