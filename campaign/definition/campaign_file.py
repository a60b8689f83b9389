"""A campaign file, read: the campaign, or everything that is wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from campaign import deadline
from campaign.definition.model import Definition
from campaign.definition.next_steps import letter_findings
from campaign.definition.picture import read_picture
from campaign.definition.problems import (
    MOST_EXPLAINED,
    DefinitionError,
    Finding,
    Problem,
    explain,
    key_of,
)
from campaign.definition.toml_lines import key_lines, line_of
from campaign.definition.toml_text import BadToml, values_of
from campaign.definition.translations import translation_findings


def load_definition(path: Path) -> Definition:
    """Read a campaign file and the picture beside it.

    Raises:
        DefinitionError: lists everything that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "check its name, or write it: clamour campaign new"
        raise DefinitionError(path.name, [Problem("", "There is no such file", hint)]) from None
    except OSError as error:
        problem = Problem("", error.strerror or "cannot be read", "check the name of the file")
        raise DefinitionError(path.name, [problem]) from None
    except UnicodeDecodeError:
        problem = Problem("the file", "is not UTF-8", 'save it with the encoding "UTF-8"')
        raise DefinitionError(path.name, [problem]) from None
    return parse_definition(text, folder=path.parent, source=path.name)


def parse_definition(
    text: str,
    *,
    folder: Path | None = None,
    picture: bytes | None = None,
    source: str = "campaign.toml",
) -> Definition:
    """Read a campaign from TOML.

    Args:
        folder: where the picture is looked for; None where there is none to look in.
        picture: what the text means by its picture where there is no folder.
        source: what to call the text in an error.

    Raises:
        DefinitionError: lists everything that is wrong.
    """
    try:
        data = values_of(text)
    except BadToml as bad:
        problem = Problem("the file", bad.what, bad.instead, bad.line)
        raise DefinitionError(source, [problem]) from None
    found: list[Finding] = []
    if "picture" in data and (folder or picture is None):
        read = read_picture(data.pop("picture"), folder)
        if isinstance(read, Finding):
            found.append(read)
        else:
            data["picture"] = read
    elif "picture" in data:
        data["picture"] = picture
    definition, more = checked(data)
    if definition is None or found:
        raise _error(source, text, [*found, *more])
    return definition


def checked(data: Mapping[str, Any]) -> tuple[Definition | None, list[Finding]]:
    """A campaign from its keys and values as TOML has them, with the picture's bytes; or None, and
    what is wrong."""
    found = [*translation_findings(data), *letter_findings(data)]
    try:
        definition = Definition.model_validate(data)
    except ValidationError as error:
        return None, [*found, *explain(error, Definition)]
    found += _closing_findings(definition) + _signer_findings(definition)
    return (None if found else definition), found


def _signer_findings(definition: Definition) -> list[Finding]:
    """What `signers` says, and the questions do not ask."""
    asked = {one.kind for one in definition.fields}
    if definition.signers is not None and "postcode" not in asked:
        what = f'is "{definition.signers}", but no postcode is asked, so everybody can sign'
        instead = 'add { kind = "postcode" } to fields, or leave signers out'
        return [Finding(("signers",), what, instead)]
    if definition.signers == "uk" and "country" in asked:
        what = 'is "uk", and fields ask for the country all the same'
        instead = 'take { kind = "country" } out of fields, or write signers = "anywhere"'
        return [Finding(("signers",), what, instead)]
    return []


def _closing_findings(definition: Definition) -> list[Finding]:
    """Looked for in files only: a campaign that is published stays readable if a country changes
    its clocks."""
    written = definition.closes_at
    if written is None or not deadline.is_jumped_over(written, ZoneInfo(definition.timezone)):
        return []
    what = f'is "{written}", a time that the clocks jump over'
    return [Finding(("closes_at",), what, "write a time an hour earlier or later")]


def _error(source: str, text: str, found: list[Finding]) -> DefinitionError:
    try:
        lines = key_lines(text)
    except RecursionError:
        lines = {}
    return DefinitionError(
        source,
        [
            Problem(key_of(f.path), f.what, f.instead, line_of(lines, f.path))
            for f in found[:MOST_EXPLAINED]
        ],
    )
