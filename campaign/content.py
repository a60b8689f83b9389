"""What staff change of a campaign in the chat, a piece at a time, by the rules of its file.

NotLikeThat
├── BadText     a text is empty, too long, or has in it what cannot stand there
├── TooMany     the list is full
├── PageFull    statement and reasons do not fit one message together any more
└── Gone        the entry that was to be changed is not there any more
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from campaign.definition import Definition, Texts, checked
from campaign.definition_texts import Written
from campaign.definition_translations import READ_MORE_FRAME, READ_MORE_LIMIT, read_more_length
from campaign.errors import CampaignError

Entry = dict[str, dict[str, str | None]]
"""One thing that is said: by language ("" where it has none), then by field."""

Act = Literal["add", "change", "remove", "move"]


class NotLikeThat(CampaignError):
    """The campaign cannot say it like that; nothing has been changed."""


class BadText(NotLikeThat):
    """A text that cannot stand there.

    Attributes:
        reason: "empty", "hidden", "line_break" or "long".
        limit, over: of one that is too long, in UTF-16 units.
    """

    def __init__(self, reason: str, limit: int = 0, over: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.limit, self.over = reason, limit, over


class TooMany(NotLikeThat):
    """The list is full."""


class PageFull(NotLikeThat):
    """Statement and reasons are too long together.

    Attributes:
        over: by how much, in UTF-16 units.
    """

    def __init__(self, over: int) -> None:
        super().__init__(over)
        self.over = over


class Gone(NotLikeThat):
    """The entry is not there any more."""


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
        _part("share_text"),
        *(_part(name, signed=True) for name in ("title", "ask", "target", "statement")),
    )
}
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that somebody is making, as it is kept while they write.

    Attributes:
        version: of the campaign when it was begun.
        place: of the entry, from 0; where a new one goes, the end.
        before: the entry as it was; None for a new one.
        given: what has been written so far.
        to: where the entry is moved.
        last: what had been written before it was begun anew.
    """

    campaign_id: int
    version: int
    part: str
    act: Act
    place: int = 0
    before: Entry | None = None
    given: Entry | None = None
    to: int = 0
    last: Entry | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """The edit that `to_dict` was called on."""
        return cls(**kept)

    def with_text(self, language: str, field: str, text: str | None) -> Self:
        """The edit with one more text; None leaves the field out."""
        given = dict(self.given or {})
        given[language] = {**given.get(language, {}), field: text}
        return replace(self, given=given)


def begun_anew(edit: Edit) -> Edit:
    """The same change with nothing written; what had been is offered."""
    return replace(edit, given=None, last=edit.given)


def offered(edit: Edit, language: str, field: str) -> str | None:
    """The text that may be kept as it is: what was written before, or what stands there."""
    for entry in (edit.last, edit.before):
        if entry and (text := entry.get(language, {}).get(field)) is not None:
            return text
    return None


def entries(definition: Definition, part: Part) -> list[Entry]:
    """What the campaign says there now; a text that is not there is no entry."""
    languages = part.languages(definition)
    columns = [_column(definition, part, language) for language in languages]
    return [
        {language: _fields(part, value) for language, value in zip(languages, row, strict=True)}
        for row in zip(*columns, strict=True)
    ]


def next_question(definition: Definition, edit: Edit) -> tuple[str, str] | None:
    """The language and field that is to be written next; None if all is there."""
    part = PARTS[edit.part]
    languages = part.languages(definition)
    given = edit.given or {}
    for language in languages:
        for field in part.fields:
            if field in given.get(language, {}):
                continue
            left_out = given.get(languages[0], {}).get(field, "") is None
            if not (language != languages[0] and field in part.optional and left_out):
                return language, field
    return None


def may_skip(definition: Definition, part: Part, language: str, field: str) -> bool:
    """Whether this field may be left out here: decided with the first language, for all."""
    return part.listed and field in part.optional and language == part.languages(definition)[0]


def text_for(part: Part, field: str, written: str) -> str:
    """A text as the campaign keeps it: trimmed and composed.

    Raises:
        BadText: it cannot stand there.
    """
    try:
        return str(_checking(part.name, field).validate_python(written.replace("\r\n", "\n")))
    except ValidationError as error:
        facts = error.errors(include_url=False)[0].get("ctx", {})
        raise BadText(
            str(facts.get("reason", "hidden")), facts.get("limit", 0), facts.get("over", 0)
        ) from None


def rule_for(part: Part, field: str) -> Written:
    """How long a text may be, and whether it stands on one line."""
    _, validator = get_args(_annotation(part.name, field))
    rule: Written = validator.func
    return rule


def applied(definition: Definition, edit: Edit) -> Definition:
    """The campaign with the change.

    Raises:
        NotLikeThat: it would not be right, and why.
    """
    part = PARTS[edit.part]
    now = entries(definition, part)
    if edit.act != "add" and (edit.place >= len(now) or now[edit.place] != edit.before):
        raise Gone
    match edit.act:
        case "add":
            now.append(_whole(definition, part, edit))
        case "change":
            now[edit.place] = _whole(definition, part, edit)
        case "remove":
            del now[edit.place]
        case "move":
            now.insert(min(max(edit.to, 0), len(now) - 1), now.pop(edit.place))
    if len(now) > part.most:
        raise TooMany
    return _with_entries(definition, part, now)


def rebased(definition: Definition, edit: Edit, version: int) -> Edit | None:
    """The same change on a campaign that has changed meanwhile.

    An entry that has moved is found again; where it is not there any more, what was written for it
    becomes a new entry. None if nothing is left to be done.
    """
    part = PARTS[edit.part]
    edit = replace(edit, version=version)
    if edit.act == "add":
        if part.listed or not entries(definition, part):
            return edit
        return replace(edit, act="change", before=entries(definition, part)[0])
    now = entries(definition, part)
    if edit.before in now:
        return replace(edit, place=now.index(edit.before))
    if edit.act != "change":
        return None
    if not part.listed and now:
        return replace(edit, before=now[0])
    return replace(edit, act="add", before=None, place=len(now))


def _whole(definition: Definition, part: Part, edit: Edit) -> Entry:
    given = edit.given or {}
    return {
        language: {field: given.get(language, {}).get(field) for field in part.fields}
        for language in part.languages(definition)
    }


def _with_entries(definition: Definition, part: Part, now: list[Entry]) -> Definition:
    data = definition.model_dump(mode="json", exclude={"picture"}, exclude_none=True)
    if definition.picture:
        data["picture"] = definition.picture
    for language in part.languages(definition):
        around = data["text"][language] if part.translated else data
        values = [_value(part, entry[language]) for entry in now]
        around.pop(part.name, None)
        if part.listed:
            around[part.name] = values
        elif values:
            around[part.name] = values[0]
    changed, _ = checked(data)
    if changed is None:
        raise PageFull(_over(data["text"]))
    return changed


def _over(text: Mapping[str, Any]) -> int:
    longest = max(read_more_length(one["statement"], one["reasons"]) for one in text.values())
    return longest - (READ_MORE_LIMIT - READ_MORE_FRAME)


def _column(definition: Definition, part: Part, language: str) -> list[Any]:
    value = getattr(definition.text[language] if part.translated else definition, part.name)
    if part.listed:
        return list(value)
    return [] if value is None else [value]


def _fields(part: Part, value: Any) -> dict[str, str | None]:
    if isinstance(value, str):
        return {part.name: value}
    return {field: getattr(value, field) for field in part.fields}


def _value(part: Part, fields: Mapping[str, str | None]) -> Any:
    if part.fields == (part.name,):
        return fields[part.name]
    return {field: text for field, text in fields.items() if text is not None}


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
