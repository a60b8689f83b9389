"""Problems of a campaign file, explained to the person who has to fix them."""

import difflib
import json
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from campaign.definition.toml_lines import KeyPath

MOST_EXPLAINED = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    Attributes:
        key: the whole path, such as `text.cy.questions[2].answer`; empty for the file as a whole.
        what: what is wrong, to be read after the key.
        instead: what to write.
        line: from 1; of a missing key, that of the table it belongs to. None if unknown.
    """

    key: str
    what: str
    instead: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.key}{' ' if self.key else ''}{self.what}\n    {self.instead}"


class DefinitionError(Exception):
    """The campaign file cannot be used; nothing of it has been.

    Attributes:
        source: the file's name.
        problems: everything that was found, in the file's order.
    """

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        super().__init__("\n".join([f"{source}: {count}", *(f"- {p}" for p in self.problems)]))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.source, self.problems)  # it may come from another process


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem whose line has not been looked up yet."""

    path: KeyPath
    what: str
    instead: str


def refusal(what: str, instead: str, **facts: object) -> PydanticCustomError:
    """An error for a validator to raise, with its own words.

    Args:
        facts: for those who say it in words of their own, such as the chat.
    """
    return PydanticCustomError("refused", "{what}", {"what": what, "instead": instead, **facts})


def key_of(path: KeyPath) -> str:
    """A path as people write it: text.en.reasons[3], counted from 1."""
    written = ""
    for part in path:
        written += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return written.removeprefix(".")


def explain(error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    """Each error of a validation against `model`, in plain words."""
    return [_explained(found, model) for found in error.errors(include_url=False)[:MOST_EXPLAINED]]


def _explained(found: ErrorDetails, model: type[BaseModel]) -> Finding:
    path, context = found["loc"], found.get("ctx", {})
    if found["type"] == "refused":
        return Finding(path, context["what"], context["instead"])
    if found["type"] == "extra_forbidden":
        return Finding(path, "is not a key known here", _nearest_key(path, model))
    return Finding(path, _what(found, path), _how_to_write(path, model))


def _what(found: ErrorDetails, path: KeyPath) -> str:
    given, context = found["input"], found.get("ctx", {})
    match found["type"]:
        case "missing" if path[0] == "text" and len(path) > 2:
            return f"is missing: every text is needed in {language_name(str(path[1]))}"
        case "missing":
            return "is missing"
        case "too_short" | "too_long":
            return f"has {context['actual_length']} entries"
        case "string_type":
            return f"is {_shown(given)}, not a text"
        case "tuple_type":
            return f"is {_kind(given)}, not a list"
        case "dict_type" | "model_type":
            return f"is {_kind(given)}, not a table"
    return f"is {_shown(given)}"


def _how_to_write(path: KeyPath, model: type[BaseModel]) -> str:
    info = _field_at(path, model)
    if info is None or not info.description:
        return "see docs/campaign-file.md"
    key = next(part for part in reversed(path) if isinstance(part, str))
    example = f", such as: {key} = {_shown(info.examples[0])}" if info.examples else ""
    return f"write {info.description}{example}"


def _nearest_key(path: KeyPath, model: type[BaseModel]) -> str:
    wrong, around = str(path[-1]), _model_at(path[:-1], model)
    known = list(around.model_fields) if around else []
    if len(path) > 1 and wrong in model.model_fields:
        return "move it to the top of the file, above the first [table]"
    if close := difflib.get_close_matches(wrong, known, n=1, cutoff=0.6):
        return f"did you mean {close[0]}?"
    return f"take it out; known here are: {', '.join(known)}"


def _field_at(path: KeyPath, model: type[BaseModel]) -> FieldInfo | None:
    """The nearest field that describes what stands at a path."""
    for length in range(len(path), 0, -1):
        around, key = _model_at(path[: length - 1], model), path[length - 1]
        if around is not None and key in around.model_fields:
            return around.model_fields[str(key)]
    return None


def _model_at(path: KeyPath, model: type[BaseModel]) -> type[BaseModel] | None:
    kind: Any = model
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            info = kind.model_fields.get(str(part))
            kind = _required_kind(info.annotation) if info else None
        else:
            inner = [k for k in typing.get_args(kind) if k is not Ellipsis]
            kind = inner[-1] if inner else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _required_kind(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        return next(kind for kind in typing.get_args(annotation) if kind is not type(None))
    return annotation


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case Mapping():
            return "a table"
        case list():
            return "a list"
    return "a date or time"


def _shown(value: object) -> str:
    if isinstance(value, str | bool | int | float):
        written = json.dumps(value, ensure_ascii=False)
        return written if len(written) <= 80 else f"{written[:79]}…"
    return _kind(value)


def language_name(code: str) -> str:
    """English name of a language, with its code: Welsh (cy)."""
    try:
        return f"{Locale.parse(code, sep='-').get_display_name('en')} ({code})"
    except (UnknownLocaleError, ValueError):
        return code
