"""A campaign file that was sent to the chat: read in a worker, and fitted to its campaign here."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from campaign import worker
from campaign.definition.campaign_file import parse_definition
from campaign.definition.export import exported_version
from campaign.definition.model import Definition
from campaign.definition.problems import DefinitionError, Problem
from campaign.worker import Limits, WorkerDied

UPLOAD_LIMIT = 200_000
"""Bytes of a campaign file that is sent to the chat."""

LIMITS = Limits(seconds=20.0, cpu_seconds=10)

_LONG_KEY = re.compile(r"(?:[\w\"'-]{1,64}[ \t]{0,8}\.[ \t]{0,8}){30}")
_DEEP = re.compile(r"[\[{][\s\[{]{60}")
_SOURCE = "campaign.toml"
_SOME_PICTURE = b"that of the campaign"
_TOO_MUCH = Problem(
    "the file",
    "takes too much time or memory to read",
    "take out what does not belong there, and see docs/campaign-file.md",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file says.

    Attributes:
        values: as `Definition.to_dict` gives them, without the picture; None if the file cannot be
            used.
        names_picture: whether the campaign is to have a picture: the one it has.
        exported: the version of the campaign that it was exported from; None if it does not say.
        problems: all that is wrong.
    """

    values: dict[str, Any] | None = None
    names_picture: bool = False
    exported: int | None = None
    problems: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; of one that can be used."""
        kept = asdict(self)
        del kept["problems"]
        return kept

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """The upload that `to_dict` was called on."""
        return cls(**{name: kept[name] for name in ("values", "names_picture", "exported")})

    def definition(self, slug: str, picture: bytes | None) -> Definition:
        """The campaign as the file has it.

        Args:
            slug: of the campaign that it is meant for.
            picture: that this campaign has.

        Raises:
            DefinitionError: lists everything that is wrong.
        """
        if self.values is None:
            raise DefinitionError(_SOURCE, self.problems)
        if self.values["slug"] != slug:
            raise DefinitionError(_SOURCE, [_other_campaign(self.values["slug"], slug)])
        if self.names_picture and picture is None:
            what, instead = "cannot be had from a text alone", "load the campaign from a file"
            raise DefinitionError(_SOURCE, [Problem("picture", what, instead)])
        definition = Definition.from_dict(self.values)
        return definition.model_copy(update={"picture": picture if self.names_picture else None})


async def read(content: bytes, spoken: Collection[str]) -> Upload:
    """What a file says, found out in a worker: it may be made to take for ever.

    Args:
        spoken: codes of the languages that the bot has.
    """
    try:
        return await worker.run(read_here, content, tuple(spoken), limits=LIMITS)
    except WorkerDied:
        return Upload(problems=(_TOO_MUCH,))


def read_here(content: bytes, spoken: Collection[str]) -> Upload:
    """The same in this process."""
    try:
        if len(content) > UPLOAD_LIMIT:
            raise _refused("is too large", f"send at most {UPLOAD_LIMIT // 1000} kB")
        text = _text(content)
        definition = parse_definition(text, picture=_SOME_PICTURE, source=_SOURCE)
        check_spoken(definition, spoken, _SOURCE)
    except DefinitionError as wrong:
        return Upload(problems=wrong.problems)
    values = definition.to_dict()
    return Upload(
        {**values, "picture_data": None}, definition.picture is not None, exported_version(text)
    )


def check_spoken(definition: Definition, spoken: Collection[str], source: str) -> None:
    """See that the bot speaks each of the campaign's languages.

    Raises:
        DefinitionError: a person would be asked in one language and shown the petition in another.
    """
    unknown = [code for code in definition.languages if code not in spoken]
    if unknown:
        named = ", ".join(f"“{code}”" for code in unknown)
        problem = Problem(
            "languages",
            f"has {named}, which the bot does not speak.",
            f"It speaks {', '.join(spoken)}; messages/README.md says how to add another.",
        )
        raise DefinitionError(source, [problem])


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _refused("is not UTF-8", 'save it with the encoding "UTF-8"') from None
    if _LONG_KEY.search(text) or _DEEP.search(text):
        raise _refused("has keys or lists nested without end", "take them out")
    return text


def _refused(what: str, instead: str) -> DefinitionError:
    return DefinitionError(_SOURCE, [Problem("the file", what, instead)])


def _other_campaign(named: str, meant: str) -> Problem:
    return Problem("slug", f'is "{named}"', f'send the file of "{meant}"', 1)
