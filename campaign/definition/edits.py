"""Edits that staff make in the chat, one part at a time, by the rules of the file.

InvalidEdit
├── InvalidText     a text is empty, too long, or has in it what cannot stand there (content_parts)
├── TooMany     the list is full
├── PageFull    statement and reasons do not fit one message together any more
└── Gone        the entry that was to be changed is not there any more
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from campaign.definition.campaign_file import checked
from campaign.definition.model import Definition
from campaign.definition.parts import PARTS, Entry, InvalidEdit, Part, entries
from campaign.definition.translations import READ_MORE_FRAME, READ_MORE_LIMIT, read_more_length

Act = Literal["add", "change", "remove", "move"]


class TooMany(InvalidEdit):
    """The list is full."""


class PageFull(InvalidEdit):
    """Statement and reasons are too long together.

    Attributes:
        over: by how much, in UTF-16 units.
    """

    def __init__(self, over: int) -> None:
        super().__init__(over)
        self.over = over


class Gone(InvalidEdit):
    """The entry is not there any more."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that somebody is making, as it is kept while they write.

    Attributes:
        version: of the campaign when it was begun.
        place: of the entry, from 0; where a new one goes, the end.
        before: the entry as it was; None for a new one.
        given: what has been written so far.
        to: where the entry is moved.
        last: what had been written before it was begun again.
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


def applied(definition: Definition, edit: Edit) -> Definition:
    """The campaign with the change.

    Raises:
        InvalidEdit: it would not be right, and why.
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
            if not part.listed and not part.optional:
                raise Gone  # what every campaign needs has no button that takes it out
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


def _value(part: Part, fields: Mapping[str, str | None]) -> Any:
    if part.fields == (part.name,):
        return fields[part.name]
    return {field: text for field, text in fields.items() if text is not None}
