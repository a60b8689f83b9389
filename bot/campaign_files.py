"""Campaign files, as this bot can use them."""

from pathlib import Path

from campaign.definition import Definition, load_definition
from campaign.definition_problems import DefinitionError, Problem
from messages import languages


def read_campaign(path: Path) -> Definition:
    """Read a campaign file whose every language the bot speaks.

    Raises:
        DefinitionError: it cannot be used; says everything that is wrong, or which language is not
            there: a person would be asked in one language and shown the petition in another.
    """
    definition = load_definition(path)
    spoken = [folder.language.code for folder in languages.find()]
    unknown = [code for code in definition.languages if code not in spoken]
    if unknown:
        named = ", ".join(f"“{code}”" for code in unknown)
        problem = Problem(
            "languages",
            f"has {named}, which the bot does not speak.",
            f"It speaks {', '.join(spoken)}; messages/README.md says how to add another.",
        )
        raise DefinitionError(path.name, [problem])
    return definition
