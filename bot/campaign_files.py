"""Read campaign files in the languages this bot has."""

from pathlib import Path

from campaign.definition.campaign_file import load_definition
from campaign.definition.model import Definition
from campaign.uploads import check_spoken
from messages import languages


def read_campaign(path: Path) -> Definition:
    """Read a campaign file whose every language the bot speaks.

    Raises:
        campaign.definition.DefinitionError: it cannot be used; says everything that is wrong, or
            which language is not there.
    """
    definition = load_definition(path)
    spoken = [folder.language.code for folder in languages.find()]
    check_spoken(definition, spoken, path.name)
    return definition
