"""Updates that the bot writes itself, for staff to send: their words and their buttons."""

from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.petition import Petition
from handlers.house import House
from messages.personal import literal
from storage.campaigns import Totals


def milestone(house: House, petition: Petition, number: int, totals: Totals) -> Content:
    """The news that so many have signed, in each of the campaign's languages."""
    return Content(
        {
            language: Version(
                literal(
                    house.renderer.html(
                        "ready/milestone",
                        language,
                        campaign=petition.view(language, totals),
                        number=number,
                    )
                )
            )
            for language in petition.definition.languages
        },
        (LinkButton("sign"), LinkButton("share")),
    )
