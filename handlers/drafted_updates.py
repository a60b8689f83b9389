"""Updates that the bot writes itself, for staff to send: their words and their buttons."""

import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.petition import Petition
from handlers.services import Services
from messages.personal import escape_variables

_TOKEN_LETTERS = 20


def written(
    services: Services,
    petition: Petition,
    template: str,
    variables: Mapping[str, Mapping[str, Any]],
    buttons: tuple[LinkButton, ...] = (),
) -> Content:
    """A message in each language of the campaign, with no variables in it that are filled in later
    but the figures, where it shows them as `progress`.

    Args:
        template: a message in messages/<language>/broadcast_drafts/.
        variables: what it takes, by language.
    """

    def in_language(language: str) -> Version:
        spoken = services.renderer.match(language)
        return Version(
            with_figures(
                lambda progress: services.renderer.html(
                    f"broadcast_drafts/{template}",
                    spoken,
                    **{"progress": progress, **variables[language]},
                )
            )
        )

    versions = {language: in_language(language) for language in petition.definition.languages}
    return Content(versions, buttons)


def with_figures(write: Callable[[str], str]) -> str:
    """A text of ours for an update, in which everything stands as it is but the figures: total,
    goal and days left are those of the moment when it is sent.

    Args:
        write: gives the HTML, with what it is handed where the figures are to be.
    """
    here = "".join(secrets.choice(string.ascii_lowercase) for _ in range(_TOKEN_LETTERS))
    return escape_variables(write(here)).replace(here, "{{ progress }}")


def milestone(services: Services, petition: Petition, number: int) -> Content:
    """The news that so many have signed; of an open petition, with the question to ask a friend."""
    return _asking(services, petition, "milestone", number=number)


def closing(services: Services, petition: Petition) -> Content:
    """That signing ends soon."""
    return _asking(services, petition, "closing")


def _asking(services: Services, petition: Petition, template: str, **values: Any) -> Content:
    variables = {
        language: {"campaign": petition.view(language), **values}
        for language in petition.definition.languages
    }
    buttons = (LinkButton("sign"), LinkButton("share"))
    return written(services, petition, template, variables, buttons)
