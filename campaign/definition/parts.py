"""The parts of a campaign that can be changed in the chat, and the rules for their texts.

They are taken from the campaign file's own model, so that both keep to the same.
"""

from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from campaign.definition.model import Definition
from campaign.definition.text_rules import Written
from campaign.definition.texts import Texts
from campaign.errors import CampaignError

Entry = dict[str, dict[str, str | None]]
"""One thing that is said: by language ("" where it has none), then by field."""


class InvalidEdit(CampaignError):
    """The campaign cannot say it like that; nothing has been changed."""


class InvalidText(InvalidEdit):
    """A text that cannot stand there.

    Attributes:
        reason: "empty", "hidden", "line_break" or "long".
        limit, over: of one that is too long, in UTF-16 units.
    """

    def __init__(self, reason: str, limit: int = 0, over: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.limit, self.over = reason, limit, over


@dataclass(frozen=True, slots=True)
class Part:
    """A key of the campaign file that can be changed in the chat.

    Attributes:
        fields: of each entry; the key itself where an entry is a plain text.
        optional: fields that may be left out, in every language or in none.
        most: entries, at most.
        listed: whether there may be several entries.
        translated: whether it is said in each language.
        signed: whether people sign it: a change is a new version of the petition.
    """

    name: str
    fields: tuple[str, ...]
    optional: frozenset[str]
    most: int = 1
    listed: bool = False
    translated: bool = True
    signed: bool = False

    def languages(self, definition: Definition) -> tuple[str, ...]:
        """In which languages an entry is asked for."""
        return definition.languages if self.translated else ("",)


def _entry_model(info: FieldInfo) -> type[BaseModel] | None:
    """What the entries of a list are made of; None if they are plain texts, or it is no list."""
    inner = get_args(info.annotation)[0] if get_origin(info.annotation) is tuple else None
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _part(name: str, *, signed: bool = False) -> Part:
    model: type[BaseModel] = Texts if name in Texts.model_fields else Definition
    info = model.model_fields[name]
    listed = get_origin(info.annotation) is tuple
    entry = _entry_model(info)
    fields = entry.model_fields if entry else {name: info}
    optional = frozenset(key for key, one in fields.items() if not one.is_required())
    return Part(
        name,
        tuple(fields),
        optional if entry or not listed else frozenset(),
        most=next((one.max_length for one in info.metadata if hasattr(one, "max_length")), 1),
        listed=listed,
        translated=model is Texts,
        signed=signed,
    )


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        *(_part(name) for name in ("summary", "reasons", "questions", "endorsements")),
        *(_part(name) for name in ("opponents", "about", "organisations", "outcome")),
        *(_part(name) for name in ("share_text", "share_texts", "target_short")),
        *(_part(name, signed=True) for name in ("title", "ask", "target", "statement")),
    )
}
"""In the order in which they are offered."""


def entries(definition: Definition, part: Part) -> list[Entry]:
    """What the campaign says there now; a text that is not there is no entry."""
    languages = part.languages(definition)
    columns = [_column(definition, part, language) for language in languages]
    return [
        {language: _fields(part, value) for language, value in zip(languages, row, strict=True)}
        for row in zip(*columns, strict=True)
    ]


def may_skip(definition: Definition, part: Part, language: str, field: str) -> bool:
    """Whether this field may be left out here: decided with the first language, for all."""
    return part.listed and field in part.optional and language == part.languages(definition)[0]


def text_for(part: Part, field: str, written: str) -> str:
    """A text as the campaign keeps it: trimmed and composed.

    Raises:
        InvalidText: it cannot stand there.
    """
    try:
        return str(_checking(part.name, field).validate_python(written.replace("\r\n", "\n")))
    except ValidationError as error:
        facts = error.errors(include_url=False)[0].get("ctx", {})
        raise InvalidText(
            str(facts.get("reason", "hidden")), facts.get("limit", 0), facts.get("over", 0)
        ) from None


def rule_for(part: Part, field: str) -> Written:
    """How long a text may be, and whether it stands on one line."""
    _, validator = get_args(_annotation(part.name, field))
    rule: Written = validator.func
    return rule


def _column(definition: Definition, part: Part, language: str) -> list[Any]:
    value = getattr(definition.text[language] if part.translated else definition, part.name)
    if part.listed:
        return list(value)
    return [] if value is None else [value]


def _fields(part: Part, value: Any) -> dict[str, str | None]:
    if isinstance(value, str):
        return {part.name: value}
    return {field: getattr(value, field) for field in part.fields}


@cache
def _annotation(name: str, field: str) -> Any:
    """The definition's own rule for one text, as an annotated type."""
    info = {**Definition.model_fields, **Texts.model_fields}[name]
    if entry := _entry_model(info):
        info = entry.model_fields[field]
    if get_origin(info.annotation) in (tuple, Union, UnionType):
        return get_args(info.annotation)[0]
    return Annotated[(info.annotation, *info.metadata)]


@cache
def _checking(name: str, field: str) -> TypeAdapter[str]:
    return TypeAdapter(_annotation(name, field))
